import path from 'node:path'

const LEFT_OVER = '.opgen-tmp'

/** Name of a temporary file beside a file; `unique` starts with the pid of the process that makes it. */
export function temporaryName(file: string, unique: string): string {
  return `.${path.basename(file)}.${unique}${LEFT_OVER}`
}

/** Whether a name is one that `temporaryName` makes for this file. */
export function isTemporaryName(name: string, file: string): boolean {
  return name.startsWith(`.${path.basename(file)}.`) && name.endsWith(LEFT_OVER)
}
