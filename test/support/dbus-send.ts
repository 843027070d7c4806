import { expect } from 'vitest'
import { runCommand } from '../../scripts/command.mjs'
import type { SecretService } from '../../scripts/secret-service.mjs'

/** Call a method on the bus; the reply as text. */
export async function dbusSend(
  service: SecretService,
  ...args: readonly string[]
): Promise<string> {
  const environment = { ...process.env, ...service.environment }
  const all = ['--session', '--print-reply=literal', ...args]
  const { status, stdout } = await runCommand('dbus-send', all, { environment })
  expect(status).toBe(0)
  return stdout
}

/** Lock the collection that keys are stored in, as a desktop session does. */
export async function lockKeyring(service: SecretService): Promise<void> {
  await dbusSend(
    service,
    '--dest=org.freedesktop.secrets',
    '/org/freedesktop/secrets',
    'org.freedesktop.Secret.Service.Lock',
    'array:objpath:/org/freedesktop/secrets/aliases/default',
  )
}
