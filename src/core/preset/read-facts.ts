import { hasErrors } from '../diagnostic.ts'
import type { Diagnostic } from '../diagnostic.ts'
import { checkShape } from '../manifest/check-shape.ts'
import { field, sourcedText, textOf } from '../manifest/node.ts'
import type { Entry, MapNode, Node } from '../manifest/node.ts'
import { readYaml } from '../manifest/read-yaml.ts'
import { quote } from '../manifest/words.ts'
import type { Sourced } from '../source.ts'
import type { PresetText } from './preset.ts'
import { PRESET_FACTS, presetFactsSchema } from './preset-schema.ts'

export type KeyNeed = 'required' | 'optional' | 'none' | 'external'

/** What decides how a template is filled in, and is therefore known before. */
export interface PresetDefaults {
  readonly name: Sourced<string> | undefined
  readonly baseURL: Sourced<string> | undefined
  /** The provider's id is in OpenCode's own catalogue; only what the user sets is rendered. */
  readonly catalogue: boolean
}

/** What a preset says of itself. Undefined: it does not say, or not in a way that can be read. */
export interface PresetFacts extends PresetDefaults {
  readonly about: string | undefined
  readonly key: KeyNeed | undefined
  readonly keyPage: string | undefined
}

/**
 * Read `default` and `catalogue` of a preset from the unfilled template. Filling it in needs them, so
 * they themselves cannot hold expressions. Where one is wrong, the other is read all the same.
 */
export function readPresetDefaults(preset: PresetText): {
  readonly defaults: PresetDefaults
  readonly diagnostics: readonly Diagnostic[]
} {
  const { tree, diagnostics } = readUnfilled(preset, ['default', 'catalogue'])
  return { defaults: defaultsOf(tree), diagnostics }
}

/**
 * Read what a list of presets shows, each field on its own: one that is wrong, or that holds an
 * expression, leaves the others readable.
 */
export function readPresetFacts(preset: PresetText): {
  readonly facts: PresetFacts
  readonly diagnostics: readonly Diagnostic[]
} {
  const { tree, diagnostics, unread } = readUnfilled(preset, PRESET_FACTS)
  const facts = {
    ...defaultsOf(tree),
    about: textOf(field(tree, 'about')),
    key: keyNeed(textOf(field(tree, 'key'))),
    keyPage: textOf(field(tree, 'keyPage')),
  }
  const skip = (path: readonly PropertyKey[]): boolean => unread.has(String(path[0]))
  return { facts, diagnostics: [...diagnostics, ...checkShape(tree, presetFactsSchema, skip)] }
}

/** Undefined for any other word: the schema has said so. */
export function keyNeed(word: string | undefined): KeyNeed | undefined {
  switch (word) {
    case 'required':
    case 'optional':
    case 'none':
    case 'external':
      return word
    case undefined:
    default:
      return undefined
  }
}

function defaultsOf(tree: Node): PresetDefaults {
  const defaults = field(tree, 'default')
  const catalogue = field(tree, 'catalogue')
  return {
    name: sourcedText(field(defaults, 'name')),
    baseURL: sourcedText(field(defaults, 'baseURL')),
    catalogue: catalogue?.kind === 'scalar' && catalogue.value === true,
  }
}

interface Unfilled {
  readonly tree: MapNode
  readonly diagnostics: readonly Diagnostic[]
  /** Fields that are there and could not be read. */
  readonly unread: ReadonlySet<string>
}

/** The top-level fields of these names, of a text that need not be YAML before it is filled in. */
function readUnfilled({ file, text }: PresetText, names: readonly string[]): Unfilled {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const entries = new Map<string, Entry>()
  const diagnostics: Diagnostic[] = []
  const unread = new Set<string>()
  for (const name of names) {
    const block = findBlock(lines, name)
    if (block === undefined) continue
    const expression = findExpression(block, { file, name })
    // Empty lines above keep the positions those of the whole file.
    const above = '\n'.repeat(block.start)
    const read =
      expression === undefined
        ? readYaml({ path: file, text: above + block.lines.join('\n') })
        : { tree: undefined, diagnostics: [expression] }
    diagnostics.push(...read.diagnostics)
    const entry = read.tree?.kind === 'map' ? read.tree.entries.get(name) : undefined
    if (entry === undefined || hasErrors(read.diagnostics)) unread.add(name)
    else entries.set(name, entry)
  }
  const tree: MapNode = { kind: 'map', entries, source: { file, line: 1, column: 1 } }
  return { tree, diagnostics, unread }
}

interface Block {
  /** Index of the first line. */
  readonly start: number
  readonly lines: readonly string[]
}

/** The lines of a top-level field: its own, and those below that are indented, comments or empty. */
function findBlock(lines: readonly string[], name: string): Block | undefined {
  const head = new RegExp(String.raw`^${name}\s*:`)
  const start = lines.findIndex((line) => head.test(line))
  if (start < 0) return undefined
  const length = lines.slice(start + 1).findIndex((line) => /^\S/.test(line) && !/^[#}]/.test(line))
  return { start, lines: lines.slice(start, length < 0 ? lines.length : start + 1 + length) }
}

function findExpression(
  { start, lines }: Block,
  { file, name }: { readonly file: string; readonly name: string },
): Diagnostic | undefined {
  const index = lines.findIndex((line) => line.includes('{{'))
  if (index < 0) return undefined
  const column = (lines[index]?.indexOf('{{') ?? 0) + 1
  return {
    code: 'template-error',
    severity: 'error',
    message: `${quote(name)} of a preset cannot hold expressions`,
    source: { file, line: start + index + 1, column },
    hint: 'it is read before the template is filled in',
  }
}
