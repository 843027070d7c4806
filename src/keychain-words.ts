import { keyVariable } from './core/key-variable.ts'
import type { Words } from './errors.ts'
import type { KeychainSituation } from './system/system.ts'

export interface KeychainEntry {
  readonly service: string
  readonly account: string
}

/**
 * What to say when the keychain gave no answer, for the keys of these providers.
 *
 * @param entry the first one's, where it is not opgen's own
 */
export function describeKeychain(
  situation: KeychainSituation,
  accounts: readonly string[],
  entry: KeychainEntry = { service: 'opgen', account: accounts[0] ?? 'ID' },
): Words {
  const whose =
    accounts.length === 0 ? '' : ` for ${accounts.map((name) => `"${name}"`).join(', ')}`
  const byVariable = accounts[0] === undefined ? '' : `, or set $${keyVariable(accounts[0])}`
  switch (situation) {
    case 'no-service':
      return {
        message: `there is no keychain service to ask${whose}`,
        hint: `start one such as gnome-keyring or KeePassXC in this session${byVariable}`,
      }
    case 'no-collection':
      return {
        message: `the keychain has no default collection${whose}`,
        hint: `create a keyring named "login" and make it the default${byVariable}`,
      }
    case 'locked':
      return {
        message: `the keychain is locked${whose}`,
        hint: `unlock it in your desktop session, then run it again${byVariable}`,
      }
    case 'no-answer':
      return {
        message: `the keychain gave no answer in time${whose}`,
        hint: `it may be waiting in an unlock dialog${byVariable}`,
      }
    case 'ambiguous':
      return ambiguous(whose, entry)
    case 'not-text':
      return {
        message: `the keychain's entry${whose} is not text`,
        hint: setAgain(accounts, entry),
      }
    case 'too-long':
      return { message: `the keychain refuses a key as long as this one${whose}`, hint: 'check it' }
    case 'module-missing':
      return {
        message: `the keychain module could not be loaded${whose}`,
        hint: `reinstall opgen without \`--omit=optional\`, or let \`key\` name an \`env\`, \`file\` or \`command\`${byVariable}`,
      }
    case 'unknown':
      return {
        message: `the keychain could not be read${whose}`,
        hint: `check it with your desktop's password manager${byVariable}`,
      }
  }
}

function setAgain([id = 'ID']: readonly string[], { service, account }: KeychainEntry): string {
  return service === 'opgen' && account === id
    ? `store it again: \`opgen key set ${id}\``
    : `put the bare key into the keychain as ${service}/${account}`
}

function ambiguous(whose: string, { service, account }: KeychainEntry): Words {
  return {
    message: `the keychain holds more than one entry${whose}`,
    hint: `remove them with \`secret-tool clear service ${service} username ${account}\`, then store it again`,
  }
}
