import { nearest } from '../nearest.ts'
import type { WantedProvider } from '../wanted.ts'
import { parseModelList } from './model-list.ts'

/** A model as a provider's block has it. */
export interface DeclaredModel {
  /** The name in OpenCode's list. */
  readonly id: string
  /** What the server knows it by. */
  readonly apiId: string
  /** It has an address or an adapter of its own: the provider's server has nothing to do with it. */
  readonly isElsewhere: boolean
}

/** A declared model beside what its server offers. */
export interface CheckedModel extends Pick<DeclaredModel, 'id' | 'apiId'> {
  /** Undefined: not known. */
  readonly offered: boolean | undefined
  /** What is offered under a name like it. The server's text. */
  readonly suggestion?: string
}

export function declaredModels({ values }: WantedProvider): readonly DeclaredModel[] {
  const models = new Map<string, DeclaredModel>()
  for (const { path, value } of values) {
    const [, , models_, id, field] = path
    if (models_ !== 'models' || id === undefined) continue
    const known = models.get(id) ?? { id, apiId: id, isElsewhere: false }
    const apiId = field === 'id' && typeof value === 'string' ? value : known.apiId
    models.set(id, { id, apiId, isElsewhere: known.isElsewhere || field === 'provider' })
  }
  return [...models.values()]
}

/** What a server says it has. */
export interface Listed {
  readonly ids: readonly string[]
  /** Whether these are all. */
  readonly isWhole: boolean
}

/** Undefined: this is no list of models. */
export function parseListed(body: string): Listed | undefined {
  const ids = parseModelList(body)
  return ids && { ids, isWhole: !hasMore(body) }
}

/** Anthropic and OpenAI say so in one way, Google in another. Only a short list can have more. */
function hasMore(body: string): boolean {
  if (!/"(?:has_more|nextPageToken|next_page_token)"/.test(body)) return false
  const value: unknown = JSON.parse(body)
  if (typeof value !== 'object' || value === null) return false
  const said = new Map(Object.entries(value))
  const token = said.get('nextPageToken') ?? said.get('next_page_token')
  return said.get('has_more') === true || (typeof token === 'string' && token !== '')
}

/** Names that are looked for: each takes a look at all that is offered. */
const MOST_GUESSES = 100

/**
 * Whether each declared model is offered.
 *
 * @param listed undefined: the server has no list, or none for whoever asked
 */
export function checkModels(
  declared: readonly DeclaredModel[],
  listed: Listed | undefined,
  isMeant: (apiId: string) => boolean = () => false,
): readonly CheckedModel[] {
  let guesses = 0
  return declared.map(({ id, apiId, isElsewhere }) => {
    const known = { id, apiId }
    if (listed === undefined || isElsewhere) return { ...known, offered: undefined }
    if (isMeant(apiId)) return { ...known, offered: true }
    if (!listed.isWhole) return { ...known, offered: undefined }
    guesses += 1
    const suggestion = guesses > MOST_GUESSES ? undefined : nearest(apiId, listed.ids)
    return { ...known, offered: false, ...(suggestion === undefined ? {} : { suggestion }) }
  })
}

/** What OpenRouter takes behind any of its models, to say how it is to be routed. */
const ROUTED = /:(?:nitro|floor|online|exacto)$/

/**
 * Whether a server with this list takes a name for one of its models: Ollama leaves `:latest` out, and
 * Anthropic the date.
 */
export function meaningOf(
  { ids }: Listed,
  { isOpenRouter }: { readonly isOpenRouter: boolean },
): (apiId: string) => boolean {
  const known = new Set(
    ids.flatMap((id) => [id, id.replace(/:latest$/, ''), id.replace(/-\d{8}$/, '')]),
  )
  return (apiId) => {
    if (known.has(apiId)) return true
    if (isOpenRouter) return known.has(apiId.replace(ROUTED, ''))
    return apiId.endsWith('-latest') && known.has(apiId.slice(0, -'-latest'.length))
  }
}
