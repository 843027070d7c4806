import type { JsonValue } from '../json.ts'

/** The kinds of input and output that OpenCode knows, in the order in which they are written. */
export const MODALITIES = ['text', 'audio', 'image', 'video', 'pdf'] as const

export type Modality = (typeof MODALITIES)[number]

export interface Modalities {
  readonly input: readonly Modality[]
  readonly output: readonly Modality[]
}

/** US dollars for a million tokens. */
export interface Cost {
  readonly input: number
  readonly output: number
  readonly cache_read?: number
  readonly cache_write?: number
}

/** What somebody says of a model; what is absent was not said. */
export interface ModelFacts {
  readonly name?: string
  /** Tokens. */
  readonly context?: number
  readonly input?: number
  readonly output?: number
  readonly cost?: Cost
  readonly modalities?: Modalities
  readonly attachment?: boolean
  readonly reasoning?: boolean
  readonly tool_call?: boolean
  readonly temperature?: boolean
  readonly interleaved?: JsonValue
}

export interface OfferedModel {
  readonly id: string
  readonly facts: ModelFacts
  /** False where the server says that it answers no chats: embeddings, images, speech. */
  readonly isChat: boolean
  /** Worth telling about the facts, e.g. that the server may serve a smaller window than the model has. */
  readonly notes?: readonly string[]
}

/** One question to a provider's server. `url` is absolute, and of the origin of the base URL. */
export interface Question {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly body?: string
}

/** The body of an answer of status 200. */
export interface Answer {
  readonly question: Question
  readonly body: string
}

/** How the models of a server are learnt: asking is up to the caller. */
export interface Listing {
  /** Tried in order: the first that answers with a list is the list. None: the server is not asked. */
  readonly lists: readonly Question[]
  /** Undefined: this is no list of models. */
  readonly parse: (body: string) => readonly OfferedModel[] | undefined
  /** Questions for more about these models; failing ones are no failure. */
  readonly details: (models: readonly OfferedModel[]) => readonly Question[]
  /** The models with what the answers say, in the same order; answers to other questions are ignored. */
  readonly fill: (
    models: readonly OfferedModel[],
    answers: readonly Answer[],
  ) => readonly OfferedModel[]
}
