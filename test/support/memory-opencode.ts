import type { Session } from '../../src/app/session.ts'
import { askThroughOpenCode } from '../../src/app/through-opencode.ts'
import type { ThroughRequest } from '../../src/app/through-opencode.ts'
import type { ThroughOpenCode } from '../../src/core/live/through-opencode.ts'
import type { OpenCodeAnswer, OpenCodeRequest } from '../../src/system/system.ts'
import { memoryWorld } from './memory-system.ts'
import type { MemoryWorld, WorldOptions } from './memory-system.ts'
import { AUTH, PLAIN_SESSION } from './run-opgen.ts'

/** Where the OpenCode is. */
export const V1 = '/usr/bin/opencode'
const KEY = 'test-key-acme'
/** In auth.json. */
export const LOGINS = {
  acme: { type: 'api', key: KEY },
  other: { type: 'api', key: 'test-key-other' },
}

const PONG = '{"type":"text","part":{"text":"pong"}}\n'

export function ended(printed: string, code = 0): OpenCodeAnswer {
  return { state: 'ended', code, printed }
}

/** One that was ended, since it had printed enough or by somebody else. */
export function stopped(printed: string): OpenCodeAnswer {
  return { state: 'ended', code: undefined, printed }
}

/** An OpenCode that lists these lines, and whose models answer so. */
export function answering(
  listing: OpenCodeAnswer,
  reply: OpenCodeAnswer = stopped(PONG),
): (request: OpenCodeRequest) => OpenCodeAnswer {
  return ({ argv }) => (argv[0] === 'models' ? listing : reply)
}

export const LISTS_M = answering(ended('opencode/big\nacme/m\nacme/n\n'))

/** A world with an OpenCode 1 and two logins. */
export function worldWithOpenCode(
  answer: MemoryWorld['openCode']['answer'] = LISTS_M,
  { files = {}, ...options }: WorldOptions = {},
): MemoryWorld {
  const made = memoryWorld({
    installed: { [V1]: '1.18.33' },
    files: { [AUTH]: JSON.stringify(LOGINS), ...files },
    ...options,
  })
  made.openCode.answer = answer
  return made
}

/** Ask it for the provider `acme`, of the model `m`. */
export async function askAcme(
  { system }: MemoryWorld,
  request: Partial<ThroughRequest> = {},
  session: Partial<Session> = {},
): Promise<ThroughOpenCode> {
  const asked = { id: 'acme', models: ['m'], model: undefined, deadline: 60_000, ...request }
  return await askThroughOpenCode({ ...PLAIN_SESSION, system, ...session }, asked)
}
