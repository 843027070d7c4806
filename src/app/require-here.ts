import type { WantedProvider } from '../core/wanted.ts'
import { InvalidInput, OpgenError } from '../errors.ts'
import { unknownProvider } from './known-ids.ts'
import type { LoadedManifest } from './load-manifest.ts'

/**
 * The provider of that id, which has to be on this machine.
 *
 * @throws InvalidInput with the nearest name, for an id that the manifest does not have
 * @throws OpgenError `not-here`
 */
export function requireHere(
  { file, wanted }: Pick<LoadedManifest, 'file' | 'wanted'>,
  id: string,
): WantedProvider {
  const provider = wanted.providers.find((one) => one.id === id)
  if (provider !== undefined) return provider
  if (wanted.notHere.includes(id)) throw new OpgenError({ code: 'not-here', provider: id })
  const ids = [...wanted.providers.map((one) => one.id), ...wanted.notHere]
  throw new InvalidInput([unknownProvider(file, id, ids)])
}
