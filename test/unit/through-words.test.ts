import { describe, expect, test } from 'vitest'
import type { ReplyFault } from '../../src/core/live/opencode-answer.ts'
import type {
  Listing,
  ListingFault,
  ModelAnswer,
  NotAsked,
  NotChecked,
  ThroughOpenCode,
} from '../../src/core/live/through-opencode.ts'
import { describeThrough } from '../../src/through-words.ts'
import type { ThroughWords } from '../../src/through-words.ts'

/** One of each: the compiler asks for a new one. */
const NOT_CHECKED: Readonly<Record<NotChecked, ThroughWords['state']>> = {
  'opencode-2': 'skipped',
  'version-unknown': 'skipped',
  login: 'skipped',
  'config-unreadable': 'failed',
}

const LISTING_FAULTS: Readonly<Record<ListingFault, true>> = {
  'config-refused': true,
  'no-answer': true,
  'not-started': true,
  failed: true,
}

const REPLY_FAULTS: Readonly<Record<ReplyFault, number | undefined>> = {
  'no-answer': undefined,
  'not-started': undefined,
  'key-rejected': 401,
  'key-forbidden': 403,
  'no-key': undefined,
  'no-credit': 402,
  'rate-limited': 429,
  'not-found': 404,
  'server-fault': 503,
  'not-reached': undefined,
  'nothing-said': undefined,
  'no-adapter': undefined,
  'no-address': undefined,
  other: 418,
}

const PROGRAM = { path: '/usr/bin/opencode', version: '1.18.33' }
const LISTED: Listing = { ok: true, ms: 1200, missing: [] }
const ANSWERED: ModelAnswer = { state: 'answered', model: 'm', ms: 3000 }

function asked(listing: Listing, answer: ModelAnswer): ThroughOpenCode {
  return { state: 'asked', program: PROGRAM, listing, answer }
}

function refused(fault: ReplyFault, status = REPLY_FAULTS[fault]): ThroughOpenCode {
  return asked(LISTED, { state: 'refused', model: 'm', ms: 3000, fault, status })
}

/** `Object.entries` forgets the names. */
function namesOf<Name extends string>(record: Readonly<Record<Name, unknown>>): readonly Name[] {
  return Object.keys(record).filter((name): name is Name => name in record)
}

const ALL: readonly ThroughOpenCode[] = [
  { state: 'no-opencode' },
  ...namesOf(NOT_CHECKED).map((why): ThroughOpenCode => {
    return { state: 'not-checked', program: PROGRAM, why }
  }),
  ...namesOf(LISTING_FAULTS).map((fault) => {
    return asked({ ok: false, ms: 5, fault }, { state: 'not-asked', why: 'no-listing' })
  }),
  ...namesOf(REPLY_FAULTS).map((fault) => refused(fault)),
  ...(['not-listed', 'not-json'] satisfies readonly NotAsked[]).map((why) =>
    asked({ ok: true, ms: 5, missing: ['gone'] }, { state: 'not-asked', why }),
  ),
  asked(LISTED, ANSWERED),
]

describe('what came of asking through OpenCode', () => {
  test('is two good things where all is well', () => {
    expect(describeThrough(asked(LISTED, ANSWERED), 'acme')).toEqual([
      { state: 'ok', ms: 1200, detail: 'OpenCode 1.18.33 lists the models' },
      { state: 'ok', ms: 3000, detail: '"m" answers through it' },
    ])
  })

  test('has something to do for all that is not, in the voice of opgen', () => {
    for (const result of ALL) {
      for (const { state, detail, hint } of describeThrough(result, 'acme')) {
        expect(hint === undefined).toBe(state === 'ok')
        expect(detail).toMatch(/^(?:"|[a-z/]|OpenCode)[^]*[^.]$/)
        expect(hint ?? 'run').toMatch(/^(?:[a-z`])[^]*[^.]$/)
      }
    }
  })

  test.each(Object.entries(NOT_CHECKED))('is judged where it was not checked: %s', (why, state) => {
    const result = ALL.find((one) => one.state === 'not-checked' && one.why === why)
    const [words, ...more] = describeThrough(result ?? { state: 'no-opencode' }, 'acme')
    expect([words.state, more]).toEqual([state, []])
  })

  test('names the models that are not listed, and no more than a few', () => {
    const missing = ['z/a', 'b', 'c', 'd', 'e', 'f']
    const listing: Listing = { ok: true, ms: 5, missing }
    const [words] = describeThrough(asked(listing, ANSWERED), 'acme')
    expect(words.detail).toBe('OpenCode 1.18.33 does not list "z/a", "b", "c", "d", "e" and 1 more')
  })

  test('says nothing of the answer where there is no list', () => {
    const listing: Listing = { ok: false, ms: 5, fault: 'config-refused' }
    const answer: ModelAnswer = { state: 'not-asked', why: 'no-listing' }
    expect(describeThrough(asked(listing, answer), 'acme')).toEqual([
      {
        state: 'failed',
        ms: 5,
        detail: 'OpenCode 1.18.33 refuses its configuration',
        hint: 'run `opgen doctor`; what OpenCode says: `opencode models acme`',
      },
    ])
  })

  test('tells the status of the server, and how to ask by hand', () => {
    expect(describeThrough(refused('not-found'), 'acme')[1]).toEqual({
      state: 'failed',
      ms: 3000,
      detail: 'the server has no "m", or nothing at the path that OpenCode asks (404)',
      hint: 'what OpenCode says: `opencode run -m acme/m "Reply with the word: pong"`',
    })
  })

  test('shows no escape sequence of a path', () => {
    const program = { path: '/tmp/\u001B[31m/opencode', version: undefined }
    const result: ThroughOpenCode = { state: 'not-checked', program, why: 'version-unknown' }
    expect(describeThrough(result, 'acme')[0].detail).not.toContain('\u001B')
  })
})
