import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { renderKeyFile, renderTarget } from '../../src/app/render-target.ts'
import { isStrictJson, parseJsonDocument } from '../../src/core/jsonc/parse.ts'
import { routeOf } from '../../src/core/key-delivery.ts'
import { filesOf, keyDocument } from '../../src/core/plan/actual.ts'
import type { ActualFile, ActualState, JsonFile, KeyFile } from '../../src/core/plan/actual.ts'
import type { Ending } from '../../src/core/plan/draft.ts'
import { makePlan } from '../../src/core/plan/make-plan.ts'
import type { Choices, FilePlan, Plan } from '../../src/core/plan/plan.ts'
import { Secret } from '../../src/core/secret.ts'
import { emptyState } from '../../src/core/state/recorded.ts'
import type { RecordedFile } from '../../src/core/state/recorded.ts'
import { wishForNothing } from './arbitrary-merges.ts'
import type { History, Merge, Wish } from './arbitrary-merges.ts'
import { findHarm } from './foreign-bytes.ts'
import {
  AUTH,
  CONFIGS,
  fingerprintOf,
  IDS,
  KEY_FILES,
  MANIFEST,
  referenceTo,
} from './merge-places.ts'
import type { Texts } from './merge-places.ts'

/* A plan made from texts, and carried out on them, with no world around it. */

export function planMerge(merge: Merge, choices: Choices, ending?: Ending): Plan {
  const facts = { machine: null, profile: null, env: {} }
  return makePlan({
    wanted: merge.wanted,
    keys: merge.keys,
    actual: actualOf(merge),
    recorded: merge.recorded,
    choices,
    fingerprintOf,
    manifest: MANIFEST,
    passing: { facts, left: new Map(merge.left.map((id) => [id, ['--profile']])) },
    authLink: undefined,
    elsewhere: [],
    readReference: (reference) => ({ path: reference, holdsKeys: false }),
    ...(ending === undefined ? {} : { ending }),
  })
}

function actualOf({ files, wanted, recorded }: Merge): ActualState {
  const config = CONFIGS.map((file) => readFile(file, files[file]))
  const existing = [config[2], config[1]].find((file) => file?.document !== undefined)
  const withFile = wanted.providers.filter((one) => routeOf(wanted, one) === 'keyfile')
  const known = Object.keys(recorded.files).filter((file) => path.dirname(file) === KEY_FILES)
  const ids = new Set([
    ...withFile.map(({ id }) => id),
    ...known.map((file) => path.basename(file)),
  ])
  return {
    config,
    auth: readFile(AUTH, files[AUTH]),
    keyFiles: [...ids].map((id) => readKeyFile(id, files[`${KEY_FILES}/${id}`])),
    newConfig: (existing ?? config[2])?.path ?? '',
  }
}

function readFile(file: string, text: string | undefined): JsonFile {
  const target = file === AUTH ? 'auth' : 'config'
  const parsed = parseJsonDocument(text ?? '{}', target === 'auth' ? 'strict' : 'jsonc')
  if (!parsed.ok) throw new Error(`this does not parse: ${text}`)
  const isStrict = target === 'auth' || (file.endsWith('.json') && isStrictJson(parsed.document))
  const document = text === undefined ? undefined : parsed.document
  return { target, path: file, syntax: isStrict ? 'strict' : 'jsonc', document }
}

function readKeyFile(id: string, text: string | undefined): KeyFile {
  return {
    target: 'keyfile',
    path: `${KEY_FILES}/${id}`,
    provider: id,
    reference: referenceTo(id),
    document: text === undefined ? undefined : keyDocument(text),
  }
}

/** The same after the plan was carried out; every edit is proved on the way. */
export function carryOut(merge: Merge, plan: Plan): Merge {
  const files: Record<string, string | undefined> = { ...merge.files }
  const recorded: Record<string, RecordedFile> = { ...plan.next.files }
  const actual = new Map(filesOf(actualOf(merge)).map((file) => [file.path, file]))
  for (const filePlan of plan.files) {
    const file = actual.get(filePlan.path)
    if (file === undefined) throw new Error(`${filePlan.path} is no target`)
    const rendered = render(merge, filePlan, file)
    files[file.path] = rendered?.text
    const next = recorded[file.path]
    if (rendered === undefined || next === undefined) continue
    const opened = { ...next.opened, ...Object.fromEntries(rendered.opened) }
    recorded[file.path] = { ...next, opened }
  }
  return { ...merge, files, recorded: { ...plan.next, files: recorded } }
}

function render(
  { recorded, secrets }: Merge,
  { action, edits }: FilePlan,
  file: ActualFile,
): ReturnType<typeof renderTarget> | undefined {
  if (action === 'remove') return undefined
  if (file.target === 'keyfile') return renderKeyFile(edits, { secrets })
  return renderTarget(file, edits, { recorded: recorded.files[file.path], secrets })
}

/** What was done to anything that is not recorded as opgen's. */
export function harmTo(
  before: Merge,
  after: Merge,
  isForced: (unit: string) => boolean,
): readonly string[] {
  const toKeys = harmToKeyFiles(before, after, isForced)
  const toFiles = [...CONFIGS, AUTH].flatMap((file) => {
    const harm = findHarm({
      before: before.files[file],
      after: after.files[file],
      ownedBefore: before.recorded.files[file],
      ownedAfter: after.recorded.files[file],
      target: file === AUTH ? 'auth' : 'config',
      isForced,
      fingerprintOf: (key) => fingerprintOf(new Secret(key)),
    })
    return harm.map((complaint) => `${path.basename(file)} ${complaint}`)
  })
  return [...toFiles, ...toKeys]
}

/** A key file is opgen's as long as the recorded key is in it. */
function harmToKeyFiles(
  before: Merge,
  after: Merge,
  isForced: (unit: string) => boolean,
): readonly string[] {
  return IDS.flatMap((id) => {
    const file = `${KEY_FILES}/${id}`
    const text = before.files[file]
    if (text === undefined || text === after.files[file] || isForced(id)) return []
    const owned = before.recorded.files[file]?.values['']
    const found = { fingerprint: fingerprintOf(new Secret(text.trim())) }
    const isOwn = owned?.origin !== 'kept' && isDeepStrictEqual(owned?.value, found)
    return isOwn ? [] : [`the key file of ${id} has another key`]
  })
}

/** The merge that the first of many wishes meets: opgen was never here. */
export function beginningOf({ files }: History): Merge {
  const keyless = Object.entries(files).filter(([file]) => path.dirname(file) !== KEY_FILES)
  return withWish({ ...NOTHING, files: Object.fromEntries(keyless) }, NOTHING)
}

const NOTHING: Merge = { ...wishForNothing, files: {}, recorded: emptyState }

export function withWish(merge: Merge, { wanted, keys, secrets, left }: Wish): Merge {
  return { ...merge, wanted, keys, secrets, left }
}

/** The texts of the files that are there. */
export function textsIn(files: Texts): Texts {
  return Object.fromEntries(Object.entries(files).filter(([, text]) => text !== undefined))
}
