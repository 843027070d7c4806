import { describe, expect, test } from 'vitest'
import { answered, ctrlC, drifted, edit, snapshot } from '../../support/answering.ts'
import type { TypedAnswer } from '../../support/memory-terminal.ts'
import { AUTH, CONFIG, MANIFEST, opgen } from '../../support/run-opgen.ts'

describe('a value that somebody changed', () => {
  test('is shown as a diff, with the answers there are, and overwritten when told to', async () => {
    const world = await drifted()
    const { code, out, err } = await answered(world, 'o')
    expect(err).toBe(
      [
        '',
        'gw drift: somebody changed what opgen wrote',
        '  /provider/gw/name',
        '  - "Gw"       wanted',
        '  + "By hand"  on disk',
        '  [o]verwrite  [k]eep  [m]anifest (print the YAML)  [q]uit',
        '  > o',
        '',
        '',
      ].join('\n'),
    )
    expect(out).toContain('Applied: 1 updated.')
    expect({ code, text: world.read(CONFIG) }).toMatchObject({
      code: 0,
      text: expect.stringContaining('"name": "Gw"'),
    })
  })

  test('is kept, and not asked about again until the manifest changes', async () => {
    const world = await drifted()
    expect(await answered(world, 'k')).toMatchObject({ code: 0 })
    expect(world.read(CONFIG)).toContain('"By hand"')
    expect(await answered(world)).toMatchObject({ code: 0, out: 'Nothing to change.\n', err: '' })
    edit(world, MANIFEST, 'name: Gw', 'name: Gateway')
    expect((await answered(world, 'q')).err).toContain('gw conflict: somebody else wrote there')
  })

  test('is carried: the YAML is printed as the result, and nothing is written', async () => {
    const world = await drifted()
    const before = snapshot(world)
    const { code, out, err } = await answered(world, 'm')
    expect({ code, out }).toEqual({ code: 3, out: 'providers:\n  gw:\n    name: By hand\n' })
    expect(err).toContain('opgen: error: a decision is needed; nothing was written\n')
    expect(err).toContain('opgen: hint: put the lines above into the manifest,')
    expect(snapshot(world)).toEqual(before)
    edit(world, MANIFEST, 'name: Gw', 'name: By hand')
    expect(await answered(world)).toMatchObject({ code: 0, err: '' })
  })

  test('that is no longer wanted is deleted or kept', async () => {
    for (const [answer, isThere] of [
      ['d', false],
      ['k', true],
    ] as const) {
      const world = await drifted()
      edit(world, MANIFEST, ', name: Gw', '')
      const { code, err } = await answered(world, answer)
      expect(err).toContain(
        '  - nothing    wanted\n  + "By hand"  on disk\n  [d]elete  [k]eep  [m]anifest',
      )
      expect(code).toBe(0)
      expect(world.read(CONFIG)?.includes('By hand')).toBe(isThere)
    }
  })

  test('is not shown where it may be a secret', async () => {
    const world = await drifted()
    edit(world, AUTH, 'test-key-gw', 'test-key-other')
    const { err } = await answered(world, 'q')
    expect(err).toContain(
      '  /gw/key\n  - the key of its source  wanted\n  + another key            on disk\n',
    )
    expect(err).toContain('to use the key that is there, set $GW_KEY to it\n')
    expect(err).not.toContain('test-key')
    const carried = await answered(world, 'm')
    expect(carried.out).toBe('providers:\n  gw:\n    name: By hand\n')
    expect(carried.err).toContain('opgen: note: to use the key that is there, set $GW_KEY to it\n')
  })
})

describe('an answer', () => {
  test('is asked for until it is one, whatever its case and the blanks around it', async () => {
    const world = await drifted()
    const { code, err } = await answered(world, '', 'x', 'overwrite', ' K ')
    expect(code).toBe(0)
    expect(err.split('[q]uit')).toHaveLength(5)
    expect(world.read(CONFIG)).toContain('"By hand"')
  })

  test.each<readonly [string, readonly TypedAnswer[], number]>([
    ['"quit"', ['q'], 3],
    ['the end of the input', [], 3],
    ['Ctrl-C', [ctrlC], 130],
  ])('of %s writes nothing, whatever was answered before', async (_, answers, code) => {
    const world = await drifted()
    edit(world, MANIFEST, 'version: 1', 'version: 1\nmodel: gw/m')
    edit(world, CONFIG, '{', '{ "model": "x/y",')
    const before = snapshot(world)
    const stopped = await answered(world, 'o', ...answers)
    expect(stopped).toMatchObject({ code, out: '' })
    expect(stopped.err).toContain(code === 3 ? 'nothing was written' : 'interrupted')
    expect(snapshot(world)).toEqual(before)
  })

  test('is to one question: another about the same provider is asked by itself', async () => {
    const world = await drifted()
    edit(world, MANIFEST, 'name: Gw', 'name: Gw, npm: mine')
    edit(world, MANIFEST, 'name: Gw', 'name: Gw, whitelist: [m]')
    edit(world, CONFIG, '"name"', '"whitelist": ["other"], "name"')
    const { err } = await answered(world, 'k', 'o', 't')
    expect(err.match(/^gw \w+/gm)).toEqual(['gw drift', 'gw conflict', 'gw origin'])
    expect(world.read(CONFIG)).toContain('"whitelist": ["m"]')
    expect(world.read(CONFIG)).toContain('"By hand"')
  })

  test('is forgotten when something else changed while it was waited for', async () => {
    const world = await drifted()
    const { code, err } = await answered(
      world,
      () => {
        edit(world, CONFIG, '"By hand"', '"By another hand"')
        return 'o'
      },
      'k',
    )
    expect(code).toBe(0)
    expect(err).toContain('opgen: note: something else changed meanwhile')
    expect(world.read(CONFIG)).toContain('"By another hand"')
  })

  test('is not asked for with --no-input, --json or in CI', async () => {
    for (const line of ['apply --no-input', 'apply --json', 'apply']) {
      const world = await drifted()
      world.setEnv({ CI: line === 'apply' ? 'true' : null })
      const { code, err } = await opgen(world, line, { answers: ['o'] })
      expect({ code, asked: err.includes('[o]') }).toEqual({ code: 3, asked: false })
    }
  })
})
