import { describe, expect, test } from 'vitest'
import type { MemoryWorld } from '../../support/memory-system.ts'
import { AUTH, CONFIG, MANIFEST, opgen, STATE, worldWith } from '../../support/run-opgen.ts'
import { gatewayManifest as manifest, RUN_KEY as KEY, runIn } from '../../support/run-in.ts'

const CONTENT = 'OPENCODE_CONFIG_CONTENT'

/** What is said when a key is handed out for the first time. */
function trusted(source: string): string {
  return [
    'opgen: note: keys that go out from here for the first time, trusted from now on:',
    `  gw  ${source}`,
    '      to @ai-sdk/openai-compatible https://gw.example',
    '',
  ].join('\n')
}

describe('`opgen run`', () => {
  test('gives the child config and key in its environment, and says where it may go', async () => {
    const ran = await runIn(manifest(), { env: { PATH: '/bin' }, exitCode: 7 })
    expect(ran).toMatchObject({ code: 7, out: '', argv: [['opencode']] })
    expect(ran.err).toBe(trusted('keychain:opgen/gw'))
    expect(ran.env).toEqual({
      PATH: '/bin',
      OPGEN_RUN_GW: KEY,
      [CONTENT]: expect.not.stringContaining(KEY),
    })
    expect(ran.config).toEqual({
      provider: {
        gw: {
          npm: '@ai-sdk/openai-compatible',
          options: { baseURL: 'https://gw.example/v1', apiKey: '{env:OPGEN_RUN_GW}' },
          models: { m: {} },
        },
      },
    })
  })

  test.each([
    [
      'run opencode run --model x --json -- y',
      ['opencode', 'run', '--model', 'x', '--json', '--', 'y'],
    ],
    ['run -- opencode --help', ['opencode', '--help']],
    ['run --quiet -- opencode --quiet', ['opencode', '--quiet']],
    ['--quiet run opencode -- --version', ['opencode', '--', '--version']],
    ['run -- -x', ['-x']],
  ])('leaves the words of the child in %j alone', async (line, argv) => {
    expect(await runIn(manifest(), { line })).toMatchObject({ code: 0, out: '', argv: [argv] })
  })

  test.each(['run', 'run --', 'run --json', 'run --unknown opencode', 'run --force x'])(
    'without a command, or with options that it does not have (%s), is wrong usage',
    async (line) => {
      expect(await runIn(manifest(), { line })).toMatchObject({ code: 64, out: '', argv: [] })
    },
  )

  test.each([
    ['a header', 'options: { headers: { X: "{env:OPGEN_RUN_GW}" } }'],
    [
      'a header, spelt with another variable',
      'options: { headers: { X: "${OPGEN_{env:U}RUN_GW}" } }',
    ],
    ['its variables', 'env: [OPGEN_RUN_GW]'],
  ])('puts no key where %s of another provider would find it', async (_, fields) => {
    const evil = `  evil: { baseURL: "https://evil.example/v1", models: [m], key: none, ${fields} }\n`
    const ran = await runIn(manifest() + evil)
    expect(ran.env).not.toHaveProperty('OPGEN_RUN_GW')
    expect(ran.env).toMatchObject({ OPGEN_RUN_GW_2: KEY })
  })

  test('says on standard error what there is to say, or nothing when it is to be quiet', async () => {
    const env = { OPGEN_KEY_GW: 'test-key-over' }
    const said = await runIn(manifest(), { env })
    expect(said.err).toBe(
      `${trusted('env:OPGEN_KEY_GW')}opgen: note: "gw": key from $OPGEN_KEY_GW instead of the declared source\n`,
    )
    expect(said.env).toMatchObject({ OPGEN_RUN_GW: 'test-key-over' })
    expect(said.env).not.toHaveProperty('OPGEN_KEY_GW')
    const quiet = await runIn(manifest(), { env, line: 'run --quiet opencode' })
    expect(quiet).toMatchObject({ code: 0, out: '', err: '' })
  })

  test('says where keys may go from now on with `--json` too, and nothing else', async () => {
    const env = { OPGEN_KEY_GW: 'test-key-over' }
    const said = await runIn(manifest(), { env, line: 'run --json opencode' })
    expect(said).toMatchObject({ code: 0, out: '', err: trusted('env:OPGEN_KEY_GW') })
  })

  test('starts nothing for a manifest with problems', async () => {
    expect(await runIn(manifest('nmae: x'))).toMatchObject({ code: 65, argv: [] })
  })
})

describe('a key that `opgen run` does not have', () => {
  const without = { keychain: {} }

  test('is a decision, and nothing is started', async () => {
    const { code, out, err, argv } = await runIn(manifest(), without)
    expect({ code, out, argv }).toEqual({ code: 3, out: '', argv: [] })
    expect(err).toContain('opgen: error: a decision is needed; nothing was started\n')
    expect(err).toContain('gw missing-key\n    no key found (nothing in the keychain as opgen/gw)')
    expect(err).toContain('opgen: hint: run `opgen run` again with the flags above\n')
  })

  test('is one in JSON, too', async () => {
    const { code, out, err } = await runIn(manifest(), { ...without, line: 'run --json opencode' })
    expect({ code, err }).toEqual({ code: 3, err: '' })
    expect(JSON.parse(out)).toMatchObject({
      command: 'run',
      decisions: [{ id: 'gw', kind: 'missing-key', flag: '--skip-missing' }],
      error: { code: 'decision-needed' },
    })
  })

  test('is done without when told so', async () => {
    const more = 'model: gw/m\n'
    const ran = await runIn(manifest('', more), { ...without, line: 'run --skip-missing opencode' })
    expect(ran).toMatchObject({ code: 0, config: {} })
  })

  test('is asked for on a terminal, stored, and used', async () => {
    const world = worldWith(manifest())
    const answers = ['e', KEY]
    const { code, err } = await opgen(world, 'run opencode', { answers })
    expect({ code, err }).toMatchObject({ code: 0, err: expect.stringContaining('it has no key') })
    expect(world.keychain.get('opgen/gw')).toBe(KEY)
    expect(world.children[0]?.env).toMatchObject({ OPGEN_RUN_GW: KEY })
  })

  test.each([
    ['s', 0, [{ argv: ['opencode'] }]],
    ['q', 3, []],
  ])('is asked about on a terminal, and %j ends in exit %d', async (answer, code, ran) => {
    const world = worldWith(manifest())
    expect(await opgen(world, 'run opencode', { answers: [answer] })).toMatchObject({ code })
    expect(world.children).toMatchObject(ran)
  })

  test('because the keychain cannot be read is a failure', async () => {
    const ran = await runIn(manifest(), { keychainRefuses: 'locked' })
    expect(ran).toMatchObject({ code: 1, argv: [] })
    expect(ran.err).toContain('the keychain is locked for "gw"')
  })
})

describe('a key over plain http to a public host', () => {
  const text = manifest().replace('https:', 'http:')

  test('is a decision, which `--trust-origin` answers', async () => {
    const asked = await runIn(text)
    expect(asked).toMatchObject({ code: 3, argv: [] })
    expect(asked.err).toContain('decide with `--trust-origin gw`')
    expect(await runIn(text, { line: 'run --trust-origin gw opencode' })).toMatchObject({ code: 0 })
    const slip = await runIn(text, { line: 'run --trust-origin wg opencode' })
    expect(slip).toMatchObject({ code: 65, argv: [] })
  })
})

describe('a key that OpenCode would misread', () => {
  test.each(['test-key-"', 'test-key-\\', 'test-key-{file:~/x}'])(
    'is refused, and not shown: %s',
    async (key) => {
      for (const line of ['run opencode', 'run --json opencode']) {
        const { code, out, err, argv } = await runIn(manifest(), {
          env: { OPGEN_KEY_GW: key },
          line,
        })
        expect({ code, argv }).toEqual({ code: 1, argv: [] })
        expect(out + err).toContain('the key for')
        expect(out + err).not.toContain('test-key')
      }
    },
  )

  test('is of no concern where it is no key of ours', async () => {
    const env = { ODD: 'test-key-"' }
    const text = manifest('key: external, options: { apiKey: "{env:ODD}" }')
    expect(await runIn(text, { env })).toMatchObject({ code: 0, env })
  })
})

describe("the caller's own config", () => {
  test('is there beside what the manifest wants', async () => {
    const own = '{ // mine\n "theme": "{env:T}", "provider": {"gw": {"name": "Gw"}, "o": {}}, }'
    const { config } = await runIn(manifest(), { env: { [CONTENT]: own } })
    expect(config).toMatchObject({
      theme: '{env:T}',
      provider: { gw: { name: 'Gw', models: { m: {} } }, o: {} },
    })
  })

  test('that is no JSON stops the run, and its text is not shown', async () => {
    const own = '{ "provider": {},\n  "apiKey": test-key-mine }'
    const ran = await runIn(manifest(), { env: { [CONTENT]: own } })
    expect(ran).toMatchObject({ code: 1, argv: [] })
    expect(ran.err).toContain('$OPENCODE_CONFIG_CONTENT is no JSON (line 2, column 13)')
    expect(ran.err).not.toContain('test-key')
  })

  test('keeps the meaning of the variables of a run around this one', async () => {
    const own = '{ "provider": { "g-w": { "options": { "apiKey": "{env:OPGEN_RUN_GW}" } } } }'
    for (const env of [{ [CONTENT]: own }, { [CONTENT]: own, OPGEN_RUN_GW: 'test-key-outer' }]) {
      const ran = await runIn(manifest(), { env })
      expect(ran.env).toMatchObject({ ...env, [CONTENT]: expect.any(String), OPGEN_RUN_GW_2: KEY })
    }
  })
})

describe('what apply has written', () => {
  test('is not looked into, and not touched', async () => {
    const files = { [AUTH]: 'no JSON', [CONFIG]: '{"provider":{"gw":{"options":{"apiKey":"k"}}}}' }
    const { config } = await runIn(manifest('key: external'), { files })
    expect(config).not.toHaveProperty('provider.gw.options.apiKey')
    expect((await runIn(manifest(), { files: { [STATE]: 'damaged' } })).code).toBe(1)
  })
})

function keyedWorld(): MemoryWorld {
  return worldWith(manifest(), { keychain: { 'opgen/gw': KEY } })
}

describe('where the keys of a run may go', () => {
  test('is remembered from the first run on, and another place is a decision', async () => {
    const given = keyedWorld()
    expect((await opgen(given, 'run opencode')).code).toBe(0)
    expect((await opgen(given, 'run opencode')).err).toBe('')
    given.write(MANIFEST, manifest().replace('gw.example', 'evil.example'))
    const { code, err } = await opgen(given, 'run opencode')
    expect(code).toBe(3)
    expect(err).toContain('and so far goes to @ai-sdk/openai-compatible https://gw.example')
    expect(given.children).toHaveLength(2)
    expect((await opgen(given, 'run --trust-origin gw opencode')).code).toBe(0)
    expect((await opgen(given, 'run opencode')).code).toBe(0)
  })

  test('is what an apply accepted, too', async () => {
    const given = keyedWorld()
    expect((await opgen(given, 'apply')).code).toBe(0)
    expect(await opgen(given, 'run opencode')).toMatchObject({ code: 0, err: '' })
    given.write(MANIFEST, manifest().replace('gw.example', 'evil.example'))
    expect((await opgen(given, 'run opencode')).code).toBe(3)
  })

  test('holds for commands as well, which are accepted once', async () => {
    const text = manifest('key: { command: [pass, gw] }')
    const given = worldWith(text, { commands: { 'pass gw': KEY } })
    expect((await opgen(given, 'run opencode')).err).toContain('decide with `--trust-commands`')
    expect((await opgen(given, 'run --trust-commands opencode')).code).toBe(0)
    expect((await opgen(given, 'run opencode')).code).toBe(0)
    expect((await opgen(given, 'apply')).code).toBe(0)
    expect(given.children).toHaveLength(2)
  })
})
