import fs from 'node:fs'
import path from 'node:path'

/** What is in a folder, by path below it: everything that a program can have changed. */
export type Tree = ReadonlyMap<string, Entry>

export interface Entry {
  /** Text of a file, target of a link; undefined for a folder. */
  readonly text: string | undefined
  readonly kind: 'file' | 'folder' | 'link'
  readonly mode: number
  /** Nanoseconds since 1970. */
  readonly modified: bigint
}

export function readTree(folder: string): Tree {
  const tree = new Map<string, Entry>()
  const names = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()
  for (const name of names) tree.set(name, readEntry(path.join(folder, name)))
  return tree
}

function readEntry(file: string): Entry {
  const stats = fs.lstatSync(file, { bigint: true })
  const facts = { mode: Number(stats.mode) & 0o777, modified: stats.mtimeNs }
  if (stats.isDirectory()) return { ...facts, kind: 'folder', text: undefined }
  if (stats.isSymbolicLink()) return { ...facts, kind: 'link', text: fs.readlinkSync(file) }
  return { ...facts, kind: 'file', text: fs.readFileSync(file, 'utf8') }
}

/** Make a folder hold exactly this; modes are restored, times are not. */
export function writeTree(folder: string, tree: Tree): void {
  fs.rmSync(folder, { recursive: true, force: true })
  fs.mkdirSync(folder)
  for (const [name, { kind, mode, text }] of tree) {
    const file = path.join(folder, name)
    if (kind === 'folder') fs.mkdirSync(file)
    else if (kind === 'link') fs.symlinkSync(text ?? '', file)
    else fs.writeFileSync(file, text ?? '')
    if (kind !== 'link') fs.chmodSync(file, mode)
  }
}

/** The same without what lies below `folder`. */
export function outside(tree: Tree, folder: string): Tree {
  return new Map([...tree].filter(([name]) => name !== folder && !name.startsWith(`${folder}/`)))
}

/** Paths, modes and texts as lines, to be compared and shown. */
export function contentOf(tree: Tree): Readonly<Record<string, string>> {
  const lines = [...tree].map(([name, { kind, mode, text }]) => {
    const what = text === undefined ? '' : ` ${text}`
    return [name, `${kind} 0${mode.toString(8)}${what}`] as const
  })
  return Object.fromEntries(lines)
}

/** The same with the times of files: equal when nobody wrote a file, not even the same text. */
export function traceOf(tree: Tree): Readonly<Record<string, string>> {
  const content = contentOf(tree)
  const lines = [...tree].map(([name, { kind, modified }]) => {
    const time = kind === 'folder' ? '' : `${modified} `
    return [name, `${time}${content[name] ?? ''}`] as const
  })
  return Object.fromEntries(lines)
}
