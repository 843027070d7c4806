import { describe, expect, test } from 'vitest'
import type { TypedAnswer } from '../../support/memory-terminal.ts'
import { ctrlC } from '../../support/answering.ts'
import { diskFull, HOME } from '../../support/memory-system.ts'
import type { MemoryWorld } from '../../support/memory-system.ts'
import { MANIFEST, opgen, worldWith } from '../../support/run-opgen.ts'
import type { Outcome } from '../../support/run-opgen.ts'

const manifest = `version: 1
providers:
  ollama:
    preset: ollama
    models: [m]
`

function add(world: MemoryWorld, line: string, ...answers: TypedAnswer[]): Promise<Outcome> {
  return opgen(world, `add ${line}`, { answers })
}

const CORP = `  corp:
    baseURL: https://llm.corp.example/v1
    models:
      - gpt-5.4
      - "coder:30b"
`
const URL = 'https://llm.corp.example/v1'
const FULL = `corp --preset openai-compatible --base-url ${URL} --model gpt-5.4 --model coder:30b`

describe('on a terminal add', () => {
  test('asks for preset, base URL, models and key, and stores the key as key set does', async () => {
    const world = worldWith(manifest)
    const { code, out, err } = await add(
      world,
      'corp',
      '1',
      URL,
      'gpt-5.4, coder:30b',
      '',
      'test-key-corp',
    )
    expect(code).toBe(0)
    expect(world.read(MANIFEST)).toBe(manifest + CORP)
    expect(world.keychain.get('opgen/corp')).toBe('test-key-corp')
    expect(out).toMatch(/^Added "corp" to providers\.yaml:6:\n {2}corp:\n/)
    expect(out).toMatch(
      /Stored the key for "corp" in the keychain \(fingerprint [0-9a-f]{12}\)\.\n$/,
    )
    expect(err).toContain('   1  openai-compatible ')
    expect(err.split('\n').filter((line) => line.length > 80)).toEqual([])
    expect(err).toContain('Preset, by name or number [openai-compatible]: 1\n')
    expect(err).toContain('Key for "corp" (not shown; Enter skips): \n')
    expect(err).toMatch(/opgen: hint: run `opgen apply`\n$/)
    expect(out + err).not.toContain('test-key-corp')
    const applied = await opgen(world, 'apply')
    expect(applied).toMatchObject({ code: 0 })
    expect(applied.err).not.toContain('for the first time')
  })

  test('takes the preset that is named like the id, and its base URL, for Enter', async () => {
    const world = worldWith(manifest)
    const { code, err } = await add(world, 'lmstudio', '', '', 'm', '')
    expect(code).toBe(0)
    expect(err).toContain('Preset, by name or number [lmstudio]: \n')
    expect(err).toContain('Base URL [http://localhost:1234/v1]: \n')
    expect(world.read(MANIFEST)).toBe(
      `${manifest}  lmstudio:\n    preset: lmstudio\n    models:\n      - m\n`,
    )
    expect(world.asked).toEqual([])
  })

  test('asks for neither base URL nor models nor key where OpenCode has them', async () => {
    const world = worldWith(manifest)
    const { code } = await add(world, 'anthropic', '')
    expect(code).toBe(0)
    expect(world.read(MANIFEST)).toBe(`${manifest}  anthropic:\n    preset: anthropic\n`)
  })

  test('asks again until an answer is one', async () => {
    const world = worldWith(manifest)
    const answers = ['olama', '99', '', '', 'llm.corp.example', URL, '', 'gpt-5.4', 'coder:30b', '']
    const { code, err } = await add(world, 'corp', ...answers, 'Bearer test-key-corp', '')
    expect(code).toBe(0)
    expect(err).toContain('  unknown preset "olama"; did you mean "ollama"?\n')
    expect(err).toContain('  unknown preset "99"\n')
    expect(err).toContain('  a base URL is needed, such as')
    expect(err).toContain('  hint: write "https://llm.corp.example"\n')
    expect(err).toContain('  a model is needed')
    expect(err).toContain('begins with "Bearer "')
    expect(err).not.toContain('test-key-corp')
    expect(world.read(MANIFEST)).toBe(manifest + CORP)
    expect(err).toContain('hint: store its key with `opgen key set corp`, then run `opgen apply`')
  })

  test('refuses a key where a model or a URL belongs, without showing it again', async () => {
    const pasted = 'sk-proj-abcdefghijklmnopqrstuvwx123456'
    const world = worldWith(manifest)
    const url = `https://me:${pasted}@llm.corp.example/v1`
    const { code, err } = await add(world, 'corp', '', url, URL, pasted, '', ctrlC)
    expect(code).toBe(130)
    expect(err).toContain('a URL here cannot hold a user name or password')
    expect(err).toContain('this looks like an API key')
    // What a person types shows by itself; a program that repeats it would do so once more.
    expect(err.split(pasted)).toHaveLength(3)
  })

  test('asks nothing but the key when the command line says all', async () => {
    const world = worldWith(manifest)
    const { code, err } = await add(world, FULL, 'test-key-corp')
    expect(code).toBe(0)
    expect(err).not.toContain('Preset')
    expect(world.read(MANIFEST)).toBe(manifest + CORP)
  })

  test('asks for no key where the keychain has one', async () => {
    const world = worldWith(manifest, { keychain: { 'opgen/corp': 'test-key-corp' } })
    const { code, err } = await add(world, FULL)
    expect(code).toBe(0)
    expect(err).toBe('opgen: hint: run `opgen apply`\n')
  })

  test.each([
    { at: 'the preset', answers: [ctrlC] },
    { at: 'the base URL', answers: ['', ctrlC] },
    { at: 'a model', answers: ['', URL, 'm', ctrlC] },
    { at: 'the key', answers: ['', URL, 'm', '', ctrlC] },
    { at: 'the end of the input', answers: ['', URL] },
  ])('changes nothing when it is interrupted at $at', async ({ answers }) => {
    const world = worldWith(manifest)
    const before = new Map(world.files)
    expect(await add(world, 'corp', ...answers)).toMatchObject({ code: 130, out: '' })
    expect(world.files).toEqual(before)
    expect(world.keychain.size).toBe(0)
  })

  test('leaves the provider in the manifest when the keychain refuses its key', async () => {
    const world = worldWith(manifest)
    const refuse = (): string => {
      world.refuseKeychain('locked')
      return 'test-key-corp'
    }
    const { code, out, err } = await add(world, FULL, refuse)
    expect(code).toBe(1)
    expect(world.read(MANIFEST)).toBe(manifest + CORP)
    expect(out).toContain('Added "corp"')
    expect(err).toContain('opgen: error: the keychain is locked for "corp"\n')
    expect(err).toContain('hint: store its key with `opgen key set corp`, then run `opgen apply`')
  })

  test('stores no key when the manifest cannot be written', async () => {
    let isFull = false
    const world = worldWith(manifest, {
      beforeWrite: (file) => {
        if (isFull && file === MANIFEST) diskFull(file)
      },
    })
    isFull = true
    const { code, err } = await add(world, FULL, 'test-key-corp')
    expect(code).toBe(1)
    expect(err).toContain('no space left')
    expect(world.keychain.size).toBe(0)
    expect(world.read(MANIFEST)).toBe(manifest)
  })

  test('asks for no key where no keychain could keep it', async () => {
    const world = worldWith(manifest, { keychainRefuses: 'no-service' })
    const { code, err } = await add(world, FULL)
    expect(code).toBe(0)
    expect(err).toContain('opgen: note: no key is asked for: there is no keychain service')
    expect(err).toContain('hint: store its key with `opgen key set corp`')
  })
})

describe('without anybody to ask, add', () => {
  test('writes what the command line says, in the place of nothing, of null and of {}', async () => {
    for (const empty of ['{}', '', 'null']) {
      const world = worldWith(`version: 1\nproviders: ${empty}\n`)
      expect(await opgen(world, `add ${FULL}`)).toMatchObject({ code: 0 })
      expect(world.read(MANIFEST)?.replace(/ +\n/, '\n')).toBe(`version: 1\nproviders:\n${CORP}`)
    }
  })

  test('changes the file behind a symlink, and leaves the link', async () => {
    const world = worldWith('')
    const real = `${HOME}/repository/providers.yaml`
    world.files.delete(MANIFEST)
    world.links.set(MANIFEST, real)
    world.write(real, manifest, 0o600)
    expect(await opgen(world, `add ${FULL}`)).toMatchObject({ code: 0 })
    expect(world.links.get(MANIFEST)).toBe(real)
    expect(world.files.get(real)).toMatchObject({ text: manifest + CORP, mode: 0o600 })
    expect(world.files.has(MANIFEST)).toBe(false)
  })

  test('overwrites nothing that somebody wrote meanwhile', async () => {
    const world = worldWith(manifest)
    const theirs = `${manifest}# theirs\n`
    const write = (): string => {
      world.write(MANIFEST, theirs)
      return ''
    }
    const { code, err } = await add(world, FULL, write)
    expect(code).toBe(1)
    expect(err).toContain('was changed by another program meanwhile')
    expect(world.read(MANIFEST)).toBe(theirs)
  })

  test('is not stopped by what is wrong elsewhere in the manifest', async () => {
    const world = worldWith(`${manifest}  other: { baseUrl: x }\n`)
    const { code, err } = await opgen(world, `add ${FULL}`)
    expect(code).toBe(0)
    expect(err).toBe('opgen: hint: the manifest has other problems, which `opgen plan` names\n')
  })

  test.each([
    { text: 'version: 1\nproviders: [a]\n', message: '"providers" must be a map' },
    { text: 'version: 1\nproviders: {\n', message: 'providers.yaml:' },
    { text: '', message: 'the manifest is empty' },
    {
      text: 'version: 1\nproviders: &p\n  a: { preset: ollama, models: [m] }\nmachines:\n  w: { providers: *p }\n',
      message: '"providers" is what the alias on line 5 stands for',
    },
  ])('refuses a manifest that it cannot edit: $message', async ({ text, message }) => {
    const world = worldWith(text)
    const { code, err } = await opgen(world, `add ${FULL}`)
    expect(code).toBe(65)
    expect(err).toContain(message)
    expect(world.read(MANIFEST)).toBe(text)
  })

  test('says which machine would not see the provider', async () => {
    const overlay =
      'machines:\n  work:\n    enabled_providers: [ollama]\n    disabled_providers: [corp]\n'
    const world = worldWith(manifest + overlay)
    const { err } = await opgen(world, `add ${FULL}`)
    expect(err).toContain(
      'opgen: note: "enabled_providers" of the machine "work" on line 13 does not name "corp", so OpenCode hides it there\n',
    )
    expect(err).toContain(
      'opgen: note: "disabled_providers" of the machine "work" on line 14 names "corp", so OpenCode hides it there\n',
    )
  })

  test('says where there is no manifest how to make one', async () => {
    const world = worldWith('')
    world.files.delete(MANIFEST)
    const { code, err } = await opgen(world, `add ${FULL}`)
    expect(code).toBe(1)
    expect(err).toContain('`opgen init`')
  })

  test.each(['sk-proj-abcdefghijklmnopqrstuvwx123456', '__proto__', 'a b', '-', '.x'])(
    'refuses the id %s',
    async (id) => {
      const world = worldWith(manifest)
      const terminal = await opgen(
        world,
        `add --model m --base-url ${URL} -- ${id.replace(' ', '\u00A0')}`,
      )
      expect(terminal.code).toBe(65)
      expect(terminal.err).not.toContain('sk-proj-')
      expect(world.read(MANIFEST)).toBe(manifest)
    },
  )
})
