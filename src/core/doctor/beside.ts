/** What there is beside the files of configuration, and says what becomes of them. */
export interface Beside {
  /** Every `tui.json` in the folder of a config file. */
  readonly tuiFiles: ReadonlySet<string>
  /** Copies of config files that OpenCode's TUI has left behind. */
  readonly backups: readonly TuiBackup[]
  /** Variables that name configuration, and lead to none. */
  readonly missing: readonly MissingConfig[]
}

export interface TuiBackup {
  readonly file: string
  /** Whether what looks like a secret stands in it. */
  readonly holdsSecret: boolean
}

export interface MissingConfig {
  readonly variable: 'OPENCODE_CONFIG' | 'OPENCODE_CONFIG_DIR'
  /** Where it leads, for OpenCode. */
  readonly path: string
  readonly found: 'nothing' | 'empty-folder'
  /** Whether it begins with a `~`, which OpenCode does not replace. */
  readonly hasTilde: boolean
}

/** Whether a file of this name is such a copy. */
export function isBackup(name: string): boolean {
  return name.endsWith('.tui-migration.bak')
}

/** The file of another name in the same folder. */
export function siblingOf(file: string, name: string): string {
  return `${folderOf(file)}${name}`
}

/** The folder of a file, with the slash that ends it. */
export function folderOf(file: string): string {
  return file.slice(0, file.length - baseName(file).length)
}

export function baseName(file: string): string {
  return /[^/\\]*$/.exec(file)?.[0] ?? file
}
