import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { canary, key, looking, manifest } from './canary.ts'
import type { Run, Scene } from './canary.ts'
import { place, writeManifest } from './opgen.ts'

/** Every command that asks the sources of a key. */
const asking: readonly Run[] = [
  ['apply'],
  ['plan', '--trust-commands', '--verbose'],
  ['apply', '--trust-commands', '--trust-origin', 'haimaker'],
  ['apply', '--trust-commands', '--json', '--verbose'],
  ['run', '--trust-commands', '--', 'true'],
  ['run', '--trust-commands', '--json', '--', 'true'],
  ['key', 'trust', 'haimaker', '--json'],
  ['key', 'rotate', 'haimaker'],
  ['key', 'export', '--to', 'keys.age', '--passphrase-file', 'providers.yaml', '--json'],
  ['rollback', '0'],
  ['apply', '--json'],
]
  .map((args): Run => ({ args, input: `${key}-new` }))
  .toSpliced(4, 0, ...looking.filter(({ args: [name] }) => name === 'key' || name === 'status'))

/** A word that no shell and no JSON changes. */
const bare = `test-key-${canary}`

/** What scripts print, and whether that is a key. */
const scripts: readonly (readonly [what: string, script: string, isKey: boolean])[] = [
  ['the key', `printf '%s\\n' '${bare}'`, true],
  ['the key, and traces what it does', `set -x; printf '%s\\n' '${bare}'`, true],
  ['the key amid other text', `printf 'the token of acme is %s, take care\\n' '${bare}'`, false],
  ['the key in JSON', `printf '{ "key": "%s" }\\n' '${bare}'`, false],
  ['the key among other lines', `printf 'user: me\\n%s\\nurl: x\\n' '${bare}'`, false],
  ['the key twice', `printf '%s\\n%s\\n' '${bare}' '${bare}'`, false],
  ['the key as a header', `printf 'Bearer %s\\n' '${bare}'`, false],
  ['the key beside what is no text', `printf '%s\\377\\n' '${bare}'`, false],
  ['the key without end', `while printf '%s\\n' '${bare}'; do :; done`, false],
  ['the key on its standard error, and fails', `echo 'no: ${bare}' >&2; exit 3`, false],
  ['the key, and fails', `printf '%s\\n' '${bare}'; exit 3`, false],
  ['the key, and is ended', `printf '%s\\n' '${bare}'; kill -SEGV $$`, false],
  ['the key, and hangs', `printf '%s\\n' '${bare}'; exec sleep 600`, false],
]

const files: readonly (readonly [what: string, text: string, mode: number, isKey: boolean])[] = [
  ['the key', `${bare}\n`, 0o600, true],
  ['the key, for all to read', `${bare}\n`, 0o644, false],
  ['the key amid other text', `token: ${bare}\n`, 0o600, false],
  ['the key among other lines', `user: me\n${bare}\n`, 0o600, false],
  ['the key beside what is no text', `${bare}\u00FF\n`, 0o600, false],
  ['far more than a key', `${bare}\n`.repeat(3000), 0o600, false],
]

/** Keys that come from commands and files, and what comes from them that is none. */
export const sourceScenes: readonly Scene[] = [
  ...scripts.map(([what, script, isKey]) => ({
    name: `a command that prints ${what}`,
    stage: async (sandbox: Sandbox) => {
      const file = join(sandbox.work, 'key.sh')
      await place(file, `#!/bin/sh\n${script}\n`)
      await chmod(file, 0o700)
      await writeManifest(sandbox, `${manifest}    key: { command: [./key.sh], timeout: 1 }\n`)
    },
    inAuthFile: isKey,
    runs: asking,
  })),
  ...files.map(([what, text, mode, isKey]) => ({
    name: `a file of mode ${mode.toString(8)} that holds ${what}`,
    stage: async (sandbox: Sandbox) => {
      const file = join(sandbox.home, 'key')
      await place(file, text)
      await chmod(file, mode)
      await writeManifest(sandbox, `${manifest}    key: { file: ~/key }\n`)
    },
    inAuthFile: isKey,
    runs: asking,
  })),
]
