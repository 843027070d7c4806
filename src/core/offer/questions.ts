import type { Adapter } from '../live/adapters.ts'
import { withoutTrailingSlashes } from '../url.ts'
import type { Answer, OfferedModel, Question } from './model-facts.ts'

export function get(url: string): Question {
  return { method: 'GET', url }
}

export function post(url: string, body: string): Question {
  return { method: 'POST', url, body }
}

/** The list that every server with an API like OpenAI's has, behind its base URL. */
export function listBehind(baseURL: string, adapter: Adapter): Question {
  const path = adapter.proof === 'models' ? adapter.path : '/models'
  return get(`${withoutTrailingSlashes(baseURL)}${path}${adapter.allAtOnce ?? ''}`)
}

/** Where a server has its own API: the base URL without the `/v1` of the one like OpenAI's. */
export function rootOf(baseURL: string): string {
  return withoutTrailingSlashes(withoutTrailingSlashes(baseURL).replace(/(?<!\/)\/v1$/, ''))
}

/** More would take longer than anybody waits, and hardly any server of one's own has as many models. */
const MOST_ASKED = 200

/** The first of the models, about which a server is asked one by one. */
export function asked(models: readonly OfferedModel[]): readonly OfferedModel[] {
  return models.slice(0, MOST_ASKED)
}

/** The answers by what was asked. */
export function answerTo(answers: readonly Answer[]): (question: Question) => string | undefined {
  const bodies = new Map(answers.map(({ question, body }) => [keyOf(question), body]))
  return (question) => bodies.get(keyOf(question))
}

function keyOf({ url, body }: Question): string {
  return `${url}\n${body ?? ''}`
}
