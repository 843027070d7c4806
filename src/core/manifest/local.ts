import * as z from 'zod/mini'
import type { Diagnostic } from '../diagnostic.ts'
import { inOrder } from '../format-diagnostic.ts'
import type { MachineFacts } from '../machine-facts.ts'
import type { Sourced } from '../source.ts'
import { checkShape } from './check-shape.ts'
import { checkKnown } from './conditions.ts'
import { freeMap, text } from './model-schema.ts'
import { field, sourcedText, textOf } from './node.ts'
import type { MapNode, Node } from './node.ts'
import { readYaml } from './read-yaml.ts'
import type { YamlText } from './read-yaml.ts'

/** What `local.yaml` says of one computer; the file is never in git. */
export interface LocalSettings {
  readonly profile: Sourced<string> | undefined
  /** The name that this computer has in manifests. */
  readonly machine: Sourced<string> | undefined
  readonly vars: MapNode | undefined
}

const localSchema = z.strictObject(
  { profile: z.optional(text), machine: z.optional(text), vars: z.optional(freeMap) },
  'a map with "profile", "machine" or "vars"',
)

/** Read `local.yaml`. One with nothing in it is fine. */
export function readLocal(file: YamlText): {
  readonly value: LocalSettings
  readonly diagnostics: readonly Diagnostic[]
} {
  const { tree, diagnostics } = readYaml(file)
  const vars = field(tree, 'vars')
  return {
    value: {
      profile: sourcedText(field(tree, 'profile')),
      machine: sourcedText(field(tree, 'machine')),
      vars: vars?.kind === 'map' ? vars : undefined,
    },
    diagnostics: inOrder([
      ...diagnostics,
      ...(tree === undefined ? [] : checkShape(tree, localSchema)),
      ...['profile', 'machine'].flatMap((name) => checkName(field(tree, name), name)),
    ]),
  }
}

/** A name that is empty, or that something else was to make, can be nobody's. */
function checkName(node: Node | undefined, name: string): readonly Diagnostic[] {
  const given = textOf(node)
  if (node === undefined || given === undefined) return []
  if (given !== '' && !given.includes('{{')) return []
  const why = given === '' ? 'is empty' : 'cannot hold an expression'
  return [
    {
      code: 'bad-value',
      severity: 'error',
      message: `"${name}" ${why}`,
      source: node.source,
      hint: `write a name, or remove "${name}"`,
    },
  ]
}

const factsSchema = z.strictObject(
  {
    hostname: z.optional(text),
    os: z.optional(text),
    arch: z.optional(text),
    user: z.optional(text),
    profile: z.optional(text),
    env: z.optional(z.record(z.string(), text, 'a map of variable names to texts')),
  },
  'a map of facts',
)

/** Facts of another machine: those that are given. */
export type GivenFacts = Partial<MachineFacts>

/** Read the file of `--machine-facts`: a JSON object. An `env` in it stands for the whole environment. */
export function readFacts(file: YamlText): {
  readonly value: GivenFacts
  readonly diagnostics: readonly Diagnostic[]
} {
  const { tree, diagnostics } = readYaml(file)
  if (tree === undefined || diagnostics.length > 0) {
    return { value: {}, diagnostics: diagnostics.length > 0 ? diagnostics : [noFactsIn(file)] }
  }
  const env = field(tree, 'env')
  const fact = (name: string): Record<string, string> => {
    const value = sourcedText(field(tree, name))?.value
    return value === undefined ? {} : { [name]: value }
  }
  return {
    value: {
      ...fact('hostname'),
      ...fact('os'),
      ...fact('arch'),
      ...fact('user'),
      ...fact('profile'),
      ...(env === undefined ? {} : { env: (name) => sourcedText(field(env, name))?.value || null }),
    },
    diagnostics: inOrder([
      ...checkShape(tree, factsSchema),
      ...(['os', 'arch'] as const).flatMap((name) => {
        const given = sourcedText(field(tree, name))
        return given === undefined ? [] : checkKnown(name, given.value, given)
      }),
    ]),
  }
}

function noFactsIn({ path }: YamlText): Diagnostic {
  return {
    code: 'empty-manifest',
    severity: 'error',
    message: 'the file of facts is empty',
    source: { file: path, line: 1, column: 1 },
    hint: 'write e.g. `{ "hostname": "work-1", "os": "linux" }`',
  }
}
