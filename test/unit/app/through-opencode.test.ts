import { describe, expect, test } from 'vitest'
import type { ThroughRequest } from '../../../src/app/through-opencode.ts'
import type { OpenCodeAnswer } from '../../../src/system/system.ts'
import {
  answering,
  askAcme,
  ended,
  LISTS_M,
  LOGINS,
  stopped,
  V1,
  worldWithOpenCode,
} from '../../support/memory-opencode.ts'
import type { MemoryWorld } from '../../support/memory-system.ts'
import { CONFIG } from '../../support/run-opgen.ts'

/** What was printed never shows, so that it may hold anything. */
async function bothOf(made: MemoryWorld, request: Partial<ThroughRequest> = {}) {
  const result = await askAcme(made, request)
  if (result.state !== 'asked') throw new Error(result.state)
  const { listing, answer } = result
  return { listing, answer }
}

const M_ANSWERED = { state: 'answered', model: 'm', ms: 0 }

describe('the OpenCode that is asked', () => {
  test('is the first that `opencode` starts', async () => {
    const installed = { '/opt/opencode2': '2.0.22', [V1]: '1.18.33', '/opt/opencode': '1.0.0' }
    const made = worldWithOpenCode(LISTS_M, { installed })
    expect(await askAcme(made)).toEqual({
      state: 'asked',
      program: { path: V1, version: '1.18.33' },
      listing: { ok: true, ms: 0, missing: [] },
      answer: M_ANSWERED,
    })
    expect(made.openCode.asked.map(({ program }) => program)).toEqual([V1, V1])
    expect(made.openCode.started).toEqual([V1])
  })

  test('is none where there is none', async () => {
    const made = worldWithOpenCode(LISTS_M, { installed: { '/opt/opencode2': '2.0.22' } })
    expect(await askAcme(made)).toEqual({ state: 'no-opencode' })
  })

  test.each([
    ['opencode-2', '2.0.22', '2.0.22'],
    ['version-unknown', null, undefined],
    ['version-unknown', '0.0.0-dev', '0.0.0-dev'],
  ])('is not asked where nobody knows how: %s', async (why, installed, version) => {
    const made = worldWithOpenCode(LISTS_M, { installed: { [V1]: installed } })
    const program = { path: V1, version }
    expect(await askAcme(made)).toEqual({ state: 'not-checked', program, why })
    expect(made.openCode.asked).toEqual([])
  })
})

describe('the models', () => {
  test('that OpenCode does not list are told in the order asked', async () => {
    const { listing, answer } = await bothOf(worldWithOpenCode(), {
      models: ['z', 'm', 'a', 'big'],
    })
    expect(listing).toEqual({ ok: true, ms: 0, missing: ['z', 'a', 'big'] })
    expect(answer).toEqual(M_ANSWERED)
  })

  test('are asked by the one that is named, else by the first that is listed', async () => {
    const named = await bothOf(worldWithOpenCode(), { models: ['m'], model: 'n' })
    expect(named.answer).toEqual({ ...M_ANSWERED, model: 'n' })
    const made = worldWithOpenCode()
    await bothOf(made, { models: ['gone', 'n', 'm'] })
    expect(made.openCode.asked[1]?.argv).toContain('acme/n')
  })

  test.each([
    ['the one named', { models: ['m'], model: 'gone' }],
    ['any of them', { models: ['gone'] }],
    ['any', { models: [] }],
  ])('are not asked where OpenCode does not list %s', async (_, request) => {
    const made = worldWithOpenCode()
    expect((await bothOf(made, request)).answer).toEqual({ state: 'not-asked', why: 'not-listed' })
    expect(made.openCode.asked.length).toBe(1)
  })

  test.each<[string, OpenCodeAnswer]>([
    ['config-refused', ended('', 1)],
    ['failed', ended('acme/m\n', 127)],
    ['failed', stopped('acme/m\n')],
    ['no-answer', { state: 'no-answer' }],
    ['not-started', { state: 'not-started' }],
  ])('are not listed: %s after %j', async (fault, listing) => {
    const made = worldWithOpenCode(answering(listing))
    expect(await bothOf(made)).toEqual({
      listing: { ok: false, ms: 0, fault },
      answer: { state: 'not-asked', why: 'no-listing' },
    })
    expect(made.openCode.asked.length).toBe(1)
  })
})

describe('the answer of a model', () => {
  const refused = { state: 'refused', model: 'm', ms: 0, status: undefined }

  test.each<[string, OpenCodeAnswer]>([
    ['no-answer', { state: 'no-answer' }],
    ['not-started', { state: 'not-started' }],
    ['other', ended('Usage: opencode run', 1)],
    ['nothing-said', stopped('{"type":"step_finish"}\n')],
  ])('is missing: %s after %j', async (fault, reply) => {
    const { answer } = await bothOf(worldWithOpenCode(answering(ended('acme/m'), reply)))
    expect(answer).toEqual({ ...refused, fault })
  })

  test('is refused with the status of the server, and none of its words', async () => {
    const error = { name: 'APIError', data: { message: `not ${LOGINS.acme.key}`, statusCode: 401 } }
    const printed = `${JSON.stringify({ type: 'error', error })}\n`
    const { answer } = await bothOf(
      worldWithOpenCode(answering(ended('acme/m'), ended(printed, 1))),
    )
    expect(answer).toEqual({ ...refused, fault: 'key-rejected', status: 401 })
  })

  test('is not asked for from a configuration that is JSON only once it is filled in', async () => {
    const files = { [CONFIG]: '{ "provider": {env:PROVIDERS} }' }
    const made = worldWithOpenCode(LISTS_M, { files, env: { PROVIDERS: '{ "acme": {} }' } })
    expect((await bothOf(made)).answer).toEqual({ state: 'not-asked', why: 'not-json' })
    expect(made.openCode.asked[0]?.files.get('config/opencode/opencode.jsonc')).toBe(files[CONFIG])
  })

  test('is not waited for beyond the time for all of it', async () => {
    const made = worldWithOpenCode()
    let now = 0
    const system = { ...made.system, now: () => new Date(now) }
    made.openCode.answer = (request) => {
      now += 40_000
      return LISTS_M(request)
    }
    const result = await askAcme(made, {}, { system })
    expect(made.openCode.asked.map(({ deadline }) => deadline)).toEqual([60_000, 20_000])
    expect(result).toMatchObject({ listing: { ms: 40_000 }, answer: { ms: 40_000 } })
    now = 0
    const short = await askAcme(made, { deadline: 30_000 }, { system })
    expect(short).toMatchObject({ answer: { state: 'refused', fault: 'no-answer', ms: 0 } })
    expect(made.openCode.asked.length).toBe(3)
  })
})
