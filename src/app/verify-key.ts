import { askWith, DECOY } from '../core/live/key-check.ts'
import type { KeyCheck } from '../core/live/key-check.ts'
import { compareReceptions, judgeAnswer } from '../core/live/reception.ts'
import type { Reception } from '../core/live/reception.ts'
import type { Secret } from '../core/secret.ts'
import type { HttpPatience, System } from '../system/system.ts'

/** Long enough for a server that is started by the request, or far away. */
const PATIENCE: HttpPatience = {
  connectDeadline: 10_000,
  deadline: 30_000,
  // The longest lists there are, of gateways to everything, have about a megabyte.
  mostBytes: 16 * 1024 * 1024,
}

/**
 * Ask a provider's server whether it takes a key.
 *
 * Many list their models to everybody. So whoever accepts the key is asked once more with one that is
 * none, and has to refuse it. (Without any key would prove less: some want one, and do not look at it.)
 *
 * @param onWaiting called when there is no answer for half a second
 */
export async function verifyKey(
  { http }: Pick<System, 'http'>,
  { check, key }: { readonly check: KeyCheck; readonly key: Secret },
  onWaiting: () => void,
): Promise<Reception> {
  const patience = { ...PATIENCE, onWaiting }
  const withKey = judgeAnswer(await http.ask(askWith(check, key), patience), check)
  if (withKey.kind !== 'accepted') return withKey
  const withDecoy = judgeAnswer(await http.ask(askWith(check, DECOY), patience), check)
  return compareReceptions(withKey, withDecoy)
}
