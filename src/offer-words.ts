import type { NoCheck } from './core/live/key-check.ts'
import type { Refusal } from './core/live/reception.ts'
import type { Words } from './errors.ts'
import { describeReception } from './live-words.ts'

/** Why a server was not asked for its models. */
export type NotAsked = NoCheck | 'no-list' | 'missing-key' | 'undecided'

/** Why a provider's server was not asked which models it has. @param npm its adapter, where the block names one */
export function describeNotAsked(
  why: NotAsked,
  { id, npm }: { readonly id: string; readonly npm: string | undefined },
): Words {
  const byHand = 'list its models in the manifest'
  switch (why) {
    case 'adapter': {
      const whose = npm === undefined ? "the adapter that OpenCode's catalogue has" : npm
      return { message: `how ${whose} asks a server is not known`, hint: byHand }
    }
    case 'address':
      return { message: "only OpenCode's catalogue knows its address", hint: byHand }
    case 'filled-in':
      return { message: 'OpenCode fills in a part of its address or headers', hint: byHand }
    case 'header':
      return { message: 'a header under "options" stands where the key would be', hint: byHand }
    case 'no-list':
      return { message: 'the server has no list of models', hint: byHand }
    case 'missing-key':
      return { message: `there is no key for "${id}"`, hint: `run \`opgen key set ${id}\`` }
    case 'undecided':
      return {
        message: 'whether its key may be sent there is not decided',
        hint: `look at it, then run \`opgen key trust ${id}\``,
      }
  }
}

/** Why a server that was asked for its models gave none. Nothing of its answer is shown. */
export function describeNoOffer(
  reception: Refusal,
  asked: { readonly provider: string; readonly origin: string; readonly isExternal: boolean },
): Words {
  const { origin, isExternal } = asked
  const wantsKey = reception.kind === 'key-rejected' || reception.kind === 'key-forbidden'
  if (wantsKey && isExternal) {
    return {
      message: `${origin} wants a login, and that of "${asked.provider}" is OpenCode's own`,
      hint: 'list its models in the manifest, or give it a `key`',
    }
  }
  const words = describeReception(reception, asked)
  if (reception.kind !== 'odd-answer') return words
  return {
    ...words,
    hint: 'check "baseURL" and "npm"; if they are right, list the models in the manifest',
  }
}
