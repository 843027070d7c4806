import { createRequire } from 'node:module'
import type Handlebars from 'handlebars'
import type { RuntimeOptions } from 'handlebars'
import runtime from 'handlebars/dist/cjs/handlebars.runtime.js'
import type { CompileTemplate, PresetContext, TemplateResult } from '../core/preset/preset.ts'
import { precompiled, TEMPLATE_OPTIONS } from './precompiled-templates.ts'

/** Thrown by the helper `json`; carries the place of the call. */
class UndefinedValue extends Error {
  override readonly name = 'UndefinedValue'
  readonly line: number | undefined
  readonly column: number | undefined

  constructor(place: { readonly line: number; readonly column: number } | undefined) {
    super('undefined value')
    this.line = place?.line
    this.column = place?.column
  }
}

/** What of Handlebars, or of its runtime alone, is used here. */
interface Engine {
  unregisterHelper(name: string): void
  registerHelper(name: string, helper: (value: unknown, options: unknown) => string): void
}

/** An engine of one's own: the library's shared one can be changed by anybody. */
function equip<T extends Engine>(engine: T): T {
  // One writes to the console, the other reaches by computed names.
  engine.unregisterHelper('log')
  engine.unregisterHelper('lookup')
  engine.registerHelper('json', (value, options) => {
    const text: string | undefined = JSON.stringify(value)
    if (text === undefined) throw new UndefinedValue(placeOf(options))
    return text
  })
  return engine
}

type Fill = (context: PresetContext, options: RuntimeOptions) => string

/**
 * Compile a template that can do very little: print values, `{{json value}}`, and the blocks `if`,
 * `unless`, `each` and `with`. No HTML escaping; a value that does not exist is an error; nothing
 * inherited from a prototype can be reached.
 *
 * The presets that ship with opgen are compiled when it is built; the compiler itself, which takes
 * its time to load, is only loaded for others.
 */
export const compileTemplate: CompileTemplate = (text) => {
  const ready = precompiled.get(text)
  const fill: Fill =
    ready === undefined ? compileNow(text) : equip(runtime.create()).template(ready)
  return (context) => {
    try {
      return { ok: true, text: fill(context, SEALED) }
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
function compileNow(text: string): Fill {
  const require = createRequire(import.meta.filename)
  const handlebars: typeof Handlebars = require('handlebars')
  return equip(handlebars.create()).compile<PresetContext>(text, TEMPLATE_OPTIONS)
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
  if (error instanceof UndefinedValue) {
    const { line, column } = error
    return {
      ok: false,
      message: 'the template uses a value that does not exist here',
      line,
      column,
    }
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
  if (text.startsWith('The partial')) return 'a template cannot include another one'
  return text.startsWith('Parse error')
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
