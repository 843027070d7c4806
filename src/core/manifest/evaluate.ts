import type { Diagnostic } from '../diagnostic.ts'
import type { MachineFacts } from '../machine-facts.ts'
import { NAMED_FACTS } from '../machine-facts.ts'
import { didYouMean } from '../nearest.ts'
import type { Source } from '../source.ts'
import type { ParseExpressions, Part } from './expression.ts'
import { knownKeysIn } from './key-forms.ts'
import type { MapNode, Node, ScalarNode } from './node.ts'
import { child, namesOf } from './node.ts'
import { describeValue, quote } from './words.ts'

/** What is wrong with one expression of a text; `index` counts the `{{` in it. */
export type Problem = Omit<Diagnostic, 'source'> & { readonly index: number | undefined }

export type Evaluated =
  | {
      readonly ok: true
      readonly text: string
      /** Where the variables that it names were set, and those that these name. */
      readonly via: readonly Source[]
    }
  | { readonly ok: false; readonly problems: readonly Problem[] }

export type Evaluate = (node: ScalarNode) => Evaluated

interface Scope {
  readonly facts: MachineFacts
  readonly vars: MapNode | undefined
  readonly parse: ParseExpressions
  /** Names of variables that hold keys. */
  readonly secret: ReadonlySet<string>
  /** Filled with the values that environment variables gave. */
  readonly disclosed: Set<string>
}

/** Characters that an expression may grow a text to. Variables of variables can double at every step. */
const LONGEST = 10_000

/** Places that are remembered of one value: variables of variables would multiply them, too. */
const MOST_PLACES = 20

/** Variables that may be named one through the other. */
const DEEPEST = 50

/** Make a function that works out texts with expressions, each once. */
export function evaluator(scope: Scope): Evaluate {
  const known = new Map<ScalarNode, Evaluated>()
  const open = new Set<ScalarNode>()
  const evaluate: Evaluate = (node) => {
    const before = known.get(node)
    if (before !== undefined) return before
    if (open.has(node)) return failed(cycle())
    if (open.size >= DEEPEST) return failed(tooMany())
    open.add(node)
    const result = evaluateText(String(node.value), scope, evaluate)
    open.delete(node)
    known.set(node, result)
    return result
  }
  return evaluate
}

function evaluateText(text: string, scope: Scope, evaluate: Evaluate): Evaluated {
  const parsed = scope.parse(text)
  if (!parsed.ok) {
    const { index, message, hint } = parsed
    return failed({ code: 'bad-expression', severity: 'error', index, message, hint })
  }
  const results = parsed.parts.map((part) => evaluatePart(part, scope, evaluate))
  const problems = results.flatMap((result) => (result.ok ? [] : result.problems))
  if (problems.length > 0) return { ok: false, problems }
  const whole = results.map((result) => (result.ok ? result.text : '')).join('')
  if (whole.length > LONGEST) return failed(tooLong())
  const via = results.flatMap((result) => (result.ok ? result.via : []))
  return { ok: true, text: whole, via: [...new Set(via)].slice(0, MOST_PLACES) }
}

function evaluatePart(part: Part, scope: Scope, evaluate: Evaluate): Evaluated {
  switch (part.kind) {
    case 'text':
      return found(part.text)
    case 'env':
      return evaluateVariable(part, scope)
    case 'value': {
      const [head, ...rest] = part.path
      return head === 'machine'
        ? evaluateFact(rest, part.index, scope.facts)
        : evaluateVar(rest, part.index, { vars: scope.vars, evaluate })
    }
  }
}

function found(text: string, via: readonly Source[] = []): Evaluated {
  return { ok: true, text, via }
}

function failed(problem: Problem): Evaluated {
  return { ok: false, problems: [problem] }
}

function evaluateFact(path: readonly string[], index: number, facts: MachineFacts): Evaluated {
  const [given = '', ...more] = path
  const name = NAMED_FACTS.find((fact) => fact === given)
  if (name === undefined || more.length > 0) {
    const shown = `machine.${path.join('.')}`
    return failed({
      ...undefinedValue(`there is no ${quote(shown)}`, index),
      hint: `a machine has ${NAMED_FACTS.join(', ')}`,
      ...didYouMean(given, NAMED_FACTS),
    })
  }
  const fact = facts[name]
  if (typeof fact === 'string') return found(fact)
  const shown = quote(`machine.${name}`)
  if (fact === null) {
    return failed({
      ...undefinedValue(`this machine has no ${shown}`, index),
      hint: 'give it in the file of `--machine-facts`',
    })
  }
  const message = `${shown} is not known here`
  return failed({ code: 'undefined-value', severity: 'info', message, index })
}

function evaluateVariable(
  { name, fallback, index }: Extract<Part, { kind: 'env' }>,
  { facts, secret, disclosed }: Scope,
): Evaluated {
  const value = facts.env(name)
  const keys = [...secret].flatMap((variable) => facts.env(variable) ?? [])
  const isKey =
    typeof value === 'string' && (knownKeysIn(value).length > 0 || keys.some(within(value)))
  if (holdsKey(name) || secret.has(name) || isKey) {
    return failed({
      code: 'key-in-expression',
      severity: 'error',
      index,
      message: `$${name} holds a key, and no key is given to an expression`,
      hint: `write {env:${name}}, which OpenCode fills in itself, or \`key: { env: ${name} }\``,
    })
  }
  if (typeof value === 'string') {
    disclosed.add(value)
    return found(value)
  }
  if (fallback !== undefined) return found(fallback)
  const unset = { code: 'unset-variable', index }
  if (value === undefined) {
    const message = `$${name} is not set here, and has no default`
    return failed({ ...unset, severity: 'info', message })
  }
  return failed({
    ...unset,
    severity: 'error',
    message: `$${name} is not set, or empty`,
    hint: `set it, or give a default: \`{{env "${name}" "…"}}\``,
  })
}

/** A test whether a text holds a key; one of a few characters could be in any text by chance. */
function within(text: string): (key: string) => boolean {
  return (key) => text === key || (key.length >= 12 && text.includes(key))
}

/** Names that keys are kept under by convention. */
function holdsKey(name: string): boolean {
  return /^OPGEN_KEY_|(?:^|_)(?:API_?KEY|KEY|TOKEN|SECRET|PASSWORD|PASSWD)$/i.test(name)
}

function evaluateVar(
  path: readonly string[],
  index: number,
  { vars, evaluate }: { readonly vars: MapNode | undefined; readonly evaluate: Evaluate },
): Evaluated {
  let node: Node | undefined = vars
  let above: Node | undefined
  for (const step of path) {
    above = node
    node = child(node, node?.kind === 'list' && /^\d+$/.test(step) ? Number(step) : step)
  }
  const name = quote(`vars.${path.join('.')}`)
  if (node === undefined) {
    const names = namesOf(above)
    return failed({
      ...undefinedValue(`there is no ${name}`, index),
      hint: 'set it under "vars" of the manifest; "vars" of local.yaml can change it on one computer',
      ...didYouMean(path.at(-1) ?? '', names),
    })
  }
  if (node.kind !== 'scalar' || node.value === null) {
    const what = node.kind === 'scalar' ? describeValue(node.value) : `a ${node.kind}`
    return failed({
      code: 'bad-expression',
      severity: 'error',
      index,
      message: `${name} is ${what}, which an expression cannot print`,
      hint: 'name a text, a number, true or false',
    })
  }
  if (node.expressions === undefined) return found(String(node.value), [node.source])
  const result = evaluate(node)
  if (result.ok) return { ...result, via: [node.source, ...result.via] }
  // Told at each use, but one problem each: variables of variables could multiply them.
  const [first = cycle()] = result.problems
  return failed(behind(first, name, index))
}

function behind(problem: Problem, name: string, index: number): Problem {
  const isChain = problem.message.startsWith('"vars.') && problem.message.includes(': ')
  const message = isChain ? problem.message : `${name}: ${problem.message}`
  return { ...problem, message, index }
}

function undefinedValue(message: string, index: number): Problem {
  return { code: 'undefined-value', severity: 'error', message, index }
}

function cycle(): Problem {
  return {
    code: 'bad-expression',
    severity: 'error',
    index: undefined,
    message: 'these variables lead back to each other',
    hint: 'give one of them a value of its own',
  }
}

function tooMany(): Problem {
  return {
    code: 'bad-expression',
    severity: 'error',
    index: undefined,
    message: `more than ${DEEPEST} variables name each other in a row`,
  }
}

function tooLong(): Problem {
  return {
    code: 'bad-expression',
    severity: 'error',
    index: undefined,
    message: `the text grows to more than ${LONGEST} characters`,
  }
}
