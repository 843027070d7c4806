import path from 'node:path'
import type { Machine } from '../system/system.ts'

/** The path of a `{file:…}` as it is meant beside a config file; a variable in it is filled in later. */
export function locate(machine: Machine, folder: string, file: string): string {
  const filledIn = file.replaceAll(
    /\{env:([^{}]+)\}/g,
    (_, name: string) => machine.env[name] ?? '',
  )
  if (filledIn.startsWith('~/') || path.isAbsolute(filledIn)) return file
  return `${folder.split(path.sep).join('/')}/${file.replace(/^\.\//, '')}`
}
