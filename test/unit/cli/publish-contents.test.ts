import { describe, expect, test } from 'vitest'
import { HOME } from '../../support/memory-system.ts'
import {
  CORP,
  MANAGED,
  configIn,
  corp,
  fleetManifest,
  fleetWorld,
  managed,
  wellKnown,
} from '../../support/publishing.ts'
import { opgen } from '../../support/run-opgen.ts'

describe('what is published', () => {
  const machines = `machines:
  mac: { when: { os: darwin }, providers: { mlx: { baseURL: "http://localhost:1/v1", key: none, models: [m] } } }
`

  test('has nothing of this computer: no facts, no profile, no variable, no local.yaml', async () => {
    const providers = `  corp: ${corp}
  a: ${only('{ os: linux }')}
  b: ${only('{ user: "*" }')}
  c: ${only('{ profile: "*" }')}
  d: ${only('{ env: { HOME: "*" } }')}
`
    const given = fleetWorld(fleetManifest(providers), {
      env: { HOME, OPGEN_PROFILE: 'work' },
      files: { [`${HOME}/.config/opgen/local.yaml`]: 'profile: work\nmachine: nowhere\n' },
    })
    const { code, err } = await opgen(given, managed)
    expect({ code, published: configIn(given) }).toMatchObject({
      code: 0,
      published: { provider: { corp: CORP } },
    })
    expect(given.read(MANAGED)).not.toContain('x.example')
    expect(err).toContain('not published, as off or not for all machines: "a", "b", "c", "d"')
  })

  test.each(['{{machine.user}}', '{{env "HOME"}}'])(
    'is not made of %s where nobody has given it',
    async (expression) => {
      const text = fleetManifest(
        `  corp: { baseURL: 'https://x.example/${expression}', models: [m] }\n`,
      )
      const { code, err } = await opgen(fleetWorld(text, { env: { HOME } }), managed)
      expect(code).toBe(65)
      expect(err).toContain('--machine-facts')
    },
  )

  test('is for the machine that is named, or whose facts are given', async () => {
    const text = `${fleetManifest()}${machines}`
    for (const more of ['--machine mac', '--machine-facts facts.json']) {
      const files = { [`${HOME}/dotfiles/facts.json`]: '{"os":"darwin"}' }
      const given = fleetWorld(text, { files })
      expect((await opgen(given, `${managed} ${more}`)).code).toBe(0)
      expect(configIn(given)).toMatchObject({ provider: { mlx: {}, corp: {} } })
    }
    const plain = await opgen(fleetWorld(text), managed)
    expect(plain.err).toContain('overlays that do not count: "mac"')
  })

  test('names what each laptop fills in, and refuses a file that none can find', async () => {
    const headers = withOptions('{ headers: { x-a: "{env:TEAM}", x-b: "{file:~/team}" } }')
    const told = await opgen(fleetWorld(headers), wellKnown)
    expect(told.code).toBe(0)
    expect(told.err.match(/\[publish-reference\]/g)).toHaveLength(2)
    const relative = withOptions('{ headers: { x-b: "{file:team}" } }')
    const refused = await opgen(fleetWorld(relative), wellKnown)
    expect(refused.code).toBe(65)
    expect(refused.err).toContain('[publish-relative-file]')
    expect((await opgen(fleetWorld(relative), managed)).code).toBe(0)
  })

  test.each([
    ['keyIn: authToken, npm: "@ai-sdk/anthropic"', 3],
    ['keyIn: { header: X-Key, format: "{key}" }', 0],
  ])('lacks the key that %s asks for, and says so', async (fields, code) => {
    const text = fleetManifest(
      `  corp: { baseURL: "https://x.example/v1", models: [m], ${fields} }\n`,
      'delivery: keyfile\n',
    )
    const done = await opgen(fleetWorld(text), managed)
    expect(done.code).toBe(code)
    expect(done.err).toContain('[publish-key-left-out]')
    expect(done.out + done.err).not.toContain('test-key')
  })

  test.each([
    ['npm: "@ai-sdk/openai"', '$OPENAI_API_KEY is sent in place of the missing key'],
    ['npm: some-adapter', 'OpenCode, which would install and run it'],
    [
      'key: external, options: { headers: { x: "{file:~/.local/share/opencode/auth.json}" } }',
      'is a file of keys',
    ],
  ])('needs a word where %s, and has one with `--trust-origin`', async (fields, danger) => {
    const text = fleetManifest(
      `  corp: { baseURL: "https://x.example/v1", models: [m], ${fields} }\n`,
    )
    const given = fleetWorld(text)
    const asked = await opgen(given, managed)
    expect({ code: asked.code, file: given.read(MANAGED) }).toEqual({ code: 3, file: undefined })
    expect(asked.err).toContain(danger)
    expect((await opgen(given, `${managed} --trust-origin corp`)).code).toBe(0)
  })

  test('would send keys in the open to a public host only when told to', async () => {
    const text = fleetManifest('  corp: { baseURL: "http://llm.corp.example/v1", models: [m] }\n')
    const { code, err } = await opgen(fleetWorld(text), managed)
    expect(code).toBe(3)
    expect(err).toContain('would travel unencrypted to http://llm.corp.example')
  })

  test('names what it forces on users, or hides from them', async () => {
    const top = 'model: corp/m\nenabled_providers: [corp]\ndisabled_providers: [opencode]\n'
    const forced = await opgen(fleetWorld(fleetManifest(undefined, top)), managed)
    expect(forced.err.match(/\[publish-forces\]/g)).toHaveLength(3)
    const hidden = await opgen(fleetWorld(fleetManifest(undefined, top)), wellKnown)
    expect(hidden.err).not.toContain('[publish-forces]')
    expect(hidden.err.match(/\[publish-hides\]/g)).toHaveLength(1)
  })

  test('never is a key that stands in the manifest', async () => {
    const secret = ['sk', 'proj', 'Zx81mQp02LrT7vYw44NbKc93'].join('-')
    const text = `${fleetManifest()}# ${secret}\n`
    const { code, err } = await opgen(fleetWorld(text), managed)
    expect(code).toBe(65)
    expect(err).not.toContain(secret)
  })
})

function only(when: string): string {
  return `{ when: ${when}, baseURL: "https://x.example/v1", models: [m] }`
}

function withOptions(options: string): string {
  return fleetManifest(
    `  corp: { baseURL: "https://x.example/v1", models: [m], options: ${options} }\n`,
  )
}
