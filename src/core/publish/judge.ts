import type { Diagnostic } from '../diagnostic.ts'
import { destinationOf, isOpenPlace } from '../destination.ts'
import { flowsOf } from '../plan/flows.ts'
import type { FileReference, FlowScene } from '../plan/flows.ts'
import { describeSource } from '../plan/plan-origin.ts'
import type { Decision } from '../plan/plan.ts'
import type { ResolvedKey } from '../plan/plan-key.ts'
import { tokensInValues } from '../tokens.ts'
import type { Token } from '../tokens.ts'
import type { Wanted, WantedProvider, WantedValue } from '../wanted.ts'
import { publishedBlock, publishedFields, publishedKey } from './published.ts'
import type { PublishFormat } from './published.ts'

/** What is to be said of a manifest that goes to computers that nobody knows here. */
export function judgePublished(wanted: Wanted, format: PublishFormat): readonly Diagnostic[] {
  const values = [...wanted.providers.flatMap(publishedBlock), ...publishedFields(wanted)]
  return [
    ...values.flatMap((value) => referencesIn(value, format)),
    ...wanted.providers.flatMap((provider) => keyOutOfReach(wanted, provider)),
    ...publishedFields(wanted).flatMap((value) => forceOf(value, format)),
  ]
}

/** Each token on every laptop: a file that one lacks keeps OpenCode from starting there. */
function referencesIn(value: WantedValue, format: PublishFormat): readonly Diagnostic[] {
  return tokensInValues([value]).flatMap((token): readonly Diagnostic[] => {
    const { source } = value
    if (token.kind === 'file' && format === 'well-known' && isRelative(token.path)) {
      return [
        {
          code: 'publish-relative-file',
          severity: 'error',
          message: `{file:${token.path}} is relative to an address, where OpenCode finds no file, and does not start`,
          source,
          hint: 'write a path that each laptop has, with `~/` or from the root, or take it out',
        },
      ]
    }
    return [{ code: 'publish-reference', severity: 'warning', source, ...wordsOf(token) }]
  })
}

function isRelative(path: string): boolean {
  return !/^(?:~|\/|[a-z]:[\\/]|\{env:)/i.test(path)
}

function wordsOf(token: Token): { readonly message: string; readonly hint: string } {
  switch (token.kind) {
    case 'env':
      return {
        message: `$${token.name} is filled in on each laptop from its own environment`,
        hint: 'where it is not set, OpenCode takes an empty text',
      }
    case 'file':
      return {
        message: `{file:${token.path}} is filled in on each laptop from its own files`,
        hint: 'where there is no such file, OpenCode does not start',
      }
    case 'unclear':
      return {
        message: 'what OpenCode fills in here on each laptop cannot be told',
        hint: 'close the brace, or write the text without one',
      }
  }
}

/** A key for the block itself, which no laptop can give by id. */
function keyOutOfReach(
  { delivery }: Pick<Wanted, 'delivery'>,
  provider: WantedProvider,
): readonly Diagnostic[] {
  const { id, key } = provider
  const kind = publishedKey(provider)
  const hint = `give it in a manifest of the laptop's own: see docs/fleet.md`
  if (kind === 'in-block') {
    return [
      {
        code: 'publish-key-left-out',
        severity: 'warning',
        message: `"keyIn" puts the key of "${id}" into its block, where a laptop cannot give it by id`,
        source: key.source,
        hint,
      },
    ]
  }
  if (kind !== 'by-id' || delivery !== 'keyfile') return []
  return [
    {
      code: 'publish-key-left-out',
      severity: 'info',
      message: `"delivery: keyfile" is not published: a laptop without the file could not start OpenCode`,
      source: key.source,
      hint,
    },
  ]
}

/** OpenCode replaces lists and single values, takes what is managed last, and what a server says first. */
function forceOf({ path, source }: WantedValue, format: PublishFormat): readonly Diagnostic[] {
  const [name = ''] = path
  const isHiding = name === 'enabled_providers'
  if (format === 'managed') {
    const hiding = isHiding ? ', and hides every provider that it does not name' : ''
    return [
      {
        code: 'publish-forces',
        severity: 'warning',
        message: `"${name}" takes the place of what each user has${hiding}`,
        source,
        hint: 'take it out of what is published to force nothing',
      },
    ]
  }
  if (!isHiding) return []
  return [
    {
      code: 'publish-hides',
      severity: 'warning',
      message: `"${name}" hides every provider that it does not name, from users who have no such list`,
      source,
      hint: 'use `enabled_providers: auto` to hide nothing',
    },
  ]
}

/**
 * What is sent from laptops that nobody here has asked: another key in place of a missing one, a key in the
 * open, or to an adapter that OpenCode would install first.
 */
export function decidePublished(
  { providers }: Pick<Wanted, 'providers'>,
  isTrusted: (id: string) => boolean,
): readonly Decision[] {
  return providers.flatMap((provider): readonly Decision[] => {
    const { id } = provider
    const texts = isTrusted(id) ? [] : dangersOf(provider)
    if (texts.length === 0) return []
    const details = texts.map((text) => ({ text }))
    const flag = `--trust-origin ${id}`
    return [{ id, kind: 'origin', detail: texts.join('; '), details, flag, otherFlags: [] }]
  })
}

function dangersOf(provider: WantedProvider): readonly string[] {
  const flows = flowsOf({ provider, key: keyOnLaptop(provider), route: 'auth.json' }, ANY_LAPTOP)
  const open = destinationOf(provider).places.find(isOpenPlace)
  const isKeyed = publishedKey(provider) !== 'none'
  return [
    ...(open !== undefined && isKeyed
      ? [`the key of each laptop would travel unencrypted to ${open}`]
      : []),
    ...new Set(
      flows.flatMap((flow) =>
        flow.because === undefined ? [] : [`${describeSource(flow)} ${flow.because}`],
      ),
    ),
  ]
}

/** A laptop may have got the file before it got its key. */
function keyOnLaptop(provider: WantedProvider): ResolvedKey {
  const kind = publishedKey(provider)
  if (kind === 'external') return { state: 'external' }
  return kind === 'none' && provider.key.placeholder !== undefined
    ? { state: 'placeholder', fingerprint: '' }
    : { state: 'none' }
}

const ANY_LAPTOP: FlowScene = {
  readReference: (path) => ({ path, holdsKeys: mayHoldKeys(path) }),
  hasLogin: () => false,
  keepsLogin: () => true,
}

/** Where OpenCode and opgen keep keys when nobody has moved them, and what leads anywhere. */
function mayHoldKeys(path: FileReference['path']): boolean {
  const plain = path.replaceAll('\\', '/')
  return (
    /(?:^|\/)(?:auth\.json$|share\/opencode\/|opgen\/keys\/)/.test(plain) ||
    /^\/(?:proc|dev)\//.test(plain) ||
    plain.includes('{') ||
    plain.split('/').includes('..')
  )
}
