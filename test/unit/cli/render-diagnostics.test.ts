import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { choosePaint, plain } from '../../../src/cli/paint.ts'
import { diagnosticJson, renderDiagnostics } from '../../../src/cli/render-diagnostics.ts'
import type { Diagnostic } from '../../../src/core/diagnostic.ts'
import { OpgenError } from '../../../src/errors.ts'
import { HOME, memoryWorld } from '../../support/memory-system.ts'

const MANIFEST = `${HOME}/dotfiles/providers.yaml`
const CONFIG = `${HOME}/.config/opencode/opencode.jsonc`

const files = {
  [MANIFEST]: 'version: 1\nproviders: []\n',
  [CONFIG]: '{\n  "apiKey": "hunter2"\n}\n',
  '/opgen/templates/x.yaml.hbs': '{{#if}}\n',
}

function at(file: string, line: number, more: Partial<Diagnostic> = {}): Diagnostic {
  const source = { file, line, column: 3 }
  return { code: 'some-code', severity: 'error', message: 'it is wrong', source, ...more }
}

async function render(
  diagnostics: readonly Diagnostic[],
  paint = plain,
): Promise<readonly string[]> {
  const { system } = memoryWorld({ files })
  return (await renderDiagnostics(system, diagnostics, paint)).split('\n')
}

async function refuse(path: string): Promise<never> {
  throw new OpgenError({ code: 'file-refused', path, reason: 'not-permitted' })
}

describe('diagnostics as text', () => {
  test('show nothing of a file that only a link makes look like a manifest', async () => {
    const world = memoryWorld({ files: { ...files, [`${HOME}/.netrc`]: 'password hunter2\n' } })
    const link = `${HOME}/dotfiles/templates/x.yaml.hbs`
    world.links.set(link, `${HOME}/.netrc`)
    const text = await renderDiagnostics(world.system, [at(link, 1)], plain)
    expect(text).toBe('templates/x.yaml.hbs:1:3: error: it is wrong [some-code]\n')
  })

  test('hold nothing that a terminal would obey', async () => {
    const more = { message: 'the name \u001b[31mred\u202e', hint: 'see \u001b]0;x\u0007' }
    const [line, , , hint] = await render([at(MANIFEST, 2, more)])
    expect(line).toBe('providers.yaml:2:3: error: the name \ufffd[31mred\ufffd [some-code]')
    expect(hint).toBe('  hint: see \ufffd]0;x\ufffd')
    const placeless = await renderDiagnostics(
      memoryWorld().system,
      [{ code: 'c', severity: 'warning', ...more }],
      plain,
    )
    expect(placeless).not.toContain('\u001b')
    expect(placeless).not.toContain('\u202e')
  })

  test('stand one after the other, each with its source line', async () => {
    const hint = { hint: 'write a map' }
    expect(await render([at(MANIFEST, 2, hint), at('/opgen/templates/x.yaml.hbs', 1)])).toEqual([
      'providers.yaml:2:3: error: it is wrong [some-code]',
      '  providers: []',
      '    ^',
      '  hint: write a map',
      '/opgen/templates/x.yaml.hbs:1:3: error: it is wrong [some-code]',
      '  {{#if}}',
      '    ^',
      '',
    ])
  })

  test("never quote OpenCode's files, which may hold keys", async () => {
    expect(await render([at(CONFIG, 2)])).toEqual([
      '~/.config/opencode/opencode.jsonc:2:3: error: it is wrong [some-code]',
      '',
    ])
  })

  test('without a place are in the voice of the program', async () => {
    const { source: _, ...placeless } = at('', 1, { severity: 'warning', hint: 'do this' })
    expect(await render([placeless])).toEqual([
      'opgen: warning: it is wrong [some-code]',
      '  hint: do this',
      '',
    ])
  })

  test('go without the source line of a file that is gone or refused', async () => {
    const head = 'gone.yaml:1:3: error: it is wrong [some-code]'
    expect(await render([at(`${HOME}/dotfiles/gone.yaml`, 1)])).toEqual([head, ''])
    const { system } = memoryWorld({ files })
    const refusing = { ...system, files: { ...system.files, read: refuse } }
    expect(await renderDiagnostics(refusing, [at(MANIFEST, 1)], plain)).toBe(
      'providers.yaml:1:3: error: it is wrong [some-code]\n',
    )
  })

  test('read each file once', async () => {
    const { system } = memoryWorld({ files })
    const asked: string[] = []
    const read = (file: string): Promise<string | undefined> => {
      asked.push(file)
      return system.files.read(file)
    }
    const counting = { ...system, files: { ...system.files, read } }
    await renderDiagnostics(counting, [at(MANIFEST, 1), at(MANIFEST, 2)], plain)
    expect(asked).toEqual([MANIFEST])
  })

  test('are coloured without changing a letter', async () => {
    const { source: _, ...placeless } = at('', 1, { hint: 'do this' })
    const all = [
      at(MANIFEST, 2, { hint: 'x' }),
      at(MANIFEST, 1, { severity: 'warning' }),
      placeless,
    ]
    const coloured = await render(all, choosePaint('always', false))
    expect(coloured.map(stripVTControlCharacters)).toEqual(await render(all))
    expect(coloured[0]).toContain('\u001B[31m\u001B[1merror:\u001B[22m\u001B[39m')
    expect(coloured.join('\n')).toContain('\u001B[33m\u001B[1mwarning:\u001B[22m\u001B[39m')
  })

  test('are cut short where nobody would read on', async () => {
    const lines = await render(Array.from({ length: 1500 }, (_, index) => at(MANIFEST, index + 9)))
    expect(lines.filter((line) => line.includes('some-code'))).toHaveLength(1000)
    expect(lines.at(-2)).toBe('opgen: note: 500 more of these are in the output with `--json`')
  })

  test('are shown without the source line of a file too large to read', async () => {
    const { system } = memoryWorld({ files: { [MANIFEST]: `a\n${'#'.repeat(4_000_000)}` } })
    expect(await renderDiagnostics(system, [at(MANIFEST, 1)], plain)).toBe(
      'providers.yaml:1:3: error: it is wrong [some-code]\n',
    )
  })

  test('are nothing when there are none', async () => {
    expect(await render([])).toEqual([''])
  })
})

describe('a diagnostic as JSON', () => {
  test('has every field, with null where there is nothing to say', () => {
    const { source: _, ...placeless } = at('', 1)
    expect(diagnosticJson(placeless)).toEqual({
      code: 'some-code',
      severity: 'error',
      file: null,
      line: null,
      column: null,
      message: 'it is wrong',
      hint: null,
    })
  })

  test('has the absolute path and the place', () => {
    expect(diagnosticJson(at(MANIFEST, 2, { hint: 'x' }))).toMatchObject({
      file: MANIFEST,
      line: 2,
      column: 3,
      hint: 'x',
    })
  })
})
