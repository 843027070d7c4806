import { armor, Encrypter } from 'age-encryption'
import { HOME } from './memory-system.ts'
import type { MemoryWorld } from './memory-system.ts'
import { worldWith } from './run-opgen.ts'

/** A manifest with a vault, two providers with keys in the keychain, and one with none there. */
export const withVault = `version: 1
vault: keys.age
providers:
  one: { baseURL: "https://one.example/v1", models: [m] }
  two: { baseURL: "https://two.example/v1", models: [m], key: [keychain, { env: TWO_KEY }] }
  three: { baseURL: "https://three.example/v1", models: [m], key: { env: THREE_KEY } }
`
/** The vault of {@link withVault}. */
export const VAULT = `${HOME}/dotfiles/keys.age`
/** A file that holds {@link good}. */
export const SECRET = `${HOME}/passphrase`
export const good = 'correct horse battery'
export const keys = { 'opgen/one': 'test-key-one', 'opgen/two': 'test-key-two' }
export const withFile = `--passphrase-file ${SECRET}`

/** A computer with that manifest. */
export function laptop(keychain: Readonly<Record<string, string>> = keys): MemoryWorld {
  return worldWith(withVault, { keychain, files: { [SECRET]: `${good}\n` } })
}

/** The same dotfiles on another one. */
export function otherLaptop(
  first: MemoryWorld,
  keychain: Readonly<Record<string, string>> = {},
): MemoryWorld {
  const world = laptop(keychain)
  world.write(VAULT, first.read(VAULT) ?? '')
  return world
}

/** Put a vault there that another program made. */
export async function writeVault(world: MemoryWorld, json: unknown): Promise<void> {
  const encrypter = new Encrypter()
  encrypter.setScryptWorkFactor(2)
  encrypter.setPassphrase(good)
  world.write(VAULT, armor.encode(await encrypter.encrypt(JSON.stringify(json))))
}
