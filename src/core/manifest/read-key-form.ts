import type { Diagnostic } from '../diagnostic.ts'
import { didYouMean } from '../nearest.ts'
import type { KeySource } from '../wanted.ts'
import { entriesOf, field, keySourceAt, textOf } from './node.ts'
import type { MapNode, Node } from './node.ts'
import { quote } from './words.ts'

export const FORMS_HINT =
  'write `keychain`, `{ env: NAME }`, `{ command: [...] }`, `{ file: PATH }`, `none`, `external`, or a list of these'

/** The forms of a key source that are maps, by the field that each is known by. */
const FORMS: ReadonlyMap<string, (node: MapNode) => KeySource | Diagnostic> = new Map([
  ['keychain', readEntry],
  ['env', readVariable],
  ['command', readCommand],
  ['file', readFile],
])

/** Read a key source that is a map. No message repeats a value: it may be a key. */
export function readForm(node: MapNode): KeySource | Diagnostic {
  const names = [...node.entries.keys()]
  const [first] = names
  if (first === undefined) return badKeySource(node, 'an empty key source', FORMS_HINT)
  // Beside a command its deadline may stand, also before it.
  const form = names.includes('command') ? 'command' : first
  const read = FORMS.get(form)
  if (read === undefined) {
    return unknownField(node, first, [...FORMS.keys()], `unknown key source ${quote(first)}`)
  }
  const beside = names.find((name) => name !== form && !(form === 'command' && name === 'timeout'))
  if (beside === undefined) return read(node)
  if (form === 'command' && !FORMS.has(beside)) {
    return unknownField(node, beside, ['timeout'], `unknown field ${quote(beside)}`)
  }
  const hint = 'write a list to try several in turn'
  return badKeySource(node, 'a key source has one field only', hint)
}

function readVariable(node: MapNode): KeySource | Diagnostic {
  const name = field(node, 'env')
  const variable = textOf(name)
  if (variable !== undefined && /^[A-Za-z_]\w*$/.test(variable)) {
    return { kind: 'env', name: variable }
  }
  return badKeySource(
    name ?? node,
    '"env" must be the name of an environment variable',
    'a name is made of letters, digits and _, e.g. `{ env: ACME_API_KEY }`',
  )
}

function readEntry(node: MapNode): KeySource | Diagnostic {
  const entry = field(node, 'keychain')
  const parts = [field(entry, 'service'), field(entry, 'account')]
  const [service, account] = parts.map(textOf)
  const others = entriesOf(entry).filter(([name]) => name !== 'service' && name !== 'account')
  const [other] = others
  if (entry?.kind === 'map' && other !== undefined) {
    return unknownField(entry, other[0], ['service', 'account'], `unknown field ${quote(other[0])}`)
  }
  if (isName(service) && isName(account)) return { kind: 'keychain', service, account }
  const wrong = parts.find((part) => part !== undefined && !isName(textOf(part)))
  return badKeySource(
    wrong ?? entry ?? node,
    'an entry of the keychain has a "service" and an "account"',
    'e.g. `{ keychain: { service: my-tool, account: me } }`',
  )
}

/** What a keychain can be asked for. */
function isName(text: string | undefined): text is string {
  return text !== undefined && text !== '' && !text.includes('\0')
}

/** Seconds that a command may take when nothing else is said, and at most. */
const TIMEOUT = { usual: 30, longest: 3600 } as const

function readCommand(node: MapNode): KeySource | Diagnostic {
  const command = field(node, 'command')
  const hint = 'e.g. `{ command: [op, read, "op://Work/llm/key"] }`; it is run without a shell'
  if (command?.kind !== 'list' || command.items.length === 0) {
    return badKeySource(
      command ?? node,
      '"command" is a list: the program, then its arguments',
      hint,
    )
  }
  const argv: string[] = []
  for (const item of command.items) {
    const text = textOf(item)
    if (text === undefined || text.includes('\0')) {
      return badKeySource(item, '"command" is a list of texts', 'put quotes around it')
    }
    argv.push(text)
  }
  const [program] = command.items
  if (program !== undefined && argv[0]?.trim() === '') {
    return badKeySource(program, '"command" names no program', hint)
  }
  const timeout = readTimeout(field(node, 'timeout'))
  return typeof timeout === 'number' ? { kind: 'command', argv, timeout, folder: '' } : timeout
}

function readTimeout(node: Node | undefined): number | Diagnostic {
  if (node === undefined) return TIMEOUT.usual
  const seconds = node.kind === 'scalar' ? node.value : undefined
  if (typeof seconds === 'number' && seconds > 0 && seconds <= TIMEOUT.longest) return seconds
  return badKeySource(node, `"timeout" is a number of seconds, at most ${TIMEOUT.longest}`)
}

function readFile(node: MapNode): KeySource | Diagnostic {
  const file = field(node, 'file')
  const path = textOf(file)
  if (path !== undefined && path.trim() !== '' && !path.includes('\0'))
    return { kind: 'file', path }
  return badKeySource(file ?? node, '"file" is the path of a file', 'e.g. `{ file: ~/.keys/acme }`')
}

export function badKeySource(node: Node, message: string, hint?: string): Diagnostic {
  return {
    code: 'bad-key-source',
    severity: 'error',
    message,
    source: node.source,
    ...(hint === undefined ? {} : { hint }),
  }
}

function unknownField(
  node: MapNode,
  name: string,
  known: readonly string[],
  message: string,
): Diagnostic {
  return {
    code: 'unknown-field',
    severity: 'error',
    message,
    source: keySourceAt(node, [name]),
    hint: didYouMean(name, known).hint ?? FORMS_HINT,
  }
}
