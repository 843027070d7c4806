import { CommanderError } from 'commander'
import { describe, expect, test } from 'vitest'
import { parseCommandLine } from '../../../src/cli/program.ts'
import type { CommonOptions, Invocation } from '../../../src/cli/options.ts'
import { memoryWorld } from '../../support/memory-system.ts'
import { memoryTerminal } from '../../support/memory-terminal.ts'
import { CONFIG, opgen, opgenJson, worldWith } from '../../support/run-opgen.ts'

function words(line: string): readonly string[] {
  return line.split(' ').filter((word) => word !== '')
}

async function parse(line: string): Promise<Invocation | undefined> {
  return parseCommandLine(words(line), memoryWorld().system, memoryTerminal())
}

async function optionsOf(line: string): Promise<CommonOptions | undefined> {
  return (await parse(line))?.options
}

/** What a command line that is not understood prints. */
async function complaint(line: string): Promise<string> {
  const terminal = memoryTerminal()
  const parsing = parseCommandLine(words(line), memoryWorld().system, terminal)
  await expect(parsing).rejects.toThrow(CommanderError)
  expect(terminal.stdout()).toBe('')
  return terminal.stderr()
}

const COMMANDS = [
  'apply',
  'plan',
  'status',
  'render',
  'key set gw',
  'key list',
  'key remove gw',
  'check',
  'init',
  'presets',
  'schema',
]

const DEFAULTS: CommonOptions = {
  manifest: undefined,
  config: undefined,
  auth: undefined,
  profile: undefined,
  machine: undefined,
  machineFacts: undefined,
  json: false,
  input: true,
  color: 'auto',
  quiet: false,
  verbose: false,
}

describe('a command', () => {
  test.each([
    ['apply', 'apply'],
    ['apply --dry-run', 'apply'],
    ['plan', 'plan'],
    ['diff', 'plan'],
    ['status', 'status'],
    ['render', 'render'],
    ['key set gw', 'key set'],
    ['key list', 'key list'],
    ['key remove gw', 'key remove'],
  ])('`%s` is %s, with nothing else said', async (line, command) => {
    expect(await parse(line)).toMatchObject({ command, options: DEFAULTS })
  })

  test.each(['', '--help', '-h', '--version', 'plan --help', 'key set --help'])(
    'is not run by `%s`, which prints to standard output',
    async (line) => {
      const terminal = memoryTerminal()
      const { system } = memoryWorld()
      const parsed = await parseCommandLine(words(line), system, terminal).catch((error: unknown) =>
        error instanceof CommanderError ? error.exitCode : error,
      )
      expect([undefined, 0]).toContain(parsed)
      expect(terminal.stdout()).toMatch(line === '--version' ? /^0\.0\.0-test\n$/ : /^Usage: opgen/)
      expect(terminal.stderr()).toBe('')
    },
  )
})

describe('a common option', () => {
  const cases: readonly (readonly [string, Partial<CommonOptions>])[] = [
    ['--manifest a.yaml', { manifest: 'a.yaml' }],
    ['--manifest=a.yaml', { manifest: 'a.yaml' }],
    ['--json', { json: true }],
    ['--no-input', { input: false }],
    ['--color always', { color: 'always' }],
    ['--color never', { color: 'never' }],
    ['--color auto', { color: 'auto' }],
    ['--quiet', { quiet: true }],
    ['--verbose', { verbose: true }],
  ]

  test.each(cases)(
    '%s may stand before and after the name of every command',
    async (flag, given) => {
      const expected = { ...DEFAULTS, ...given }
      for (const command of COMMANDS) {
        expect(await optionsOf(`${flag} ${command}`)).toEqual(expected)
        expect(await optionsOf(`${command} ${flag}`)).toEqual(expected)
      }
    },
  )

  test('may stand between the two words of a command', async () => {
    expect(await optionsOf('key --json list')).toMatchObject({ json: true })
    expect(await optionsOf('key --manifest a.yaml set gw')).toMatchObject({ manifest: 'a.yaml' })
  })

  test.each([
    ['--manifest a plan --manifest b', { manifest: 'b' }],
    ['plan --manifest a --manifest b', { manifest: 'b' }],
    ['--color never plan --color always', { color: 'always' }],
    ['--manifest a key --manifest b list --manifest c', { manifest: 'c' }],
    ['--json plan --quiet', { json: true, quiet: true }],
    ['--no-input plan --manifest a', { input: false, manifest: 'a' }],
  ])('that is given twice counts as given last: %s', async (line, expected) => {
    expect(await optionsOf(line)).toEqual({ ...DEFAULTS, ...expected })
  })

  test.each(['apply', 'plan', 'status', 'render'])(
    '--config and --auth belong to %s',
    async (command) => {
      const options = await optionsOf(`${command} --config a.jsonc --auth b.json`)
      expect(options).toMatchObject({ config: 'a.jsonc', auth: 'b.json' })
    },
  )
})

describe('a flag that takes an id or none', () => {
  const manifest =
    'version: 1\nproviders:\n  gw: { baseURL: "https://gw.example/v1", models: [m], key: { env: GW } }\n'
  const files = { [CONFIG]: '{ "provider": { "gw": { "name": "Theirs", "npm": "theirs" } } }' }

  test.each([
    ['plan --force --skip-missing', []],
    ['plan --force=gw --skip-missing', []],
    ['--json plan --skip-missing --keep', []],
    ['plan --force --quiet', ['missing-key']],
    ['plan --keep gw --text', ['missing-key']],
  ])('does not take the next flag for an id: %s', async (line, kinds) => {
    const world = worldWith(manifest, { files })
    const { decisions } = Object(await opgenJson(world, line))
    expect(decisions.map(({ kind }: { readonly kind: string }) => kind)).toEqual(kinds)
  })

  test('takes the next word for one, whatever it is', async () => {
    const { code, err } = await opgen(worldWith(manifest, { files }), 'plan --force status')
    expect(code).toBe(65)
    expect(err).toContain('no provider "status"')
  })

  test.each([
    '--force --keep',
    '--keep --force',
    '--force gw --keep gw',
    '--keep a --keep gw --force gw',
  ])('is refused where it contradicts another: %s', async (flags) => {
    expect(await complaint(`plan ${flags}`)).toContain('the same cannot be forced and kept')
  })

  test('stands beside another for another id', async () => {
    expect(await parse('plan --force gw --keep other')).toBeDefined()
    expect(await parse('plan --force --keep gw')).toBeDefined()
    expect(await parse('plan --force gw --keep')).toBeDefined()
  })
})

describe('the option --manifest', () => {
  test.each([
    ['init', 'manifest to write'],
    ['plan', 'manifest to read'],
  ])('of %s says what becomes of the file', async (command, meaning) => {
    const { out } = await opgen(worldWith(''), `${command} --help`)
    expect(out).toMatch(new RegExp(`Common options:[^]*--manifest <file> +${meaning}\\n`))
  })
})

describe('a command line that is not understood', () => {
  test.each([
    ['aply', 'unknown command "aply"', 'did you mean "apply"?'],
    ['statsu', 'unknown command "statsu"', 'did you mean "status"?'],
    ['key sett gw', 'unknown command "sett"', 'did you mean "set"?'],
    ['frobnicate', 'unknown command "frobnicate"', 'run `opgen --help`'],
    ['help', 'unknown command "help"', 'run `opgen --help`'],
    ['plan --chek', 'unknown option "--chek"', 'did you mean "--check"?'],
    ['apply --manifets a', 'unknown option "--manifets"', 'did you mean "--manifest"?'],
    ['--jsn plan', 'unknown option "--jsn"', 'did you mean "--json"?'],
    ['apply --yes', 'unknown option "--yes"', 'run `opgen --help`'],
    ['apply --check', 'unknown option "--check"', 'run `opgen --help`'],
    ['key list --config a', 'unknown option "--config"', 'run `opgen --help`'],
    ['plan extra', 'too many arguments for "plan"', 'run `opgen --help`'],
    ['key set gw test-key-gw', 'too many arguments for "set"', 'run `opgen --help`'],
    ['key remove', 'missing required argument "id"', 'run `opgen --help`'],
    ['apply --only', 'option "--only <id>" argument missing', 'run `opgen --help`'],
    ['apply --trust-origin', 'option "--trust-origin <id>" argument missing', 'run `opgen --help`'],
  ])('%s', async (line, message, hint) => {
    expect(await complaint(line)).toBe(`opgen: error: ${message}\nopgen: hint: ${hint}\n`)
  })

  test.each([
    ['plan --manifest=', 'a file name is needed'],
    ['plan --config=', 'a file name is needed'],
    ['plan --auth=', 'a file name is needed'],
    ['plan --profile=', 'a name is needed'],
    ['plan --machine=', 'a name is needed'],
    ['plan --machine-facts=', 'a file name is needed'],
    ['apply --only=', 'an id is needed'],
    ['apply --force=', 'an id is needed'],
    ['apply --keep=', 'an id is needed'],
  ])('%s', async (line, reason) => {
    expect(await complaint(line)).toMatch(
      new RegExp(`^opgen: error: option "--[a-z-]+ [^ ]+" is empty: ${reason}\\n`),
    )
  })

  test('plan --color blue', async () => {
    expect(await complaint('plan --color blue')).toBe(
      `opgen: error: option "--color <when>" argument "blue" is invalid: allowed choices are auto, always, never
opgen: hint: run \`opgen --help\`
`,
    )
  })

  test('never echoes what may be a key', async () => {
    expect(await complaint('key set gw test-key-gw')).not.toContain('test-key-gw')
  })
})
