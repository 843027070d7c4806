import path from 'node:path'
import { checkKey } from '../core/check-key.ts'
import type { Checked, Diagnostic } from '../core/diagnostic.ts'
import { NOWHERE } from '../core/manifest/carry-yaml.ts'
import { makeImport, mergedConfig } from '../core/import/make-import.ts'
import type { Import } from '../core/import/make-import.ts'
import type { Login } from '../core/import/import-block.ts'
import { isJsonObject } from '../core/json.ts'
import type { JsonValue } from '../core/json.ts'
import { secretsIn } from '../core/import/known-secrets.ts'
import type { KnownSecrets } from '../core/import/known-secrets.ts'
import { nodeAt, valueOf } from '../core/jsonc/parse.ts'
import { keysIn } from '../core/manifest/key-forms.ts'
import { readManifestFile } from '../core/manifest/manifest-file.ts'
import { withFoundKeys } from '../core/manifest/find-keys.ts'
import { readManifest } from '../core/manifest/read-manifest.ts'
import { resolve } from '../core/manifest/resolve.ts'
import { nearest } from '../core/nearest.ts'
import type { ParseExpressions } from '../core/manifest/expression.ts'
import type { ActualState, JsonFile } from '../core/plan/actual.ts'
import type { Presets } from '../core/preset/preset.ts'
import type { ReadPreset } from '../core/preset/read-preset.ts'
import { unitsOf } from '../core/state/units.ts'
import type { Wanted } from '../core/wanted.ts'
import { InvalidInput, OpgenError } from '../errors.ts'
import { findTargets } from './find-targets.ts'
import type { Targets } from './find-targets.ts'
import { readKnownPresets } from './import-presets.ts'
import { loadPresetReader } from './load-manifest.ts'
import { readActual, readElsewhere } from './read-actual.ts'
import type { Session } from './session.ts'
import { readState } from './state-store.ts'

export interface ImportOptions {
  /** Ids to import, also those that another program maintains; none: all others. */
  readonly only: readonly string[]
  /** Leave keys where they are. */
  readonly keepKeys: boolean
}

/** What there is to import, and the manifest that says it. Nothing is written yet. */
export interface PreparedImport {
  readonly imported: Import
  /** What the manifest asks for. */
  readonly wanted: Wanted
  readonly targets: Targets
  readonly actual: Omit<ActualState, 'keyFiles'>
  /** Ids of logins in auth.json that stay OpenCode's own. */
  readonly logins: readonly string[]
  /** Ids under `providers`, which is OpenCode 2's own form. */
  readonly native: readonly string[]
  /** Files that OpenCode reads here beside its own, from which nothing comes. */
  readonly elsewhere: readonly { readonly file: string; readonly ids: readonly string[] }[]
}

/**
 * Make a manifest of OpenCode's files as they are.
 *
 * @param manifest path of the manifest that is to be written
 * @throws InvalidInput for files that are no JSON, and for ids that they do not have
 * @throws OpgenError `nothing-to-import`
 */
export async function prepareImport(
  session: Session,
  manifest: string,
  { only, keepKeys }: ImportOptions,
): Promise<PreparedImport> {
  const { system } = session
  const targets = findTargets(session)
  const actual = await readActual(system, targets)
  const config = mergedConfig(actual.config)
  const { provider: blocks } = config
  learnNames(session, blocks)
  requireBlocks(only, isJsonObject(blocks) ? Object.keys(blocks) : [], actual.newConfig)
  const { state } = await readState(system)
  const reader = await loadPresetReader()
  const { texts, traits } = await readKnownPresets(system, path.dirname(manifest), reader)
  const judge = judgeFor({
    manifest,
    texts,
    reader,
    parse: await parserFor(actual.config),
  })
  const known = knownSecrets(actual, blocks)
  for (const secret of known) session.learn(secret)
  const imported = makeImport({
    files: actual.config,
    login: (id) => loginOf(actual, id),
    only: only.length === 0 ? undefined : new Set(only),
    managed: new Set(unitsOf(state)),
    keepKeys,
    known,
    presets: traits,
    judge,
    version: system.version,
  })
  const judged = judge(imported.text)
  if (!judged.ok) throw new Error('an imported manifest that no command reads')
  const { providers: natives } = config
  const native = isJsonObject(natives) ? Object.keys(natives) : []
  if (imported.providers.length === 0 && imported.fields.length === 0) {
    throw new OpgenError({ code: 'nothing-to-import', left: imported.left, native })
  }
  const ours = new Set(
    imported.providers.flatMap(({ id, key }) => (key === 'external' ? [] : [id])),
  )
  const logins = idsIn(actual).filter((id) => !ours.has(id))
  const elsewhere = await providersElsewhere(session, targets)
  return { imported, wanted: judged.value, targets, actual, logins, native, elsewhere }
}

/** Reads a text as if it were the manifest's, as any command would. */
function judgeFor({
  manifest,
  texts,
  reader,
  parse,
}: {
  readonly manifest: string
  readonly texts: Presets
  readonly reader: ReadPreset
  readonly parse: ParseExpressions
}): (text: string) => Checked<Wanted> {
  const view = { ...NOWHERE, parse }
  return (text) => {
    const file = readManifestFile({ path: manifest, text })
    const found = withFoundKeys(file, [])
    const read = readManifest({ file, includes: [], diagnostics: [] }, view)
    if (!read.ok) return read
    if (found.length > 0) return { ok: false, diagnostics: found }
    return resolve(read.value, texts, { readPreset: reader })
  }
}

/** The parser of expressions takes its time to load, and hardly any setup has their braces. */
async function parserFor(files: readonly JsonFile[]): Promise<ParseExpressions> {
  if (!files.some(({ document }) => document?.text.includes('{{') === true)) return NOWHERE.parse
  const { parseExpressions } = await import('../system/handlebars-expressions.ts')
  return parseExpressions
}

async function providersElsewhere(
  session: Session,
  targets: Targets,
): Promise<PreparedImport['elsewhere']> {
  // Who names a file has said which one.
  if (session.options.config !== undefined) return []
  const others = await readElsewhere(session.system, targets)
  return others.flatMap(({ path: file, document }) => {
    const node = nodeAt(document, ['provider'])
    const blocks = node === undefined ? undefined : valueOf(node)
    if (!isJsonObject(blocks) || Object.keys(blocks).length === 0) return []
    learnNames(session, blocks)
    return [{ file, ids: Object.keys(blocks) }]
  })
}

/** Names are told of, and somebody may have put a key where one belongs. */
function learnNames(session: Session, value: JsonValue | undefined): void {
  if (!isJsonObject(value)) return
  for (const [name, below] of Object.entries(value)) {
    for (const { start, end } of keysIn(name)) session.learn(name.slice(start, end))
    learnNames(session, below)
  }
}

/** What stands for a key anywhere. In auth.json nothing else does. */
function knownSecrets(
  { auth }: Pick<ActualState, 'auth'>,
  blocks: JsonValue | undefined,
): KnownSecrets {
  const logins = auth.document === undefined ? undefined : valueOf(auth.document.root)
  const keys = isJsonObject(logins)
    ? Object.values(logins).flatMap((login) =>
        isJsonObject(login)
          ? [login['key'], login['access'], login['refresh'], login['token']]
          : [],
      )
    : []
  const all = [...secretsIn(blocks), ...keys.flatMap((key) => secretsIn(key, 'apiKey'))]
  // Who calls a key like its provider keeps no secret.
  const isId = (text: string): boolean => isJsonObject(blocks) && Object.hasOwn(blocks, text)
  return [...new Set(all)].filter((text) => !isId(text))
}

function requireBlocks(only: readonly string[], ids: readonly string[], file: string): void {
  const problems = only
    .filter((id) => !ids.includes(id))
    .map((id): Diagnostic => {
      const near = nearest(id, ids)
      return {
        code: 'unknown-provider',
        severity: 'error',
        message: `OpenCode's configuration has no provider "${id}"`,
        source: { file, line: 1, column: 1 },
        hint: near === undefined ? `it has ${ids.join(', ') || 'none'}` : `did you mean "${near}"?`,
      }
    })
  if (problems.length > 0) throw new InvalidInput(problems)
}

function idsIn({ auth }: Pick<ActualState, 'auth'>): readonly string[] {
  return auth.document?.root.members.map(({ key }) => key) ?? []
}

function loginOf({ auth }: Pick<ActualState, 'auth'>, id: string): Login {
  if (auth.document === undefined) return { kind: 'none' }
  const type = nodeAt(auth.document, [id, 'type'])
  const key = nodeAt(auth.document, [id, 'key'])
  if (nodeAt(auth.document, [id]) === undefined) return { kind: 'none' }
  const isKey = type?.kind === 'scalar' && type.value === 'api' && key?.kind === 'scalar'
  if (!isKey || typeof key.value !== 'string') return { kind: 'other' }
  if (key.value === '') return { kind: 'none' }
  const checked = checkKey(key.value)
  // What is no key as it stands, OpenCode sends all the same.
  return checked.ok && !checked.trimmed ? { kind: 'key', secret: checked.key } : { kind: 'other' }
}
