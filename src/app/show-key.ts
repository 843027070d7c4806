import { wayToKey } from '../core/plan/plan-key.ts'
import type { Fingerprint, Secret } from '../core/secret.ts'
import type { WantedProvider } from '../core/wanted.ts'
import { OpgenError } from '../errors.ts'
import { loadManifest } from './load-manifest.ts'
import { requireHere } from './require-here.ts'
import { askSources } from './ask-sources.ts'
import { refusedSource } from './resolve-keys.ts'
import type { SourceAnswer } from './walk-sources.ts'
import type { Session } from './session.ts'
import { keepMachineSecret, readMachineSecret } from './machine-secret.ts'

export interface ShownKey {
  readonly secret: Secret
  readonly fingerprint: Fingerprint
  /** Kind and address, e.g. `keychain:opgen/haimaker`. */
  readonly source: string
  readonly notes: readonly string[]
}

/**
 * Ask a provider's sources for its key, as an apply would.
 *
 * @throws InvalidInput for an id that the manifest does not name
 * @throws OpgenError where there is no key to show, and why
 */
export async function readShownKey(session: Session, id: string): Promise<ShownKey> {
  const { system } = session
  const provider = requireHere(await loadManifest(session, 'optional'), id)
  const answers = await askSources(session, [provider], { mayUnlock: true })
  const { secret, source, notes } = requireKey(provider, answers.get(id))
  const machineSecret = await readMachineSecret(system)
  // A fingerprint is only worth showing when it is the same the next time.
  await keepMachineSecret(system, machineSecret)
  return { secret, fingerprint: secret.fingerprint(machineSecret.bytes), source, notes }
}

function requireKey(
  wanted: WantedProvider,
  answer: SourceAnswer | undefined,
): Extract<SourceAnswer, { state: 'key' }> {
  const provider = wanted.id
  switch (answer?.state) {
    case 'key':
      return answer
    case 'bad': {
      const { fault, source } = answer
      throw new OpgenError({ code: 'bad-key', provider, fault, from: source })
    }
    case 'refused':
      throw refusedSource(answer.refusal, [provider])
    case 'none':
    case 'placeholder':
    case 'external':
      throw new OpgenError({
        code: 'no-key-used',
        provider,
        external: answer.state === 'external',
      })
    case 'missing':
    case undefined:
      throw new OpgenError({
        code: 'missing-keys',
        providers: [provider],
        way: wayToKey(wanted, 'one'),
      })
  }
}
