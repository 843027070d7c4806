import type { ConfigLayer } from '../config-layer.ts'
import { breakersIn } from '../filled-variables.ts'
import type { Breaker } from '../filled-variables.ts'
import type { Found, Rule } from '../rule.ts'
import type { SceneMachine } from '../scene.ts'

export const variableBreaksConfig: Rule = {
  code: 'variable-breaks-config',
  severity: 'error',
  title: 'a variable whose value breaks the JSON that it is filled in to',
  cause:
    'OpenCode fills in the value of a variable as it is, and reads the JSON after that: it does not start, and prints the whole file with every key, or takes a part of the value for fields',
  fix: 'have the value in a file and write {file:…} for it, which OpenCode escapes',
  source: 'contract 1.5, 1.4',
  check: ({ layers, machine }) =>
    layers.flatMap((layer) => breakingIn(layer, machine).map((found) => foundAt(layer, found))),
}

/** What counts: where the JSON comes out whole, what stands outside of texts has been meant. */
export function breakingIn(layer: ConfigLayer, { env }: SceneMachine): readonly Breaker[] {
  const { text, asWritten, problem } = layer
  return breakersIn(asWritten ?? text, env).filter(
    ({ has }) => has !== 'no-json' || problem !== undefined,
  )
}

function foundAt(
  { file, text, asWritten }: ConfigLayer,
  { name, offset, has, isValid }: Breaker,
): Found {
  const at = { file, text: asWritten ?? text, offset }
  if (has === 'no-json') {
    return {
      message: `the value of ${name} stands here without quotes, and is not set or no JSON`,
      fix: `set ${name} where OpenCode is started, or put quotes around it`,
      at,
    }
  }
  return {
    message: `the value of ${name} has ${WORDS[has]} in it, which OpenCode fills in as it is`,
    fix: FIXES[has]?.(name) ?? `have the value of ${name} in a file, and write {file:…} for it`,
    at,
    ...(isValid ? { severity: 'warning', cause: READ_AS_ESCAPE } : {}),
  }
}

const READ_AS_ESCAPE =
  'OpenCode fills in the value of a variable as it is, and reads the JSON after that: a backslash with what follows becomes another character'

const WORDS: Readonly<Record<Exclude<Breaker['has'], 'no-json'>, string>> = {
  quote: 'a double quote',
  backslash: 'a backslash',
  'line-break': 'a line break',
  'control-character': 'a control character',
  'comment-end': 'the end of a comment',
}

const FIXES: Readonly<Partial<Record<Breaker['has'], (name: string) => string>>> = {
  'comment-end': (name) => `take ${name} out of the comment: OpenCode fills it in there, too`,
}
