import type { KeychainSituation } from './system.ts'

/**
 * Texts of @napi-rs/keyring 2.1.2 and what they mean, most telling first. Its errors have one code
 * for everything the store says, so the text is all there is to go by.
 *
 * Only what is surely "no store on this machine" may be `no-service`, because the next source of a
 * key is then tried; all else stops the run.
 */
const SITUATIONS: readonly (readonly [RegExp, KeychainSituation])[] = [
  [/^Entry is matched by \d+ credentials/, 'ambiguous'],
  [/^Password data is not valid UTF-8/, 'not-text'],
  [/is longer than the platform limit of/, 'too-long'],
  // Linux: a dismissed or impossible dialog; the same found without asking (`findCredentials`).
  [/unlock prompt was dismissed/, 'locked'],
  [/Secret\.Error\.IsLocked/, 'locked'],
  // macOS: errSecInteractionNotAllowed (over ssh), errSecUserCanceled, errSecAuthFailed.
  [/User interaction is not allowed/, 'locked'],
  [/User canceled the operation/, 'locked'],
  [/user name or passphrase you entered is not correct/, 'locked'],
  // A Secret Service without a default collection: WSL, a first login over ssh.
  [/Secret Service: no result found/, 'no-collection'],
  [/Did not receive a reply/, 'no-answer'],
  // No bus (libdbus, then zbus); a bus on which nobody offers the service (dbus-daemon, dbus-broker);
  // a Windows logon without a credential store (over ssh).
  [/Using X11 for dbus-daemon autolaunch was disabled/, 'no-service'],
  [/Unable to autolaunch a dbus-daemon/, 'no-service'],
  [/Failed to connect to (?:socket|address)/, 'no-service'],
  // An address that leads nowhere, such as an empty one or `disabled:` (zbus, then libdbus).
  [/no secret service provider or dbus session found/, 'no-service'],
  [/Could not parse server address|Address does not contain a colon/, 'no-service'],
  [/was not provided by any \.service files/, 'no-service'],
  [/DBus\.Error\.ServiceUnknown/, 'no-service'],
  [/The name is not activatable/, 'no-service'],
  [/ERROR_NO_SUCH_LOGON_SESSION/, 'no-service'],
]

/**
 * What an error of the addon means. Only this word may leave the child process: some of the texts
 * quote the value they were given.
 */
export function classifyKeychainError(error: unknown): KeychainSituation {
  const message = error instanceof Error ? error.message : ''
  return SITUATIONS.find(([pattern]) => pattern.test(message))?.[1] ?? 'unknown'
}

/**
 * Undo the wrapping that go-keyring, and with it chezmoi, puts around values on macOS. A value that
 * only looks wrapped is returned as it is.
 */
export function decodeStored(value: string, platform: NodeJS.Platform): string {
  if (platform !== 'darwin') return value
  return (
    decoded(value, 'go-keyring-base64:', 'base64') ??
    decoded(value, 'go-keyring-encoded:', 'hex') ??
    value
  )
}

function decoded(value: string, prefix: string, encoding: 'base64' | 'hex'): string | undefined {
  if (!value.startsWith(prefix)) return undefined
  const encoded = value.slice(prefix.length)
  const bytes = Buffer.from(encoded, encoding)
  // Buffer stops at what it cannot read without a word: encode again to see that nothing was lost.
  return bytes.toString(encoding) === encoded ? bytes.toString('utf8') : undefined
}
