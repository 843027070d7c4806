import { describe, expect, test } from 'vitest'
import { askAcme, LISTS_M, LOGINS, worldWithOpenCode } from '../../support/memory-opencode.ts'
import { HOME } from '../../support/memory-system.ts'
import { AUTH, CONFIG, PLAIN_RUN } from '../../support/run-opgen.ts'

const CACHE = `${HOME}/.cache/opencode`

describe('what an OpenCode finds', () => {
  test('is the login of the provider and no other, which nobody may see', async () => {
    const made = worldWithOpenCode()
    const learnt: string[] = []
    await askAcme(made, {}, { learn: (text) => void learnt.push(text) })
    expect(learnt).toContain(LOGINS.acme.key)
    for (const { env } of made.openCode.asked) {
      expect(JSON.parse(env['OPENCODE_AUTH_CONTENT'] ?? '')).toEqual({ acme: LOGINS.acme })
      expect(JSON.stringify(env)).not.toContain('test-key-other')
    }
  })

  test('is a login in the variable rather than one in the file', async () => {
    const login = { type: 'api', key: 'test-key-variable' }
    const env = { OPENCODE_AUTH_CONTENT: JSON.stringify({ acme: login }) }
    const made = worldWithOpenCode(LISTS_M, { env })
    await askAcme(made)
    const given = made.openCode.asked[0]?.env['OPENCODE_AUTH_CONTENT'] ?? ''
    expect(JSON.parse(given)).toEqual({ acme: login })
  })

  test.each([
    ['oauth', { type: 'oauth', refresh: 'test-key-r', access: 'test-key-a', expires: 1 }],
    ['wellknown', { type: 'wellknown', key: 'ACME', token: 'test-key-t' }],
  ])('is never a login that it would renew: %s', async (_, login) => {
    const made = worldWithOpenCode(LISTS_M, { files: { [AUTH]: JSON.stringify({ acme: login }) } })
    expect(await askAcme(made)).toMatchObject({ state: 'not-checked', why: 'login' })
    expect(made.openCode.asked).toEqual([])
  })

  test('is no login where the file is damaged, as for OpenCode', async () => {
    const made = worldWithOpenCode(LISTS_M, { files: { [AUTH]: '{' } })
    expect(await askAcme(made)).toMatchObject({ state: 'asked' })
    expect(made.openCode.asked[0]?.env['OPENCODE_AUTH_CONTENT']).toBe('{}')
  })

  test('are copies of its configurations, in which references lead where they led', async () => {
    const text = '{ "provider": { "acme": { "options": { "apiKey": "{file:./keys/acme}" } } } }'
    const atHome = '{ "provider": { "acme": { "options": { "apiKey": "{file:~/key}" } } } }'
    const files = { [CONFIG]: text, [`${HOME}/.opencode/opencode.json`]: atHome }
    const env = { OPENCODE_CONFIG_CONTENT: text }
    const made = worldWithOpenCode(LISTS_M, { files, env, cwd: `${HOME}/project` })
    await askAcme(made)
    expect(made.openCode.asked.length).toBe(2)
    for (const question of made.openCode.asked) {
      expect(question.files.get('config/opencode/opencode.jsonc')).toContain(
        `{file:${HOME}/.config/opencode/keys/acme}`,
      )
      expect(question.files.get('home/.opencode/opencode.json')).toContain('{file:~/key}')
      expect(question.env['OPENCODE_CONFIG_CONTENT']).toContain(`{file:${HOME}/project/keys/acme}`)
    }
    expect(made.read(CONFIG)).toBe(text)
  })

  test('is nothing of a project', async () => {
    const files = { [`${HOME}/dotfiles/opencode.json`]: '{ "username": "project" }' }
    const made = worldWithOpenCode(LISTS_M, { files })
    await askAcme(made)
    for (const question of made.openCode.asked) {
      expect([...question.files.values()].join('\n')).not.toContain('project')
    }
  })

  test('is what it has fetched and installed', async () => {
    const files = {
      [`${CACHE}/models.json`]: '{}',
      [`${CACHE}/packages/plain/node_modules/plain/index.js`]: '',
      [`${CACHE}/packages/@acme/adapter/node_modules/@acme/adapter/index.js`]: '',
    }
    const made = worldWithOpenCode(LISTS_M, { files })
    await askAcme(made)
    const [question] = made.openCode.asked
    expect(question?.env['OPENCODE_MODELS_PATH']).toBe(`${CACHE}/models.json`)
    expect([...(question?.links ?? [])]).toEqual([
      ['cache/opencode/packages/@acme/adapter', `${CACHE}/packages/@acme/adapter`],
      ['cache/opencode/packages/plain', `${CACHE}/packages/plain`],
    ])
  })

  test('is the catalogue that the caller names', async () => {
    const made = worldWithOpenCode(LISTS_M, { env: { OPENCODE_MODELS_PATH: 'catalogue.json' } })
    await askAcme(made)
    const named = made.openCode.asked[0]?.env['OPENCODE_MODELS_PATH']
    expect(named).toBe(`${HOME}/dotfiles/catalogue.json`)
  })

  test('are the files that opgen was told to look at', async () => {
    const files = {
      '/given/config.json': '{ "username": "given" }',
      '/given/auth.json': JSON.stringify({ acme: { type: 'api', key: 'test-key-given' } }),
      [CONFIG]: '{ "username": "global" }',
    }
    const made = worldWithOpenCode(LISTS_M, { files })
    const options = { ...PLAIN_RUN, config: '/given/config.json', auth: '/given/auth.json' }
    await askAcme(made, {}, { options })
    const [question] = made.openCode.asked
    expect(question?.files.get('config/opencode/opencode.jsonc')).toContain('given')
    expect(question?.env['OPENCODE_AUTH_CONTENT']).toContain('test-key-given')
  })

  test('cannot be told where something else is in the place of a file', async () => {
    const made = worldWithOpenCode(LISTS_M, { files: { [`${CONFIG}/in-a-folder`]: '' } })
    expect(await askAcme(made)).toMatchObject({ state: 'not-checked', why: 'config-unreadable' })
  })
})
