import type { JsonNode } from '../jsonc/parse.ts'
import type { SchemaProblem, Spot } from './check-schema.ts'
import { memberSchema, resolved } from './opencode-schema.ts'
import type { Schema } from './opencode-schema.ts'

type Check = (schema: Schema, spot: Spot) => readonly SchemaProblem[]

interface Form {
  readonly schema: Schema
  readonly problems: readonly SchemaProblem[]
}

/**
 * Check a value that may have one of several forms, as if there were only the one that is meant: of those that it
 * has, the one that drops least; else that of its kind, of its `type`, of most of its members.
 */
export function chooseForm(schema: Schema, spot: Spot, check: Check): readonly SchemaProblem[] {
  const forms = formsOf(schema).map((form): Form => ({ schema: form, problems: check(form, spot) }))
  const clean = forms.find(({ problems }) => problems.length === 0)
  if (clean !== undefined) return clean.problems
  const [fitting] = forms
    .filter(({ problems }) => errors(problems) === 0)
    .toSorted((a, b) => a.problems.length - b.problems.length)
  if (fitting !== undefined) return fitting.problems
  const alike = forms.filter((form) => form.schema.type === typeOf(spot.node))
  const [only] = alike
  if (only === undefined || spot.node.kind === 'scalar') return [{ kind: 'unfit', spot, schema }]
  return alike.length === 1 ? only.problems : chosenObject(alike, spot)
}

/** The forms of each choice, without choices in them: thousands of values may have the same. */
const FORMS = new WeakMap<Schema, readonly Schema[]>()

function formsOf(schema: Schema): readonly Schema[] {
  const known = FORMS.get(schema)
  if (known !== undefined) return known
  const wanted = resolved(schema)
  const forms = wanted.anyOf === undefined ? [wanted] : wanted.anyOf.flatMap(formsOf)
  FORMS.set(schema, forms)
  return forms
}

function typeOf({ kind }: JsonNode): string {
  return kind
}

function errors(problems: readonly SchemaProblem[]): number {
  return problems.filter(({ kind }) => kind !== 'unknown').length
}

function chosenObject(forms: readonly Form[], spot: Spot): readonly SchemaProblem[] {
  const names = namesIn(spot.node)
  const known = ({ schema }: Form): number =>
    [...names].filter((name) => memberSchema(schema, name) !== undefined).length
  const tags = [...new Set(forms.flatMap(({ schema }) => tagsOf(schema)))].filter((tag) =>
    names.has(tag),
  )
  const isTagged = ({ problems }: Form): boolean =>
    !problems.some((problem) => isAtTag(problem, spot, tags))
  const tagged = forms.filter((form) => tagsOf(form.schema).some((tag) => names.has(tag)))
  const rightly = tagged.filter(isTagged)
  if (rightly.length > 0) {
    const [best] = rightly.toSorted(
      (a, b) => errors(a.problems) - errors(b.problems) || known(b) - known(a),
    )
    return errorsOf(best)
  }
  const others = forms.filter((form) => !tagged.includes(form))
  const wrong = tags.find((tag) => others.every(({ schema }) => !knows(schema, tag)))
  if (wrong !== undefined) return wrongTag(forms, wrong, tagged)
  const [best] = others.toSorted(
    (a, b) => known(b) - known(a) || errors(a.problems) - errors(b.problems),
  )
  if (best !== undefined && known(best) > 0) return errorsOf(best)
  const first = others.flatMap(({ schema }) => schema.required?.slice(0, 1) ?? [])
  return [{ kind: 'missing', spot, names: [...new Set(first)] }]
}

/** The names of members that tell one form from another: they must be there, and have one value. */
function tagsOf({ required = [], properties = {} }: Schema): readonly string[] {
  return required.filter((name) => properties[name]?.enum?.length === 1)
}

function knows({ properties = {} }: Schema, name: string): boolean {
  return Object.hasOwn(properties, name)
}

function isAtTag(problem: SchemaProblem, spot: Spot, tags: readonly string[]): boolean {
  const { kind } = problem
  return kind === 'unfit' && problem.spot.parent === spot && tags.includes(problem.spot.name)
}

/** What stands there tells none of the forms: it must be what one of them has. */
function wrongTag(
  forms: readonly Form[],
  tag: string,
  tagged: readonly Form[],
): readonly SchemaProblem[] {
  const anyOf = forms.flatMap(({ schema }) => {
    const wanted = tagsOf(schema).includes(tag) ? memberSchema(schema, tag) : undefined
    return wanted === undefined ? [] : [wanted]
  })
  const [found] = tagged
    .flatMap(({ problems }) => problems)
    .filter((problem) => problem.kind === 'unfit' && problem.spot.name === tag)
  return found === undefined ? [] : [{ kind: 'unfit', spot: found.spot, schema: { anyOf } }]
}

function errorsOf(form: Form | undefined): readonly SchemaProblem[] {
  return form?.problems.filter(({ kind }) => kind !== 'unknown') ?? []
}

function namesIn(node: JsonNode): ReadonlySet<string> {
  return new Set(node.kind === 'object' ? node.members.map(({ key }) => key) : [])
}
