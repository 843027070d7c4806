import path from 'node:path'
import type { Diagnostic } from '../core/diagnostic.ts'
import type { LayerKind } from '../core/doctor/config-layer.ts'
import type { JsonDocument, JsonProblem, Syntax } from '../core/jsonc/parse.ts'
import { isStrictJson, parseJsonDocument, positionAt } from '../core/jsonc/parse.ts'
import type { ActualState, JsonFile } from '../core/plan/actual.ts'
import type { OtherConfig } from '../core/plan/warnings.ts'
import { InvalidInput, isNotText, OpgenError } from '../errors.ts'
import type { System } from '../system/system.ts'
import { readOthers } from './config-layers.ts'
import type { Targets } from './find-targets.ts'
import { HALF_WRITTEN, isYoung } from './half-written.ts'

/** OpenCode's files as they are; every one that cannot be read as JSON is reported at once. */
export async function readActual(
  system: System,
  targets: Targets,
): Promise<Omit<ActualState, 'keyFiles'>> {
  const problems: Diagnostic[] = []
  const config: JsonFile[] = []
  for (const file of targets.config) {
    config.push(await readJson(system, { file, target: 'config' }, problems))
  }
  const auth = await readJson(system, { file: targets.auth, target: 'auth' }, problems)
  const formerAuth: JsonFile[] = []
  for (const file of targets.formerAuth ?? []) {
    formerAuth.push(await readJson(system, { file: file, target: 'auth' }, problems))
  }
  if (problems.length > 0) throw new InvalidInput(problems)
  return { config, auth, formerAuth, newConfig: newConfig(config, targets) }
}

/** The config file that takes what none holds yet: opencode.jsonc, else opencode.json, else a new opencode.jsonc. */
function newConfig(all: readonly JsonFile[], { former = [] }: Targets): string {
  const config = all.filter((file) => !former.includes(file.path))
  const named = (name: string): JsonFile | undefined =>
    config.find((file) => path.basename(file.path) === name)
  const existing = [named('opencode.jsonc'), named('opencode.json')].find(
    (file) => file?.document !== undefined,
  )
  const chosen = existing ?? named('opencode.jsonc') ?? config.at(-1)
  if (chosen === undefined) throw new Error('no config target')
  return chosen.path
}

interface Wanted {
  readonly file: string
  readonly target: JsonFile['target']
}

/**
 * Read one of OpenCode's files. Its writers write in place: what does not parse, or is empty, may be half
 * written, and is read again for half a second. A config file is waited for only where it has just
 * been touched, since a person's slip is the likelier reason.
 */
async function readJson(system: System, wanted: Wanted, problems: Diagnostic[]): Promise<JsonFile> {
  for (let tries = 1; ; tries += 1) {
    const once = await readOnce(system, wanted)
    const isLast = tries === HALF_WRITTEN.tries
    if (once.kind === 'whole' || isLast || !(await mayChange(system, wanted, once))) {
      if (once.kind === 'no-text') throw once.refusal
      problems.push(...once.problems)
      return once.json
    }
    await system.pause(HALF_WRITTEN.pause)
  }
}

/** What one reading gives. */
type Reading =
  | {
      readonly kind: 'whole' | 'bad' | 'empty'
      readonly json: JsonFile
      readonly problems: readonly Diagnostic[]
    }
  /** It may be cut off within a character. */
  | { readonly kind: 'no-text'; readonly refusal: unknown }

async function readOnce(system: System, { file, target }: Wanted): Promise<Reading> {
  let text: string | undefined
  try {
    text = await readTarget(system, file)
  } catch (refusal) {
    if (!isNotText(refusal)) throw refusal
    return { kind: 'no-text', refusal }
  }
  const problems: Diagnostic[] = []
  const document = parseTarget(file, text, target === 'auth' ? 'strict' : 'jsonc', problems)
  const json = describe(target, file, document)
  const kind = text === '' ? 'empty' : problems.length > 0 ? 'bad' : 'whole'
  return { kind, json, problems }
}

async function mayChange(
  system: System,
  { file, target }: Wanted,
  { kind }: Reading,
): Promise<boolean> {
  return (target === 'auth' && kind !== 'empty') || (await isYoung(system, file))
}

/** A target must be a file that can be replaced; a pipe would be waited for without end. */
async function readTarget({ files }: System, file: string): Promise<string | undefined> {
  const facts = await files.look(file)
  const isLink = facts?.kind === 'link'
  const kind = isLink ? (await files.look(await files.resolve(file)))?.kind : facts?.kind
  if (kind === undefined) return undefined
  if (kind === 'file') return await files.read(file)
  throw new OpgenError({ code: 'file-refused', path: file, reason: 'is-a-folder' })
}

function describe(
  target: JsonFile['target'],
  file: string,
  document: JsonDocument | undefined,
): JsonFile {
  // A strict .json file stays strict; what already has comments is edited as what it is.
  const strict = target === 'auth' || (file.endsWith('.json') && isStrict(document))
  return { target, path: file, syntax: strict ? 'strict' : 'jsonc', document }
}

function isStrict(document: JsonDocument | undefined): boolean {
  return document === undefined || isStrictJson(document)
}

/** A file of no bytes counts as absent, for OpenCode as for opgen. */
function parseTarget(
  file: string,
  text: string | undefined,
  syntax: Syntax,
  problems: Diagnostic[],
): JsonDocument | undefined {
  if (text === undefined || text === '') return undefined
  const parsed = parseJsonDocument(text, syntax)
  if (parsed.ok) return parsed.document
  problems.push(...parsed.problems.map((problem) => targetProblem(file, text, problem, syntax)))
  return undefined
}

export function targetProblem(
  file: string,
  text: string,
  problem: JsonProblem,
  syntax: Syntax,
): Diagnostic {
  const fate =
    syntax === 'strict'
      ? 'OpenCode treats such a file as empty and overwrites it at the next login'
      : 'OpenCode does not start with it'
  return {
    code: problem.code === 'duplicate-key' ? 'target-duplicate-key' : 'target-syntax',
    severity: 'error',
    message: problem.message,
    source: { file, ...positionAt(text, problem.offset) },
    hint: problem.code === 'duplicate-key' ? 'remove one of the two' : `repair it by hand: ${fate}`,
  }
}

/** Config files that OpenCode would read beside the targets when started here. */
export async function readElsewhere(
  system: System,
  { config, shadowed }: Targets,
): Promise<readonly OtherConfig[]> {
  const layers = await readOthers(system, config)
  return layers.flatMap(({ kind, file, document }): OtherConfig[] => {
    // Where the command line names the target, nobody has said that the usual ones are in use.
    const isOther = kind !== 'config-dir' && (kind !== 'global' || shadowed.includes(file))
    return isOther && document !== undefined
      ? [{ path: file, document, because: BECAUSE[kind] }]
      : []
  })
}

const BECAUSE: Readonly<Record<LayerKind, string>> = {
  global: 'global folder',
  'config-variable': 'OPENCODE_CONFIG',
  project: 'project file',
  'dot-folder': 'project file',
  'home-dot-folder': '~/.opencode',
  'config-dir': 'OPENCODE_CONFIG_DIR',
  content: 'OPENCODE_CONFIG_CONTENT',
  managed: 'managed folder',
  given: '--config',
}
