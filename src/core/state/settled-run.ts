import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** How a run was started that found nothing to do. */
export interface RunKey {
  readonly argv: readonly string[]
  /** Which build of the program it was: another may see other things to do. */
  readonly build: string
}

/** What is kept of such a run. No answer is in it, only what all of them together come to. */
export interface SettledRun<Question> {
  readonly questions: readonly Question[]
  readonly output: string
  /** Of the digests of all answers, in the order of the questions. */
  readonly seal: string
}

/** SHA-256 of an answer, which may be a key: such a digest is not to be written anywhere. */
export function digestAnswer(answer: string | Uint8Array): string {
  return createHash('sha256').update(answer).digest('base64')
}

/** What answers come to, told to nobody who does not have the secret of this machine. */
export function sealAnswers(digests: readonly string[], secret: Uint8Array): string {
  return createHmac('sha256', secret).update(digests.join('\n')).digest('base64')
}

/** Name of the file for a run in a folder. */
export function settledRunName({ argv, build }: RunKey, folder: string): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([argv, build, folder]))
    .digest('hex')
  return `${digest.slice(0, 16)}.json`
}

export function printSettledRun(run: SettledRun<unknown>, key: RunKey, secret: Uint8Array): string {
  const body = JSON.stringify(run)
  return `${macOf(body, key, secret)}\n${body}\n`
}

/** Undefined for all but what this machine printed for the same run and nobody has changed since. */
export function openSettledRun<Question>(
  text: string,
  key: RunKey,
  secret: Uint8Array,
): SettledRun<Question> | undefined {
  const [mac = '', body = ''] = text.split('\n')
  const expected = Buffer.from(macOf(body, key, secret))
  const given = Buffer.from(mac)
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
  // Nobody without the secret could have written it, so that its shape is known.
  const run: SettledRun<Question> = JSON.parse(body)
  return run
}

function macOf(body: string, { argv, build }: RunKey, secret: Uint8Array): string {
  const run = JSON.stringify(['settled-run', build, argv])
  return createHmac('sha256', secret).update(`${run}\n${body}`).digest('base64')
}
