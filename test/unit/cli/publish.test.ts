import { describe, expect, test } from 'vitest'
import { HOME } from '../../support/memory-system.ts'
import {
  CORP,
  MANAGED,
  OUT,
  WELL_KNOWN,
  configIn,
  corp,
  fleetManifest,
  fleetWorld,
  managed,
  wellKnown,
} from '../../support/publishing.ts'
import { MANIFEST, opgen, opgenJson } from '../../support/run-opgen.ts'

describe('opgen publish', () => {
  test('writes what a web server serves, opens no key store and records nothing', async () => {
    const given = fleetWorld()
    const { code, out, err } = await opgen(given, wellKnown)
    expect({ code, out, err }).toEqual({
      code: 0,
      out: `manifest  providers.yaml
file      public/.well-known/opencode

  + corp  each laptop's own key, by its id

Wrote public/.well-known/opencode.
`,
      err: `opgen: note: serve the folder, so that https://HOST/.well-known/opencode is this file
opgen: note: it has no "auth", without which \`opencode auth login https://HOST\` fails: see docs/fleet.md
`,
    })
    const $schema = 'https://opencode.ai/config.json'
    expect(configIn(given, WELL_KNOWN)).toEqual({ config: { $schema, provider: { corp: CORP } } })
    expect(given.read(WELL_KNOWN)?.endsWith('}\n')).toBe(true)
    expect(given.asked).toEqual([])
    expect([...given.files.keys()].filter((file) => file.includes('/.local/'))).toEqual([])
  })

  test('says where on each system a managed file goes', async () => {
    const { err } = await opgen(fleetWorld(), managed)
    expect(err).toContain('on Linux it goes to /etc/opencode/opencode.json')
    expect(err).toContain('on macOS it goes to /Library/Application Support/opencode/opencode.json')
    expect(err).toContain(String.raw`on Windows it goes to %ProgramData%\opencode\opencode.json`)
  })

  test('keeps what is not the manifest’s, byte for byte, and a placeholder as it is', async () => {
    const before = `{
    "auth": { "command": ["corp-sso",   "token"], "env": "T" },
    "remote_config": {"url":"https://cdn.example/{env:T}"},
    "config": { "theme" : "x", "model": "corp/m" } }`
    const providers = `  corp: ${corp}\n  ollama: { preset: ollama, models: [q] }\n`
    const given = fleetWorld(fleetManifest(providers), { files: { [WELL_KNOWN]: before } })
    const { code, err } = await opgen(given, wellKnown)
    expect(code).toBe(0)
    const after = given.read(WELL_KNOWN) ?? ''
    expect(after).toContain('"auth": { "command": ["corp-sso",   "token"], "env": "T" },\n')
    expect(after).toContain('"remote_config": {"url":"https://cdn.example/{env:T}"},\n')
    expect(after).toContain('"theme" : "x", "model": "corp/m"')
    expect(after).toContain('"apiKey": "ollama"')
    expect(err).toContain('stays in the file, and is not in the manifest: "model"')
    expect(err).toContain('each laptop runs `opencode auth login https://HOST` once')
  })

  test('brings a block to what the manifest has, and takes out nothing else unasked', async () => {
    const provider = { corp: { ...CORP, name: 'Old', models: { gone: {}, m: {} } }, other: {} }
    const files = { [MANAGED]: JSON.stringify({ provider }) }
    const given = fleetWorld(fleetManifest(), { files })

    const refused = await opgen(given, managed)
    expect(refused.code).toBe(3)
    expect(refused.err).toContain('other conflict')
    expect(refused.err).toContain('decide with `--prune`')
    expect(given.read(MANAGED)).toBe(files[MANAGED])

    const pruned = await opgen(given, `${managed} --prune`)
    expect(pruned.code).toBe(0)
    expect(pruned.out).toContain('  ~ corp   each laptop')
    expect(pruned.out).toContain('  - other\n')
    expect(configIn(given)).toEqual({ provider: { corp: CORP } })
  })

  test('writes a file without providers where the manifest has none, as no OpenCode starts without one', async () => {
    const given = fleetWorld('version: 1\nproviders: {}\n')
    expect((await opgen(given, wellKnown)).code).toBe(0)
    expect(configIn(given, WELL_KNOWN)).toEqual({
      config: { $schema: 'https://opencode.ai/config.json' },
    })
  })

  test('does not touch a file that is as it should be', async () => {
    const given = fleetWorld()
    await opgen(given, managed)
    const before = given.files.get(MANAGED)
    expect(await opgen(given, managed)).toEqual({ code: 0, out: 'Nothing to change.\n', err: '' })
    expect(given.files.get(MANAGED)).toBe(before)
  })

  test('`--check` and `--dry-run` write nothing, and say what would be', async () => {
    const given = fleetWorld()
    const checked = await opgen(given, `${managed} --check`)
    expect(checked.code).toBe(2)
    expect(checked.out).toContain('public/opencode.json would change.\n')
    const shown = await opgen(given, `${managed} --dry-run`)
    expect(shown.code).toBe(0)
    expect(shown.out).toMatch(/^==> public\/opencode\.json <==\n\{/)
    expect(given.read(MANAGED)).toBeUndefined()
    await opgen(given, managed)
    expect((await opgen(given, `${managed} --check`)).code).toBe(0)
    expect(shown.out.slice(shown.out.indexOf('{'))).toBe(given.read(MANAGED))
  })

  test('has the same as JSON', async () => {
    expect(await opgenJson(fleetWorld(), managed)).toEqual({
      version: 1,
      command: 'publish',
      manifest: MANIFEST,
      format: 'managed',
      files: [{ path: MANAGED, action: 'create' }],
      changes: [{ id: 'corp', action: 'create' }],
      keys: [{ id: 'corp', key: 'by-id' }],
      leftOut: { providers: [], machines: [] },
      decisions: [],
      diagnostics: [],
      notes: [expect.any(String), expect.any(String), expect.any(String)],
      written: true,
    })
  })
})

describe('a place that is none to publish at', () => {
  test.each([
    [`${OUT}/opencode.json`, managed],
    [WELL_KNOWN, wellKnown],
    [`${OUT}/.well-known`, wellKnown],
  ])('is behind a link at %s', async (link, line) => {
    const given = fleetWorld()
    given.links.set(link, '/etc/passwd')
    const { code, err } = await opgen(given, line)
    expect(code).toBe(1)
    expect(err).toContain('is a link, and nothing is published through one')
    expect(given.read('/etc/passwd')).toBeUndefined()
  })

  test('is the folder of the own OpenCode', async () => {
    const { code, err } = await opgen(
      fleetWorld(),
      `publish --format managed --out ${HOME}/.config/opencode`,
    )
    expect(code).toBe(1)
    expect(err).toContain('is the folder of your own OpenCode')
  })

  test.each([
    ['{"config":', '[target-syntax]'],
    ['// note\n{}', '[target-syntax]'],
    ['{"config": []}', '[publish-misfit]'],
    ['{"config": {"provider": 1}}', '[publish-misfit]'],
    ['{"config": {}, "config": {}}', '[target-duplicate-key]'],
  ])('holds %s', async (text, problem) => {
    const given = fleetWorld(fleetManifest(), { files: { [WELL_KNOWN]: text } })
    const { code, err } = await opgen(given, wellKnown)
    expect(code).toBe(65)
    expect(err).toContain(problem)
    expect(given.read(WELL_KNOWN)).toBe(text)
  })

  test('has an opencode.jsonc beside it, which would win', async () => {
    const { code, err } = await opgen(
      fleetWorld(fleetManifest(), { files: { [`${OUT}/opencode.jsonc`]: '{}' } }),
      managed,
    )
    expect(code).toBe(0)
    expect(err).toContain('[publish-overruled]')
  })

  test.each(['publish --out public', 'publish --format managed', 'publish --format xml --out x'])(
    'is not told: `%s`',
    async (line) => {
      expect((await opgen(fleetWorld(), line)).code).toBe(64)
    },
  )
})
