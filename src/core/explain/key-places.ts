import { membersAt, nameOf, placeOf } from '../doctor/merged-config.ts'
import type { MergedNode } from '../doctor/merged-config.ts'
import type { JsonValue } from '../json.ts'
import type { Context } from './context.ts'
import type { Candidate } from './explanation.ts'
import { shownName } from './shown.ts'
import { filledIn, keyIn } from './filled-in.ts'

/** A candidate before it is known which one wins. */
export type Contender = Omit<Candidate, 'wins'>

/** A value of the block that a key may stand in; undefined where it is not there, or no text. */
export function contenderAt(
  context: Context,
  node: MergedNode | undefined,
  { kind, name }: Pick<Contender, 'kind' | 'name'>,
): Contender | undefined {
  if (node === undefined || typeof node.value !== 'string') return undefined
  const place = placeOf(node)
  const { state, secret, form, trouble } = filledIn(context, place, node.value)
  return {
    kind,
    name,
    form,
    origin: context.originOf(place),
    state,
    fingerprint: secret === undefined ? null : context.fingerprintOf(secret),
    reason: trouble,
  }
}

/** An environment variable. */
export function contenderOf(
  { scene, fingerprintOf }: Pick<Context, 'scene' | 'fingerprintOf'>,
  kind: 'variable' | 'adapter-variable',
  variable: string,
): Contender {
  const value = scene.machine.env(variable)
  const secret = value === undefined ? undefined : keyIn(value)
  return {
    kind,
    name: `$${shownName(variable)}`,
    form: undefined,
    origin: { file: shownName(variable), kind: 'variable' },
    state: value === undefined ? 'unset' : secret === undefined ? 'empty' : 'set',
    fingerprint: secret === undefined ? null : fingerprintOf(secret),
    reason: undefined,
  }
}

/** The header of this name, in whatever case; of several the last counts. */
export function headerAt(
  node: MergedNode | undefined,
  path: readonly string[],
  wanted: string,
): MergedNode | undefined {
  return membersAt(node, path).findLast((header) => nameOf(header).toLowerCase() === wanted)
}

/** Texts of a list, as of the names under `env`. */
export function textsOf(value: JsonValue | undefined): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined
  return value.filter((item) => typeof item === 'string')
}
