import { randomBytes } from 'node:crypto'
import { chmod, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { runCommand } from '../../scripts/command.mjs'
import type { Outcome } from '../../scripts/command.mjs'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import type { SecretService } from '../../scripts/secret-service.mjs'
import { freshSandbox, freshSecretService, servedModels } from './fresh.ts'
import { leaks } from './leaks.ts'
import { opgen, place, succeeds, textOf, writeManifest } from './opgen.ts'
import { readRecording, recordingTo } from './recording.ts'
import { readTree, traceOf } from './tree.ts'

/* A machine on which one provider, `acme`, could have its key from everywhere. */

/** In every key of {@link keys}, so that no piece of one goes by unseen. */
export const mark = `mark${randomBytes(8).toString('hex')}`

/** The key that each source has; all differ, so that what was written says where it is from. */
export const keys = {
  own: `test-key-own-${mark}`,
  other: `test-key-other-tool-${mark}`,
  variable: `test-key-variable-${mark}`,
  script: `test-key-script-${mark}`,
  file: `test-key-file-${mark}`,
  wide: `test-key-wide-${mark}`,
  given: `test-key-given-${mark}`,
} as const

/** The entry of another tool's, as attributes of `secret-tool`. */
export const OTHER_ENTRY = ['service', 'work-vpn', 'username', 'me@work'] as const

const scripts: Readonly<Record<string, string>> = {
  key: `printf '%s\\n' '${keys.script}'`,
  // As a person writes it whose password manager is the keychain itself.
  'from-keychain': `exec secret-tool lookup ${OTHER_ENTRY.join(' ')}`,
  fails: `echo 'no such entry: ${keys.script}' >&2; printf '%s' '${keys.script}'; exit 6`,
  // What it starts holds its output open as well.
  hangs: `printf '%s' '${keys.script}'; sleep 600 & echo $! > "$HOME/sleeper"; wait`,
  'two-lines': `printf '%s\\n%s\\n' '${keys.script}' 'user: ${keys.script}'`,
  nothing: `echo '${keys.script}' >&2`,
  traces: `set -x; key='${keys.script}'; printf '%s\\n' "$key"`,
  told: `env | grep '^OPGEN_KEY_' || printf '%s\\n' '${keys.script}'`,
}

/* Values of `key:` in the manifest. */

export const OTHER = '{ keychain: { service: work-vpn, account: me@work } }'
export const NO_ENTRY = '{ keychain: { service: work-vpn, account: nobody } }'
export const VARIABLE = '{ env: ACME_TOKEN }'
export const UNSET = '{ env: ACME_UNSET }'
export const EMPTY = '{ env: ACME_EMPTY }'
export const FILE = '{ file: ~/keys/mine }'
export const NO_FILE = '{ file: ~/keys/absent }'
export const WIDE = '{ file: ~/keys/wide }'
export const SCRIPT = '{ command: [./bin/key] }'
export const FAILS = '{ command: [./bin/fails] }'

/** The variables that those name. */
export const variables = { ACME_TOKEN: keys.variable, ACME_EMPTY: '' }
export const applying = ['apply', '--trust-commands']

export interface SourceWorld {
  readonly sandbox: Sandbox
  readonly service: SecretService
  /** Run opgen with nobody to ask; what it prints is kept for {@link SourceWorld.leaked}. */
  run(
    args: readonly string[],
    environment?: Readonly<Record<string, string>>,
    input?: string,
  ): Promise<Outcome>
  /** All that a run could have written, with times. */
  trace(): Readonly<Record<string, string>>
  /** Where a key was seen that nobody may see: in what was printed, or in the arguments of a child. */
  leaked(): Promise<readonly string[]>
}

export interface SourceWorldOptions {
  /** The value of `key:` in the manifest. */
  readonly key: string
  readonly state?: 'unlocked' | 'locked' | 'absent'
  readonly baseURL?: string
}

/** Make such a machine; with a keychain that is unlocked, other tools have stored their entries in it. */
export async function sourceWorld(options: SourceWorldOptions): Promise<SourceWorld> {
  const sandbox = await freshSandbox()
  const service = await freshSecretService(options.state)
  if ((options.state ?? 'unlocked') === 'unlocked') {
    await storeElsewhere(service, ['service', 'opgen', 'username', 'acme'], keys.own)
    await storeElsewhere(service, OTHER_ENTRY, keys.other)
  }
  await placeFiles(sandbox)
  await writeManifest(sandbox, sourceManifest(options))
  return watched(sandbox, service)
}

export function sourceManifest({ key, baseURL }: SourceWorldOptions): string {
  return `version: 1
providers:
  acme:
    baseURL: ${baseURL ?? 'https://acme.example/v1'}
    models: ["${servedModels[0]}"]
    key: ${key}
`
}

/** Store an entry as another program does. */
async function storeElsewhere(
  service: SecretService,
  attributes: readonly string[],
  key: string,
): Promise<void> {
  const environment = { ...process.env, ...service.environment }
  const args = ['store', '--label', 'of another tool', ...attributes]
  expect(await runCommand('secret-tool', args, { environment, input: key })).toMatchObject({
    status: 0,
    stderr: '',
  })
}

/** What another program finds; empty when there is nothing. */
export async function lookUpElsewhere(
  service: SecretService,
  attributes: readonly string[],
): Promise<string> {
  const environment = { ...process.env, ...service.environment }
  return (await runCommand('secret-tool', ['lookup', ...attributes], { environment })).stdout
}

async function placeFiles({ home, work }: Sandbox): Promise<void> {
  for (const [name, text] of Object.entries(scripts)) {
    const file = join(work, 'bin', name)
    await place(file, `#!/bin/sh\n${text}\n`)
    await chmod(file, 0o700)
  }
  await place(join(work, 'bin', 'no-program'), keys.script)
  for (const [name, mode, key] of [
    ['mine', 0o600, keys.file],
    ['read-only', 0o400, keys.file],
    ['wide', 0o644, keys.wide],
    ['group', 0o640, keys.wide],
  ] as const) {
    await place(join(home, 'keys', name), `${key}\n`)
    await chmod(join(home, 'keys', name), mode)
  }
  await symlink('mine', join(home, 'keys', 'link'))
  await symlink('wide', join(home, 'keys', 'link-to-wide'))
  await symlink('absent', join(home, 'keys', 'link-to-nothing'))
}

function watched(sandbox: Sandbox, service: SecretService): SourceWorld {
  const recording = join(sandbox.folder, 'recording')
  const shown: string[] = []
  return {
    sandbox,
    service,
    async run(args, environment = {}, input = '') {
      const outcome = await opgen(sandbox, args, {
        environment: { ...service.environment, ...recordingTo(recording), ...environment },
        input,
      })
      shown.push(outcome.stdout, outcome.stderr)
      return outcome
    },
    trace: () => ({ ...traceOf(readTree(sandbox.home)), ...traceOf(readTree(sandbox.work)) }),
    async leaked() {
      const { children } = await readRecording(recording)
      return [...shown, ...children.flat()].filter((text) => leaks(text, mark))
    },
  }
}

/** The key that OpenCode has; undefined when it has none. */
export async function deliveredKey({ sandbox }: SourceWorld): Promise<unknown> {
  const auth = await textOf(sandbox.authFile)
  return auth === undefined ? undefined : JSON.parse(auth).acme?.key
}

/** Apply, and then see that there is nothing left to do; which key it was. */
export async function appliedKey(world: SourceWorld, more = {}): Promise<unknown> {
  const here = { ...variables, ...more }
  await succeeds(world.run(applying, here))
  const key = await deliveredKey(world)
  await succeeds(world.run(['plan', '--check'], here))
  const listed = await succeeds(world.run(['key', 'list', '--json'], here))
  expect(JSON.parse(listed.stdout)).toMatchObject({ keys: [{ id: 'acme', state: 'present' }] })
  const run = ['run', '--', 'sh', '-c', 'test "$OPGEN_RUN_ACME" = "$(cat)"']
  await succeeds(world.run(run, here, String(key)))
  return key
}
