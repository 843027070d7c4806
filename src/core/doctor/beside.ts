/** What there is beside the files of configuration, and says what becomes of them. */
export interface Beside {
  /** Every `tui.json` in the folder of a config file. */
  readonly tuiFiles: ReadonlySet<string>
  /** Copies of config files that OpenCode's TUI has left behind. */
  readonly backups: readonly TuiBackup[]
  /** What `OPENCODE_CONFIG_DIR` leads to; undefined: it is not set, or that is not known, or no folder. */
  readonly folderOfVariable: 'absent' | 'folder' | undefined
}

export interface TuiBackup {
  readonly file: string
  /** Whether what looks like a secret stands in it. */
  readonly holdsSecret: boolean
}

/** Whether a file of this name is such a copy. */
export function isBackup(name: string): boolean {
  return name.endsWith('.tui-migration.bak')
}
