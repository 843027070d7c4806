import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto'
import { armor, Decrypter, Encrypter, Stanza } from 'age-encryption'
import type { Identity, Recipient } from 'age-encryption'
import { Secret } from '../core/secret.ts'
import type { OpenedVault, Vault, VaultIdentities, VaultKind, VaultRecipients } from './system.ts'

/** Binary logarithms of how often scrypt goes round. What `age` writes has 18. */
const WRITTEN_FACTOR = 18
/** A second to a few, and a gigabyte: no file of somebody else's may ask for more. */
const HIGHEST_FACTOR = 20

/**
 * The age format. Passphrases go through the scrypt of Node.js, off the main thread: the one that the
 * library brings takes seconds in which nothing else happens, Ctrl-C included.
 *
 * @param options.workFactor for tests, which cannot wait
 */
export function createAgeVault({ workFactor } = { workFactor: WRITTEN_FACTOR }): Vault {
  return {
    encrypt: async (text, to) => {
      const encrypter = new Encrypter()
      for (const recipient of recipientsOf(to, workFactor)) encrypter.addRecipient(recipient)
      return armor.encode(await encrypter.encrypt(text.reveal()))
    },
    inspect: inspectFile,
    decrypt: decryptFile,
  }
}

function recipientsOf(to: VaultRecipients, workFactor: number): readonly (string | Recipient)[] {
  return to.kind === 'recipients' ? to.recipients : [passphraseRecipient(to.passphrase, workFactor)]
}

async function inspectFile(file: Uint8Array): Promise<VaultKind> {
  const stanzas = await stanzasOf(file)
  if (stanzas.length === 0) return 'not-age'
  const sole = stanzas.find(({ args }) => args[0] === 'scrypt')
  if (sole !== undefined) return workFactorOf(sole) > HIGHEST_FACTOR ? 'work-factor' : 'passphrase'
  return stanzas.some(({ args }) => args[0] === 'X25519') ? 'recipients' : 'other-kind'
}

/** Those of the header, whom the file is for; none when it is no age file. */
async function stanzasOf(file: Uint8Array): Promise<readonly Stanza[]> {
  const found: Stanza[] = []
  const decrypter = new Decrypter()
  decrypter.addIdentity({
    unwrapFileKey(stanzas: readonly Stanza[]) {
      found.push(...stanzas)
      return null
    },
  })
  try {
    await decrypter.decrypt(withoutArmour(file))
  } catch {
    // This identity matches nobody, so that it always ends here.
  }
  return found
}

async function decryptFile(file: Uint8Array, given: VaultIdentities): Promise<OpenedVault> {
  const decrypter = new Decrypter()
  for (const identity of identitiesOf(given)) decrypter.addIdentity(identity)
  let bytes: Uint8Array
  try {
    bytes = await decrypter.decrypt(withoutArmour(file))
  } catch (error) {
    return { ok: false, fault: isNoMatch(error) ? 'no-match' : 'damaged' }
  }
  try {
    return { ok: true, text: new Secret(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) }
  } catch {
    return { ok: false, fault: 'not-text' }
  }
}

function identitiesOf(given: VaultIdentities): readonly (string | Identity)[] {
  return given.kind === 'passphrase'
    ? [passphraseIdentity(given.passphrase)]
    : given.identities.map((identity) => identity.reveal())
}

/** The library tells its errors apart by their message only. */
function isNoMatch(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('no identity matched')
}

const ARMOUR = '-----BEGIN AGE ENCRYPTED FILE-----'

/** @throws Error for armour that is damaged */
function withoutArmour(file: Uint8Array): Uint8Array {
  const text = Buffer.from(file).toString('latin1')
  return text.trimStart().startsWith(ARMOUR) ? armor.decode(text) : file
}

const SALT_BYTES = 16
const LABEL = Buffer.from('age-encryption.org/v1/scrypt')
const CIPHER = 'chacha20-poly1305'
const TAG_BYTES = 16
const FILE_KEY_BYTES = 16
/** Each key encrypts one file key and nothing else. */
const NONCE = Buffer.alloc(12)

/** The `scrypt` stanza of the age format, C2SP.org/age. */
function passphraseRecipient(passphrase: Secret, workFactor: number): Recipient {
  return {
    async wrapFileKey(fileKey) {
      const salt = randomBytes(SALT_BYTES)
      const key = await stretch(passphrase, salt, workFactor)
      const cipher = createCipheriv(CIPHER, key, NONCE, { authTagLength: TAG_BYTES })
      const body = Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()])
      return [new Stanza(['scrypt', unpadded(salt), String(workFactor)], new Uint8Array(body))]
    },
  }
}

function passphraseIdentity(passphrase: Secret): Identity {
  return {
    async unwrapFileKey(stanzas) {
      const stanza = stanzas.find(({ args }) => args[0] === 'scrypt')
      if (stanza === undefined) return null
      const salt = Buffer.from(stanza.args[1] ?? '', 'base64')
      const workFactor = workFactorOf(stanza)
      const isValid =
        // Whoever could add a recipient would know the file key, and with it who else opens it.
        stanzas.length === 1 &&
        stanza.args.length === 3 &&
        salt.length === SALT_BYTES &&
        workFactor <= HIGHEST_FACTOR &&
        stanza.body.length === FILE_KEY_BYTES + TAG_BYTES
      if (!isValid) throw new Error('invalid scrypt stanza')
      return decryptFileKey(stanza.body, await stretch(passphrase, salt, workFactor))
    },
  }
}

/** Null: it was encrypted with another key. */
function decryptFileKey(body: Uint8Array, key: Buffer): Uint8Array | null {
  const cipher = createDecipheriv(CIPHER, key, NONCE, { authTagLength: TAG_BYTES })
  cipher.setAuthTag(body.subarray(FILE_KEY_BYTES))
  const fileKey = cipher.update(body.subarray(0, FILE_KEY_BYTES))
  try {
    cipher.final()
  } catch {
    return null
  }
  return new Uint8Array(fileKey)
}

/** Infinity for what is no work factor. */
function workFactorOf({ args }: Stanza): number {
  const factor = args[2] ?? ''
  return /^[1-9]\d?$/.test(factor) ? Number(factor) : Number.POSITIVE_INFINITY
}

const BLOCK_SIZE = 8

function stretch(passphrase: Secret, salt: Buffer, workFactor: number): Promise<Buffer> {
  const cost = 2 ** workFactor
  // What it takes, and a little: the default is 32 MB.
  const maxmem = 128 * BLOCK_SIZE * (cost + 1024)
  const options = { N: cost, r: BLOCK_SIZE, p: 1, maxmem }
  return new Promise((resolve, reject) => {
    scrypt(passphrase.reveal(), Buffer.concat([LABEL, salt]), 32, options, (error, key) => {
      if (error === null) resolve(key)
      else reject(error)
    })
  })
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
