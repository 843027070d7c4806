import { adapterOf } from '../../src/core/live/adapters.ts'
import type { Adapter } from '../../src/core/live/adapters.ts'
import { listingOf } from '../../src/core/offer/listing.ts'
import type { ListingKind } from '../../src/core/offer/listing-kind.ts'
import type { OfferedModel, Question } from '../../src/core/offer/model-facts.ts'

/** The adapter of a package, of a provider that OpenCode's catalogue does not know. */
export function adapterNamed(npm: string): Adapter {
  const adapter = adapterOf({ id: 'acme', npm }, false)
  if (adapter === undefined) throw new Error(`no adapter is called ${npm}`)
  return adapter
}

const COMPATIBLE = adapterNamed('@ai-sdk/openai-compatible')

/** What a server answers with status 200, by its path and perhaps, behind a space, what is posted. */
export type Answers = Readonly<Record<string, unknown>>

/** What is learnt from a server with the root `http://lab`, asked as `update` asks one; undefined: no list. */
export function offeredBy(
  kind: ListingKind,
  answers: Answers,
  adapter = COMPATIBLE,
): readonly OfferedModel[] | undefined {
  const listing = listingOf(kind, 'http://lab/v1', adapter)
  for (const list of listing.lists) {
    const body = answerTo(list, answers)
    const models = body === undefined ? undefined : listing.parse(body)
    if (models === undefined) continue
    const found = listing.details(models).flatMap((question) => {
      const said = answerTo(question, answers)
      return said === undefined ? [] : [{ question, body: said }]
    })
    return listing.fill(models, found)
  }
  return undefined
}

function answerTo({ url, body }: Question, answers: Answers): string | undefined {
  const asked = `${url.replace('http://lab', '')}${body === undefined ? '' : ` ${body}`}`
  const answer = answers[asked]
  return answer === undefined ? undefined : JSON.stringify(answer)
}
