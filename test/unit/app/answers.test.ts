import { describe, expect, test } from 'vitest'
import { OpgenError } from '../../../src/errors.ts'
import { AUTH, CONFIG, MANIFEST, opgen, STATE, worldWith } from '../../support/run-opgen.ts'

function provider(id: string): string {
  return `  ${id}: { baseURL: "https://${id}.example/v1", models: [m], key: { env: KEY } }\n`
}

function wanting(ids: readonly string[], more = ''): string {
  const providers = ids.length === 0 ? ' {}\n' : `\n${ids.map(provider).join('')}`
  return `version: 1\n${more}providers:${providers}`
}

const env = { KEY: 'test-key-some' }
const theirs = (...ids: readonly string[]): string =>
  JSON.stringify({
    provider: Object.fromEntries(
      ids.map((id) => [id, { options: { baseURL: 'https://mine.example' } }]),
    ),
  })

describe('an answer', () => {
  test('that names an id beats one for all', async () => {
    const world = worldWith(wanting(['a', 'b']), { env, files: { [CONFIG]: theirs('a', 'b') } })
    expect((await opgen(world, 'apply --force --keep a --trust-origin b')).code).toBe(0)
    const { provider: blocks } = JSON.parse(world.read(CONFIG) ?? '')
    expect(blocks.a.options.baseURL).toBe('https://mine.example')
    expect(blocks.b.options.baseURL).toBe('https://b.example/v1')
  })

  test('to keep is remembered for a value in the way of others', async () => {
    const config = '{"provider":{"a":{"options":"mine"}}}'
    const world = worldWith(wanting(['a']), { env, files: { [CONFIG]: config } })
    expect((await opgen(world, 'apply --keep')).code).toBe(0)
    expect((await opgen(world, 'apply')).out).toBe('Nothing to change.\n')
    expect(world.read(CONFIG)).toContain('"options":"mine"')
  })

  test('to force a value in the way is recorded with what stood there', async () => {
    const config = '{"provider":{"a":{"options":"mine"}}}'
    const world = worldWith(wanting(['a']), { env, files: { [CONFIG]: config } })
    expect((await opgen(world, 'apply --force')).code).toBe(0)
    const { containers } = JSON.parse(world.read(STATE) ?? '').files[CONFIG]
    expect(containers['/provider/a/options']).toMatchObject({ before: { json: 'mine' } })
  })

  test('to keep is remembered for something that is no list', async () => {
    const config = '{"enabled_providers": "a"}'
    const world = worldWith(wanting(['a']), { env, files: { [CONFIG]: config } })
    expect((await opgen(world, 'apply')).code).toBe(3)
    expect((await opgen(world, 'apply --keep')).code).toBe(0)
    expect((await opgen(world, 'apply')).out).toBe('Nothing to change.\n')
  })

  test('to keep ends when what was kept is gone', async () => {
    const world = worldWith(wanting(['a']), { env, files: { [CONFIG]: theirs('a') } })
    expect((await opgen(world, 'apply --keep')).code).toBe(0)
    world.write(CONFIG, '{}')
    expect((await opgen(world, 'apply')).code).toBe(0)
    expect(world.read(CONFIG)).toContain('https://a.example/v1')
  })
})

describe('a list of ids', () => {
  test('that is kept for a while is still given back what opgen added', async () => {
    const config = '{"enabled_providers":["openai"]}'
    const world = worldWith(wanting(['a']), { env, files: { [CONFIG]: config } })
    for (const manifest of [
      wanting(['a']),
      wanting(['a'], 'enabled_providers: keep\n'),
      wanting([]),
    ]) {
      world.write(MANIFEST, manifest)
      expect((await opgen(world, 'apply')).code).toBe(0)
    }
    expect(world.read(CONFIG)).toBe(config)
  })

  test('keeps an element of the user that is called like what objects inherit', async () => {
    const config = '{"disabled_providers":["constructor"]}'
    const manifest = wanting(['a'], 'disabled_providers: [groq, constructor]\n')
    const world = worldWith(manifest, { env, files: { [CONFIG]: config } })
    expect((await opgen(world, 'apply')).code).toBe(0)
    world.write(MANIFEST, wanting([]))
    expect((await opgen(world, 'apply')).code).toBe(0)
    expect(world.read(CONFIG)).toBe(config)
  })
})

describe('a write that is refused', () => {
  test('puts an empty auth.json back, too', async () => {
    const world = worldWith(wanting(['a']), {
      env,
      files: { [AUTH]: '' },
      beforeWrite: (file) => {
        if (file !== CONFIG) return
        throw new OpgenError({ code: 'file-refused', path: file, reason: 'disk-full' })
      },
    })
    expect((await opgen(world, 'apply')).code).toBe(1)
    expect(world.read(AUTH)).toBe('')
  })
})
