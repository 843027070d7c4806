import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { armor, Encrypter, generateIdentity, identityToRecipient } from 'age-encryption'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { canary, key } from './canary.ts'
import type { Run, Scene } from './canary.ts'
import { place } from './opgen.ts'

const phraseCanary = `phrase${randomBytes(12).toString('hex')}`
const passphrase = `my own ${phraseCanary}`
const identity = await generateIdentity()
const recipient = await identityToRecipient(identity)

/** A vault's command, with a passphrase on standard input. */
function typed(input: string, ...args: readonly string[]): Run {
  return { args: ['key', ...args, '--passphrase-file', '-'], input }
}

const exporting = ['export', '--to', 'keys.age'] as const

/** What opens a vault, and may not be seen either. */
export const openers: readonly string[] = [phraseCanary, identity.slice(20, 60)]

/** Keys in vaults. */
export const vaultScenes: readonly Scene[] = [
  {
    name: 'a vault with a passphrase',
    stage: (sandbox) => place(join(sandbox.work, 'phrase'), `${passphrase}\n`),
    inAuthFile: true,
    runs: [
      typed(`${passphrase}\n${passphrase}`, ...exporting),
      typed(phraseCanary.slice(0, 9), ...exporting),
      typed(passphrase, 'export', '--to', 'providers.yaml'),
      { args: ['key', ...exporting] },
      typed(passphrase, ...exporting),
      { args: ['key', ...exporting, '--passphrase-file', 'phrase', '--json'] },
      { args: ['key', 'set', 'haimaker'], input: `${key}-other` },
      typed(`${passphrase}x`, 'import', 'keys.age'),
      typed(passphrase, 'import', 'keys.age', '--json'),
      typed(passphrase, 'import', 'keys.age', '--force'),
      { args: ['key', 'remove', 'haimaker'] },
      { args: ['apply', '--json'] },
      typed(passphrase, 'import', 'keys.age', '--json'),
      { args: ['apply', '--verbose'] },
    ],
  },
  {
    name: 'a vault for recipients, and identity files that are none',
    stage: async (sandbox) => {
      await place(join(sandbox.work, 'id.txt'), `${identity}\n`)
      await place(join(sandbox.work, 'cut.txt'), identity.slice(0, -1))
      await place(join(sandbox.work, 'key.txt'), key)
    },
    inAuthFile: false,
    runs: [
      { args: ['key', ...exporting, '--recipient', recipient] },
      {
        args: [
          'key',
          'export',
          '--to',
          'keys.age',
          '--recipient',
          recipient,
          '--identity',
          'id.txt',
        ],
      },
      { args: ['key', 'export', '--to', 'keys.age', '--recipient', '@key.txt'] },
      ...['id.txt', 'cut.txt', 'key.txt'].flatMap((file) => [
        { args: ['key', 'import', 'keys.age', '--identity', file] },
        { args: ['key', 'import', 'keys.age', '--identity', file, '--json'] },
      ]),
    ],
  },
  ...[
    { version: 1, keys: { haimaker: `Bearer ${canary}` } },
    { version: 1, keys: { haimaker: [canary] } },
    { version: 2, keys: { haimaker: canary } },
    canary,
  ].map((content) => ({
    name: `a vault that is refused: ${JSON.stringify(content).replaceAll(canary, 'KEY')}`,
    stage: async (sandbox: Sandbox) => {
      const encrypter = new Encrypter()
      encrypter.setScryptWorkFactor(2)
      encrypter.setPassphrase(passphrase)
      const file = await encrypter.encrypt(JSON.stringify(content))
      await place(join(sandbox.work, 'keys.age'), armor.encode(file))
      await place(join(sandbox.work, 'bare.age'), JSON.stringify(content))
    },
    inAuthFile: false,
    runs: [
      typed(passphrase, 'import', 'keys.age'),
      typed(passphrase, 'import', 'keys.age', '--json'),
      typed(passphrase, 'import', 'bare.age', '--json'),
      typed(passphrase, ...exporting),
    ],
  })),
]
