import { describe, expect, test } from 'vitest'
import { classifyKeychainError, decodeStored } from '../../../src/system/classify-keychain.ts'

describe('classifyKeychainError', () => {
  test.each([
    [
      'Platform failure: DBus error: Using X11 for dbus-daemon autolaunch was disabled at compile time, set your DBUS_SESSION_BUS_ADDRESS instead',
      'no-service',
    ],
    [
      'Platform failure: DBus error: Failed to connect to socket /run/user/7/bus: No such file or directory',
      'no-service',
    ],
    [
      'zbus error: Failed to connect to address `unix:path=/run/user/0/bus`: No such file or directory (os error 2)',
      'no-service',
    ],
    [
      'Platform failure: DBus error: The name org.freedesktop.secrets was not provided by any .service files',
      'no-service',
    ],
    [
      'zbus error: org.freedesktop.DBus.Error.ServiceUnknown: The name org.freedesktop.secrets was not provided by any .service files',
      'no-service',
    ],
    ['no secret service provider or dbus session found', 'no-service'],
    ['Platform failure: DBus error: Address does not contain a colon', 'no-service'],
    [
      'Platform failure: DBus error: Could not parse server address: Unknown address type (examples of valid types are "tcp" and on UNIX "unix")',
      'no-service',
    ],
    ["Couldn't access platform storage: Secret Service: no result found", 'no-collection'],
    ["Couldn't access platform storage: Secret Service: unlock prompt was dismissed", 'locked'],
    [
      'zbus error: org.freedesktop.Secret.Error.IsLocked: Cannot get secret of a locked object',
      'locked',
    ],
    ['Platform failure: User interaction is not allowed.', 'locked'],
    [
      'Platform failure: DBus error: Did not receive a reply. Possible causes include: …',
      'no-answer',
    ],
    ['Entry is matched by 2 credentials: [Entry { inner: Wrapper { … } }]', 'ambiguous'],
    ['Password data is not valid UTF-8', 'not-text'],
    ["Attribute 'password' is longer than the platform limit of 2560 chars", 'too-long'],
    ["Couldn't access platform storage: AccessDenied", 'unknown'],
    ['Failed to convert JavaScript value `Object {"k":"x"}` into rust type `String`', 'unknown'],
    ['', 'unknown'],
  ])('takes "%s" for %s', (message, situation) => {
    expect(classifyKeychainError(new Error(message))).toBe(situation)
  })

  test('knows nothing about what is not an error', () => {
    expect(classifyKeychainError('unlock prompt was dismissed')).toBe('unknown')
    expect(classifyKeychainError(undefined)).toBe('unknown')
  })
})

describe('decodeStored', () => {
  test.each([
    ['go-keyring-base64:dGVzdC1rZXktZGVlcHNlZWs=', 'test-key-deepseek'],
    ['go-keyring-encoded:746573742d6b65792d67726f71', 'test-key-groq'],
    ['test-key-mistral', 'test-key-mistral'],
    ['go-keyring-base64:%%%', 'go-keyring-base64:%%%'],
    ['go-keyring-encoded:74 not hex', 'go-keyring-encoded:74 not hex'],
  ])('reads %s on macOS as %s', (stored, value) => {
    expect(decodeStored(stored, 'darwin')).toBe(value)
  })

  test.each(['linux', 'win32'] as const)('leaves every value as it is on %s', (platform) => {
    expect(decodeStored('go-keyring-base64:eA==', platform)).toBe('go-keyring-base64:eA==')
  })
})
