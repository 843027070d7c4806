import { isMap, isScalar, isSeq, visit } from 'yaml'
import { columnOf, lastLineOf } from './layout.ts'
import { isFlow, lineStart, membersOf } from './outline.ts'
import type { Member, Outline } from './outline.ts'

/** How the file writes what a new provider needs. */
export interface Style {
  /** Blanks from a provider's id to its fields. */
  readonly step: number
  /** Blanks from the name of a list to its dashes; undefined: there is no list to tell. */
  readonly listStep: number | undefined
  readonly singleQuotes: boolean
  /** Whether names are in double quotes, as in JSON. */
  readonly quotesAll: boolean
  /** Whether `{ a: 1 }` has blanks inside. */
  readonly pads: boolean
  /** Whether every provider is one line: `id: { … }`. */
  readonly oneLine: boolean
  /** Whether a blank line parts the providers. */
  readonly isSpaced: boolean
}

const USUAL_STEP = 2

/**
 * Look at the providers that are there, and at the rest of the file where they say nothing.
 *
 * @param outer column of what holds the providers
 */
export function styleOf(outline: Outline, providers: readonly Member[], outer: number): Style {
  const [first] = providers
  const ids = first === undefined ? undefined : columnOf(outline, first.start) - outer
  const fields = providers.flatMap((provider) => stepsIn(outline, provider))
  return {
    step: fields[0] ?? ids ?? firstStep(outline) ?? USUAL_STEP,
    pads: !/\{[^\s{}][^{}\n]*:/.test(outline.text.replaceAll('{{', '')),
    oneLine: providers.length > 0 && providers.every((provider) => isOneLine(outline, provider)),
    isSpaced: isSpaced(outline, providers),
    ...habits(outline),
  }
}

/** Blanks between an id and its fields, where these stand below it. */
function stepsIn(outline: Outline, { value, start, limit }: Member): readonly number[] {
  if (!isMap(value) || isFlow(value)) return []
  const [field] = membersOf(outline, value, limit)
  return field === undefined ? [] : [columnOf(outline, field.start) - columnOf(outline, start)]
}

/** The first indentation of the file. */
export function firstStep({ root, text }: Outline): number | undefined {
  let found: number | undefined
  visit(root, {
    Map: (_, node) => {
      const offset = node.srcToken?.type === 'block-map' ? node.range?.[0] : undefined
      const column = offset === undefined ? 0 : offset - lineStart(text, offset)
      if (column === 0) return undefined
      found = column
      return visit.BREAK
    },
  })
  return found
}

function isOneLine(outline: Outline, provider: Member): boolean {
  const { value, start } = provider
  if (!isMap(value) || !isFlow(value)) return false
  return lineStart(outline.text, provider.end) <= start && lastLineOf(outline, provider) > start
}

/** Whether at least half of the gaps have a blank line; of one provider, whether one parts it from examples. */
function isSpaced(outline: Outline, providers: readonly Member[]): boolean {
  const { text } = outline
  const gaps = providers.slice(1).map(({ start }, index) => {
    const above = providers[index]
    return above === undefined ? '' : text.slice(lastLineOf(outline, above), start)
  })
  const [only] = providers
  if (only === undefined) return false
  if (gaps.length === 0) return isBeforeExamples(outline, only)
  const blank = gaps.filter((gap) => /\n[^\S\n]*\r?\n/.test(gap))
  return blank.length * 2 >= gaps.length
}

/** Comments as far to the right as the provider, below a blank line: most likely others that are not in use. */
function isBeforeExamples(outline: Outline, only: Member): boolean {
  const below = outline.text.slice(lastLineOf(outline, only))
  const found = /^\r?\n[^\S\n]*\r?\n( +)#/.exec(below)?.[1]
  return found?.length === columnOf(outline, only.start)
}

function habits(outline: Outline): Pick<Style, 'listStep' | 'singleQuotes' | 'quotesAll'> {
  const quotes = { single: 0, double: 0 }
  let listStep: number | undefined
  visit(outline.root, {
    Scalar: (_, { type }) => {
      if (type === 'QUOTE_SINGLE') quotes.single += 1
      if (type === 'QUOTE_DOUBLE') quotes.double += 1
    },
    Pair: (_, { key, value }) => {
      const name = isScalar(key) ? key.range?.[0] : undefined
      const list = isSeq(value) && value.srcToken?.type === 'block-seq' ? value.srcToken : undefined
      if (name === undefined || list === undefined) return
      listStep ??= Math.max(0, columnOf(outline, list.offset) - columnOf(outline, name))
    },
  })
  const [first] = outline.root.items
  return {
    listStep,
    singleQuotes: quotes.single > quotes.double,
    quotesAll: isScalar(first?.key) && first.key.type === 'QUOTE_DOUBLE',
  }
}
