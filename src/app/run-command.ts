import type { Diagnostic } from '../core/diagnostic.ts'
import type { JsonObject } from '../core/json.ts'
import { isJsonObject } from '../core/json.ts'
import { parseJsonDocument, positionAt, valueOf } from '../core/jsonc/parse.ts'
import type { JsonDocument } from '../core/jsonc/parse.ts'
import { hasLogin } from '../core/plan/actual.ts'
import type { Choices, Decision } from '../core/plan/plan.ts'
import { decideRun } from '../core/plan/run-decisions.ts'
import type { RunDecisions } from '../core/plan/run-decisions.ts'
import {
  childEnvironment,
  CONTENT_VARIABLE,
  idsIn,
  makeRunConfig,
  mayBeFilledIn,
  nameVariables,
} from '../core/run-config.ts'
import type { KeyInRun, ProviderLists } from '../core/run-config.ts'
import type { Secret } from '../core/secret.ts'
import { variablesNamed } from '../core/key-delivery.ts'
import { OpgenError } from '../errors.ts'
import type { Ended, Files, Machine } from '../system/system.ts'
import { configFolder, readLists } from './config-sources.ts'
import { findTargets } from './find-targets.ts'
import { requireNoKeyInConfig } from './guard-keys.ts'
import { requireKnownIds } from './known-ids.ts'
import { loadManifest } from './load-manifest.ts'
import type { LoadedManifest } from './load-manifest.ts'
import { locate } from './locate-file.ts'
import { variable } from './paths.ts'
import { askAgain, askSources } from './ask-sources.ts'
import { readReferences } from './read-references.ts'
import { collectAnswers, requireRead } from './resolve-keys.ts'
import type { KeyAnswers } from './resolve-keys.ts'
import type { Session } from './session.ts'
import { readState } from './state-store.ts'
import { readMachineSecret } from './machine-secret.ts'
import type { MachineSecret } from './machine-secret.ts'

/** All that a child is to be given, or what is to be decided before. Holds keys: never printed. */
export interface PreparedRun {
  readonly manifest: LoadedManifest
  /** While there are any, nothing is started. */
  readonly decisions: readonly Decision[]
  /** Things worth saying, by provider id. */
  readonly notes: ReadonlyMap<string, readonly string[]>
  readonly warnings: readonly Diagnostic[]
  /** The whole environment of the child. */
  readonly environment: Readonly<Record<string, string>>
  readonly trusted: RunDecisions['trusted']
  readonly accepted: RunDecisions['accepted']
  readonly machineSecret: MachineSecret
}

/** @param entered ids of providers for which a key was stored since the last time */
export type PrepareRun = (choices: Choices, entered?: readonly string[]) => Promise<PreparedRun>

/**
 * Read the manifest and ask the keys, once; what comes back prepares a run with the answers given. Writes
 * nothing, and reads no key but from its sources.
 *
 * @throws InvalidInput for a bad manifest
 * @throws OpgenError `bad-content`, `unfit-key`, and what the world refuses
 */
export async function startRun(
  session: Session,
  { trustCommands }: Pick<Choices, 'trustCommands'>,
): Promise<PrepareRun> {
  const { system } = session
  const manifest = await loadManifest(session)
  const callers = readContent(system.machine)
  const { providers } = manifest.wanted
  const unwanted = new AbortController()
  const how = { mayUnlock: true, signal: unwanted.signal }
  let asking = askSources(session, providers, { ...how, trustCommands })
  return async (choices, entered = []) => {
    try {
      requireKnown(manifest, choices)
      asking = askAgain(session, providers, {
        before: asking,
        entered,
        how: { ...how, trustCommands: choices.trustCommands },
      })
      // Whoever typed a key, or imported one, may have made it.
      const machineSecret = await readMachineSecret(system)
      const keys = collectAnswers(await asking, (key) => key.fingerprint(machineSecret.bytes))
      requireRead(unread(keys), keys)
      requireNoKeyInConfig(manifest.wanted, keys)
      const decided = await decide(session, { manifest, keys, choices })
      return {
        manifest,
        accepted: decided.accepted,
        machineSecret,
        trusted: decided.trusted,
        decisions: decided.decisions,
        notes: keys.notes,
        warnings: manifest.warnings,
        environment: await makeEnvironment(session, { manifest, callers, keys, decided }),
      }
    } catch (error) {
      unwanted.abort()
      throw error
    }
  }
}

/** Start the child, and wait for its end. */
export async function carryOutRun(
  { system }: Session,
  argv: readonly [string, ...string[]],
  { environment }: PreparedRun,
): Promise<Ended> {
  return await system.processes.run(argv, { env: environment })
}

/** What was refused and cannot be decided. */
function unread({ refused }: KeyAnswers): readonly string[] {
  return [...refused].filter(([, { kind }]) => kind !== 'untrusted').map(([id]) => id)
}

/** Everything that has to be decided before a key leaves opgen: the one place where a run asks. */
async function decide(
  session: Session,
  {
    manifest,
    keys,
    choices,
  }: Pick<Ingredients, 'manifest' | 'keys'> & { readonly choices: Choices },
): Promise<RunDecisions> {
  const { system } = session
  const { state: recorded } = await readState(system)
  const targets = findTargets(session)
  const logins = await readLogins(system.files, targets.auth)
  return decideRun(manifest.wanted, keys.resolved, {
    choices,
    recorded,
    readReference: await readReferences(system, manifest.wanted, targets),
    hasLogin: (id) => hasLogin(logins, id),
    // A run writes nothing, so all of them stay; a placeholder comes before them.
    keepsLogin: (id) => keys.resolved.get(id)?.state !== 'placeholder',
  })
}

/** OpenCode's logins; none where the file is no JSON, as for OpenCode. */
async function readLogins(files: Files, auth: string): Promise<JsonDocument | undefined> {
  const text = await files.read(auth)
  const parsed = text === undefined ? undefined : parseJsonDocument(text, 'strict')
  return parsed?.ok === true ? parsed.document : undefined
}

function requireKnown({ file, wanted }: LoadedManifest, { trustOrigin }: Choices): void {
  const ids = [...wanted.providers.map(({ id }) => id), ...wanted.notHere]
  requireKnownIds(file, trustOrigin === 'all' ? [] : [...trustOrigin], ids)
}

/** What the caller's own environment says to OpenCode. */
interface Content {
  readonly text: string
  readonly config: JsonObject
}

function readContent(machine: Machine): Content {
  const text = variable(machine, CONTENT_VARIABLE)
  if (text === undefined) return { text: '', config: {} }
  const parsed = parseJsonDocument(text, 'jsonc')
  const [problem] = parsed.ok ? [] : parsed.problems
  const config = parsed.ok ? valueOf(parsed.document.root) : undefined
  if (isJsonObject(config)) return { text, config }
  throw new OpgenError({ code: 'bad-content', ...positionAt(text, problem?.offset ?? 0) })
}

interface Ingredients {
  readonly manifest: LoadedManifest
  readonly callers: Content
  readonly keys: KeyAnswers
  readonly decided: RunDecisions
}

async function makeEnvironment(
  { system }: Session,
  { manifest, callers, keys, decided }: Ingredients,
): Promise<Readonly<Record<string, string>>> {
  const { machine } = system
  const { leftOut } = decided
  const secrets = [...keys.secrets].filter(([id]) => !leftOut.has(id))
  const isKey = (id: string): boolean => keys.resolved.get(id)?.state === 'present'
  const inVariables = secrets.filter(([id]) => isKey(id))
  for (const [provider, secret] of inVariables) {
    if (!mayBeFilledIn(secret.reveal())) throw new OpgenError({ code: 'unfit-key', provider })
  }
  // No key may be where the block of another provider would find it.
  const named = new Set(manifest.wanted.providers.flatMap(variablesNamed))
  const isTaken = (name: string): boolean =>
    machine.env[name] !== undefined || callers.text.includes(`{env:${name}}`) || named.has(name)
  const names = nameVariables(
    inVariables.map(([id]) => id),
    isTaken,
  )
  const config = makeRunConfig({
    wanted: manifest.wanted,
    keys: new Map(secrets.map(([id, secret]) => [id, keyInRun(secret, names.get(id))])),
    leftOut,
    lists: listsBelow(await readLists(system), callers.config),
    callers: callers.config,
    locate: (file) => locate(machine, configFolder(system), file),
  })
  const given = new Map(
    inVariables.map(([id, secret]): [string, string] => [names.get(id) ?? '', secret.reveal()]),
  )
  given.set(CONTENT_VARIABLE, JSON.stringify(config))
  return childEnvironment(machine.env, given, { ignoreCase: machine.os === 'win32' })
}

function keyInRun(secret: Secret, name: string | undefined): KeyInRun {
  return name === undefined
    ? { kind: 'placeholder', text: secret.reveal() }
    : { kind: 'variable', name }
}

function listsBelow(onDisk: ProviderLists, callers: JsonObject): ProviderLists {
  return {
    enabled: idsIn(callers['enabled_providers']) ?? onDisk.enabled,
    disabled: idsIn(callers['disabled_providers']) ?? onDisk.disabled,
  }
}
