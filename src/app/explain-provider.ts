import type { Diagnostic } from '../core/diagnostic.ts'
import { hasErrors } from '../core/diagnostic.ts'
import { membersAt, nameOf } from '../core/doctor/merged-config.ts'
import type { Scene } from '../core/doctor/scene.ts'
import type { ExplainInput, ManifestView } from '../core/explain/context.ts'
import { explain, isKnown, knownIn } from '../core/explain/explain.ts'
import type { Explanation } from '../core/explain/explanation.ts'
import { shownName } from '../core/explain/shown.ts'
import { isDummy } from '../core/import/block-key.ts'
import { sourceName } from '../core/key-source.ts'
import { keyVariable } from '../core/key-variable.ts'
import { nearest } from '../core/nearest.ts'
import type { Secret } from '../core/secret.ts'
import type { KeySource, WantedProvider } from '../core/wanted.ts'
import { InvalidInput, OpgenError } from '../errors.ts'
import { describeSource } from '../source-words.ts'
import { askSources } from './ask-sources.ts'
import { readWholeCatalogue } from './catalogue-cache.ts'
import { learnSecrets } from './learn-secrets.ts'
import { stateOf } from './list-keys.ts'
import { findManifest, seeManifest } from './load-manifest.ts'
import { displayPath, variable } from './paths.ts'
import { readScene } from './read-scene.ts'
import type { Session } from './session.ts'
import { keepMachineSecret, readMachineSecret } from './machine-secret.ts'
import type { SourceAnswer } from './walk-sources.ts'

/**
 * Explain one provider, with a manifest or without. The keychain is never asked to be unlocked, and only commands
 * that were accepted before are run.
 *
 * @throws InvalidInput `unknown-provider` for an id that stands nowhere
 */
export async function explainProvider(session: Session, id: string): Promise<Explanation> {
  const { system } = session
  const scene = withCatalogue(await readScene(session), await readWholeCatalogue(system))
  learnSecrets(session, scene)
  const machineSecret = await readMachineSecret(system)
  const fingerprintOf = (secret: Secret): string => {
    // What is compared is a key, wherever it stands.
    const text = secret.reveal()
    if (!isDummy(text)) session.learn(text)
    return secret.fingerprint(machineSecret.bytes)
  }
  const manifest = await readManifestView(session, id, fingerprintOf)
  const input: ExplainInput = {
    scene,
    id,
    manifest: manifest.view,
    fingerprintOf,
    fileOf: (layer, given) => scene.references.get(scene.fileOf(layer, given)),
    notes: manifest.notes,
  }
  if (!isKnown(knownIn(input))) throw new InvalidInput([unknown(input, manifest.ids)])
  const explanation = explain(input)
  // As with `key list`: fingerprints are only worth showing when they are the same the next time.
  if (showsFingerprint(explanation)) await keepMachineSecret(system, machineSecret)
  return explanation
}

function withCatalogue(scene: Scene, catalogue: Scene['catalogue']): Scene {
  return { ...scene, catalogue }
}

function showsFingerprint({ keys, sources }: Explanation): boolean {
  const { opencode1, opencode2 } = keys
  const all = [...opencode1.candidates, ...opencode2.candidates, ...sources]
  return all.some(({ fingerprint }) => fingerprint !== null)
}

interface SeenManifest {
  /** Undefined: there is none, or it cannot be read. */
  readonly view: ManifestView | undefined
  readonly ids: readonly string[]
  readonly notes: readonly string[]
}

const NO_MANIFEST: SeenManifest = { view: undefined, ids: [], notes: [] }

/** What the manifest says; one with errors, or none at all, says nothing, unless the command line names it. */
async function readManifestView(
  session: Session,
  id: string,
  fingerprintOf: (secret: Secret) => string,
): Promise<SeenManifest> {
  try {
    const file = await findManifest(session)
    const { wanted, diagnostics } = await seeManifest(session, file)
    if (wanted === undefined) throw new InvalidInput(diagnostics)
    const provider = wanted.providers.find((one) => one.id === id)
    const sources = provider === undefined ? [] : await sourcesOf(session, provider, fingerprintOf)
    const isNotHere = wanted.notHere.includes(id)
    const ids = [...wanted.providers.map((one) => one.id), ...wanted.notHere]
    return { view: { file: file.path, provider, isNotHere, sources }, ids, notes: [] }
  } catch (error) {
    if (error instanceof InvalidInput) return { ...NO_MANIFEST, notes: [faulty(session, error)] }
    const isAbsent = error instanceof OpgenError && error.failure.code === 'manifest-not-found'
    if (isAbsent && session.options.manifest === undefined) return NO_MANIFEST
    throw error
  }
}

function faulty({ system }: Session, { diagnostics }: InvalidInput): string {
  const file = diagnostics.find(({ source }) => source !== undefined)?.source?.file
  const name = file === undefined ? 'the manifest' : displayPath(system.machine, file)
  const isError = hasErrors(diagnostics) ? 'has errors, and' : 'is such that'
  return `${name} ${isError} nothing of the manifest is shown: \`opgen check\` names them`
}

/** The key sources of the manifest as `opgen key list` finds them, each with how it stands. */
async function sourcesOf(
  session: Session,
  provider: WantedProvider,
  fingerprintOf: (secret: Secret) => string,
): Promise<ManifestView['sources']> {
  const answers = await askSources(session, [provider], { mayUnlock: false })
  const answer = answers.get(provider.id)
  const override = keyVariable(provider.id)
  const isOverridden = variable(session.system.machine, override) !== undefined
  const names = [
    ...(isOverridden ? [`env:${override}`] : []),
    ...provider.key.sources.map(sourceName),
  ]
  const ending = endOf(answer, provider, names)
  return names.map((source, index) => {
    const nothing = { source, fingerprint: null, reason: undefined }
    if (index < ending) return { ...nothing, state: 'missing' }
    if (index > ending) return { ...nothing, state: 'not-asked' }
    const fingerprint = answer?.state === 'key' ? fingerprintOf(answer.secret) : null
    return { source, state: stateOf(answer?.state), fingerprint, reason: reasonOf(answer) }
  })
}

function reasonOf(answer: SourceAnswer | undefined): string | undefined {
  if (answer?.state === 'refused') return describeSource(answer.refusal, []).message
  return answer?.state === 'bad' ? 'what it gives is no key' : undefined
}

/** The index of the source that answered, or stopped the search; behind the last where none did. */
function endOf(
  answer: SourceAnswer | undefined,
  { key }: WantedProvider,
  names: readonly string[],
): number {
  const from = names.length - key.sources.length
  const ofKind = (kinds: readonly KeySource['kind'][]): number =>
    from + key.sources.findIndex(({ kind }) => kinds.includes(kind))
  switch (answer?.state) {
    case 'key':
    case 'bad':
      return names.indexOf(answer.source)
    case 'refused':
      return ofKind(answer.refusal.kind === 'untrusted' ? ['command'] : [answer.refusal.kind])
    case 'placeholder':
    case 'none':
      return ofKind(['none'])
    case 'external':
      return ofKind(['external'])
    case 'missing':
      return names.length
    case undefined:
      return 0
  }
}

/** Nothing has the id; the nearest of all that stand somewhere may be the one that was meant. */
function unknown(
  { scene, id }: Pick<ExplainInput, 'scene' | 'id'>,
  ofManifest: readonly string[],
): Diagnostic {
  const own = new Set([
    ...ofManifest,
    ...membersAt(scene.config, ['provider']).map(nameOf),
    ...[...scene.logins.keys()].map(shownName),
  ])
  const guess = nearest(id, own) ?? nearest(id, scene.catalogue.ids())
  const names = own.size === 0 ? 'no provider is set up here' : `there is ${[...own].join(', ')}`
  return {
    code: 'unknown-provider',
    severity: 'error',
    message: `no config file, login or manifest here has a provider "${id}", nor has OpenCode's catalogue`,
    hint: guess === undefined ? names : `did you mean "${guess}"?`,
  }
}
