import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runCommand } from '../../scripts/command.mjs'
import { lockKeyring } from '../support/dbus-send.ts'
import { freshSandbox, freshSecretService, haimakerAt } from '../support/fresh.ts'
import { opgen, place, succeeds, textOf, writeManifest } from '../support/opgen.ts'
import { need } from '../support/tools.ts'

const KEY = 'test-key-haimaker'
const LOGIN =
  '{"type":"oauth",  "refresh":"test-key-refresh", "access":"test-key-access","expires":5}'
const AUTH = `{\n\t"haimaker": ${LOGIN},\n\t"other": {"type":"api","key":"test-key-other"}\n}`
const SECRET = '"test-key-\\u0068eader"'
const CONFIG = `{
  "provider": { "haimaker": { "options": { "headers": { "X-Key": ${SECRET} } } } }, // mine
}
`
const manifest = `${haimakerAt('https://llm.example/v1')}    options: { headers: { X-Key: plain } }\n`

const { skip, note } = await need('secret-service')

describe.skipIf(skip)(`what was replaced by force${note}`, () => {
  test('waits in the keychain, whole, and is put back by `destroy`', async () => {
    const sandbox = await freshSandbox()
    const { environment } = await freshSecretService()
    const config = join(sandbox.configFolder, 'opencode.jsonc')
    await place(config, CONFIG)
    await place(sandbox.authFile, AUTH)
    await writeManifest(sandbox, manifest)
    await succeeds(opgen(sandbox, ['key', 'set', 'haimaker'], { environment, input: KEY }))

    const forced = await succeeds(opgen(sandbox, ['apply', '--force'], { environment }))
    expect(forced.stderr).toContain('the former login of "haimaker" is in the keychain')
    expect(forced.stderr).toContain('the former value of /provider/haimaker/options/headers/X-Key')
    expect(await savedAs('haimaker', environment)).toBe(LOGIN)
    expect(await savedAs('/provider/haimaker/options/headers/X-Key', environment)).toBe(SECRET)

    await succeeds(opgen(sandbox, ['destroy'], { environment }))
    expect([await textOf(config), await textOf(sandbox.authFile)]).toEqual([CONFIG, AUTH])
    expect(await savedAs('haimaker', environment)).toBe('')
    // The provider's own key is the user's to remove.
    expect(await savedAs('haimaker', environment, 'opgen')).toBe(KEY)
  })

  test('is not lost to a keychain that is locked: nothing is written', async () => {
    const sandbox = await freshSandbox()
    const service = await freshSecretService()
    const { environment } = service
    await place(sandbox.authFile, AUTH)
    await writeManifest(sandbox, manifest)
    await lockKeyring(service)
    const withKey = { environment: { ...environment, OPGEN_KEY_HAIMAKER: KEY } }
    const { status, stderr } = await opgen(sandbox, ['apply', '--force'], withKey)
    expect({ status, stderr }).toMatchObject({ status: 1 })
    expect(stderr).toContain('opgen: error: the keychain is locked\n')
    expect(await textOf(sandbox.authFile)).toBe(AUTH)
    expect(await textOf(join(sandbox.configFolder, 'opencode.jsonc'))).toBeUndefined()
  })

  test('stays in a keychain that is locked when `destroy` comes, and so does all else', async () => {
    const sandbox = await freshSandbox()
    const service = await freshSecretService()
    const { environment } = service
    await place(sandbox.authFile, AUTH)
    await writeManifest(sandbox, manifest)
    const withKey = { environment: { ...environment, OPGEN_KEY_HAIMAKER: KEY } }
    await succeeds(opgen(sandbox, ['apply', '--force'], withKey))
    const applied = await textOf(sandbox.authFile)
    await lockKeyring(service)
    expect(await opgen(sandbox, ['destroy'], { environment })).toMatchObject({ status: 1 })
    expect(await textOf(sandbox.authFile)).toBe(applied)
  })
})

/** What another program finds in the keychain; empty when there is nothing. */
async function savedAs(
  account: string,
  environment: Readonly<Record<string, string>>,
  service = 'opgen-backup',
): Promise<string> {
  const lookup = ['lookup', 'service', service, 'username', account]
  const found = await runCommand('secret-tool', lookup, {
    environment: { ...process.env, ...environment },
  })
  return found.stdout
}
