import path from 'node:path'
import { trackedIn } from '../core/doctor/git-index.ts'
import type { GitState } from '../core/doctor/scene.ts'
import type { Files, System } from '../system/system.ts'

/**
 * Which of these files are in a git work tree, and whether git tracks them, by path as given. A link counts for
 * what it leads to. No program is run: the configuration of a repository may have git run commands, and this is
 * done in folders of other people's.
 *
 * @param given what is no absolute path, and what is not there, is passed over
 */
export async function readGit(
  { files }: System,
  given: readonly string[],
): Promise<ReadonlyMap<string, GitState>> {
  const inTrees = new Map<string, { readonly tree: WorkTree; readonly files: InTree[] }>()
  const trees = new Map<string, WorkTree | undefined>()
  for (const file of new Set(given)) {
    const real = await realFile(files, file)
    const tree = real === undefined ? undefined : await treeAbove(files, path.dirname(real), trees)
    if (real === undefined || tree === undefined) continue
    const name = path.relative(tree.root, real).split(path.sep).join('/')
    const known = inTrees.get(tree.root)
    if (known === undefined) inTrees.set(tree.root, { tree, files: [{ file, name }] })
    else known.files.push({ file, name })
  }
  const found = new Map<string, GitState>()
  for (const { tree, files: inside } of inTrees.values()) {
    const names = inside.map(({ name }) => name)
    const tracked = await trackedBy(files, tree, names)
    for (const { file, name } of inside) found.set(file, tracked.has(name) ? 'tracked' : 'inside')
  }
  return found
}

interface InTree {
  readonly file: string
  /** From the root of the work tree, divided by slashes. */
  readonly name: string
}

interface WorkTree {
  readonly root: string
  /** Where git keeps what it knows of it: `.git`, or where a file of that name leads. */
  readonly gitFolder: string
}

async function realFile(files: Files, file: string): Promise<string | undefined> {
  if (!path.isAbsolute(file)) return undefined
  try {
    const real = await files.resolve(file)
    return (await files.look(real)) === undefined ? undefined : real
  } catch {
    return undefined
  }
}

/** The innermost work tree that a folder is in. */
async function treeAbove(
  files: Files,
  start: string,
  known: Map<string, WorkTree | undefined>,
): Promise<WorkTree | undefined> {
  const passed: string[] = []
  let found: WorkTree | undefined
  for (let folder = start; ; folder = path.dirname(folder)) {
    const before = known.has(folder)
    found = before ? known.get(folder) : await treeAt(files, folder)
    passed.push(folder)
    if (before || found !== undefined || path.dirname(folder) === folder) break
  }
  for (const folder of passed) known.set(folder, found)
  return found
}

/** As git does, go on above where what is called `.git` is of no repository. */
async function treeAt(files: Files, root: string): Promise<WorkTree | undefined> {
  try {
    const marker = path.join(root, '.git')
    const facts = await files.look(await files.resolve(marker))
    if (facts === undefined) return undefined
    const gitFolder = facts.kind === 'file' ? await namedFolder(files, marker, facts.size) : marker
    if (gitFolder === undefined) return undefined
    const hasHead = (await files.look(path.join(gitFolder, 'HEAD'))) !== undefined
    return hasHead ? { root, gitFolder } : undefined
  } catch {
    return undefined
  }
}

/** In bytes: a path, and the word before it. */
const LARGEST_MARKER = 64 * 1024

/** Of another work tree of the same repository, and of a submodule, `.git` is a file that names the folder. */
async function namedFolder(
  files: Files,
  marker: string,
  size: number,
): Promise<string | undefined> {
  const text = size > LARGEST_MARKER ? undefined : await files.read(marker)
  const [, named] = /^gitdir: (.+?)[\r\n]*$/s.exec(text ?? '') ?? []
  return named === undefined ? undefined : path.resolve(path.dirname(marker), named)
}

/** In bytes: several hundred thousand files. Beyond that, looking takes longer than anybody waits. */
const LARGEST_INDEX = 64 * 1024 * 1024

/** Those of some files that the index has. None where it cannot be told. */
async function trackedBy(
  files: Files,
  { gitFolder }: WorkTree,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  try {
    const index = await files.resolve(path.join(gitFolder, 'index'))
    const facts = await files.look(index)
    if (facts?.kind !== 'file' || facts.size > LARGEST_INDEX) return NONE
    const bytes = await files.readBytes(index)
    return (bytes === undefined ? undefined : trackedIn(bytes, names)) ?? NONE
  } catch {
    return NONE
  }
}

const NONE: ReadonlySet<string> = new Set()
