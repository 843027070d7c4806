import { createRequire } from 'node:module'
import type Handlebars from 'handlebars'
import type { RuntimeOptions } from 'handlebars'
import runtime from 'handlebars/dist/cjs/handlebars.runtime.js'
import type { CompileTemplate, PresetContext, TemplateResult } from '../core/preset/preset.ts'
import {
  findTemplateProblem,
  LONGEST_TEMPLATE,
  MOST_ROUNDS,
} from '../core/preset/template-limits.ts'
import { precompiled, TEMPLATE_OPTIONS } from './precompiled-templates.ts'

/** Thrown by a helper, in opgen's words; carries the place of the call. */
class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly line: number | undefined
  readonly column: number | undefined

  constructor(message: string, options: unknown) {
    super(message)
    const place = placeOf(options)
    this.line = place?.line
    this.column = place?.column
  }
}

type Helper = (this: unknown, ...given: readonly unknown[]) => unknown

/** What of Handlebars, or of its runtime alone, is used here. */
interface Engine {
  readonly helpers: Readonly<Record<string, unknown>>
  unregisterHelper(name: string): void
  unregisterDecorator(name: string): void
  registerHelper(name: string, helper: Helper): void
}

/** What one filling in has used up. */
interface Expense {
  rounds: number
  characters: number
}

function escaped(character: string): string {
  return String.raw`\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** An engine of one's own: the library's shared one can be changed by anybody. */
function equip<T extends Engine>(engine: T, expense: Expense): T {
  // One writes to the console, the other reaches by computed names.
  engine.unregisterHelper('log')
  engine.unregisterHelper('lookup')
  // Templates in a template, which can call themselves.
  engine.unregisterDecorator('inline')
  engine.registerHelper('each', counted(engine.helpers['each'], expense))
  engine.registerHelper('json', (value, options) => {
    const json: string | undefined = JSON.stringify(value)
    // JSON lets these stand, and YAML does not.
    const text = json?.replaceAll(/[\u007F-\u009F]/g, escaped)
    if (text === undefined) {
      throw new Refusal('the template uses a value that does not exist here', options)
    }
    expense.characters += text.length
    if (expense.characters > LONGEST_TEMPLATE) throw new Refusal(TOO_LONG, options)
    return text
  })
  return engine
}

const TOO_LONG = `the template comes out with more than ${LONGEST_TEMPLATE} characters`

/** The block helper `each`, which gives up when all loops of a template have gone round too often. */
function counted(each: unknown, expense: Expense): Helper {
  if (typeof each !== 'function') throw new TypeError('Handlebars has no helper "each"')
  return function (...given) {
    const options = given.at(-1)
    return Reflect.apply(each, this, [...given.slice(0, -1), countingRounds(options, expense)])
  }
}

/** The options of a block helper, with a body that counts how often it is called. */
function countingRounds(options: unknown, expense: Expense): unknown {
  if (typeof options !== 'object' || options === null || !('fn' in options)) return options
  const { fn } = options
  if (typeof fn !== 'function') return options
  const round = (...values: readonly unknown[]): unknown => {
    expense.rounds += 1
    if (expense.rounds > MOST_ROUNDS) {
      throw new Refusal(`the loops go round more than ${MOST_ROUNDS} times`, options)
    }
    return Reflect.apply(fn, undefined, values)
  }
  return { ...options, fn: round }
}

type Fill = (context: PresetContext, options: RuntimeOptions) => string

/**
 * Compile a template that can do very little: print values, `{{json value}}`, and the blocks `if`,
 * `unless`, `each` and `with`. No HTML escaping; a value that does not exist is an error; nothing
 * inherited from a prototype can be reached; what it may cost is limited.
 *
 * The presets that ship with opgen are compiled when it is built; the compiler itself, which takes
 * its time to load, is only loaded for others.
 */
export const compileTemplate: CompileTemplate = (text) => {
  const ready = precompiled.get(text)
  const problem = ready === undefined ? findTemplateProblem(text) : undefined
  if (problem !== undefined) return () => ({ ok: false, ...problem })
  const expense: Expense = { rounds: 0, characters: 0 }
  const fill: Fill =
    ready === undefined
      ? compileNow(text, expense)
      : equip(runtime.create(), expense).template(ready)
  return (context) => {
    expense.rounds = 0
    expense.characters = 0
    try {
      const output = fill(context, SEALED)
      if (output.length > LONGEST_TEMPLATE) throw new Refusal(TOO_LONG, undefined)
      return { ok: true, text: output }
    } catch (error) {
      return describe(error)
    }
  }
}

const SEALED: RuntimeOptions = {
  allowProtoMethodsByDefault: false,
  allowProtoPropertiesByDefault: false,
}

/** Handlebars parses at the first call, so that is where every error comes from. */
function compileNow(text: string, expense: Expense): Fill {
  const require = createRequire(import.meta.filename)
  const handlebars: typeof Handlebars = require('handlebars')
  return equip(handlebars.create(), expense).compile<PresetContext>(text, TEMPLATE_OPTIONS)
}

/** Handlebars gives a helper the place of its call, 0-based columns, beside its other options. */
function placeOf(options: unknown): { readonly line: number; readonly column: number } | undefined {
  if (typeof options !== 'object' || options === null || !('loc' in options)) return undefined
  const { loc } = options
  if (typeof loc !== 'object' || loc === null || !('start' in loc)) return undefined
  const { start } = loc
  if (typeof start !== 'object' || start === null) return undefined
  if (!('line' in start) || !('column' in start)) return undefined
  const { line, column } = start
  return typeof line === 'number' && typeof column === 'number'
    ? { line, column: column + 1 }
    : undefined
}

/** Handlebars' own sentences are for programmers, and its parse errors take several lines. */
function describe(error: unknown): TemplateResult & { readonly ok: false } {
  if (error instanceof Refusal) {
    const { message, line, column } = error
    return { ok: false, message, line, column }
  }
  const text = error instanceof Error ? error.message : ''
  const line = numberIn(error, 'lineNumber') ?? lineIn(text)
  const column = numberIn(error, 'column')
  return {
    ok: false,
    message: sentence(text),
    line,
    column: column === undefined ? undefined : column + 1,
  }
}

function sentence(text: string): string {
  const missing = /^"([\w.-]+)" not defined/.exec(text)?.[1]
  if (missing !== undefined) return `the template uses "${missing}", which has no value here`
  return /^(?:Parse|Lexical) error/.test(text)
    ? 'this is no valid template'
    : 'the template cannot be filled in'
}

function lineIn(text: string): number | undefined {
  const line = /on line (\d+)/.exec(text)?.[1] ?? / - (\d+):\d+$/.exec(text)?.[1]
  return line === undefined ? undefined : Number(line)
}

function numberIn(value: unknown, name: string): number | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const found: unknown = Reflect.get(value, name)
  return typeof found === 'number' ? found : undefined
}
