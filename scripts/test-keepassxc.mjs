// `npm run test:keepassxc`: the tests that store and read keys, against KeePassXC instead of gnome-keyring.
// A job of its own: KeePassXC is large, and takes a second or two to start for each test.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { WHICH_SERVICE } from './secret-service.mjs'
import {
  build,
  installAge,
  installDependencies,
  installKeePassXc,
  installOpenCode,
  root,
} from './set-up.mjs'

/** What holds of every Secret Service. How one locks and hangs is each one's own. */
const FILES = ['keychain', 'key-sources', 'main-job', 'two-laptops']
const TESTS = [
  'an unlocked Secret Service',
  'with an unlocked keychain',
  'from the keychain to an answer',
  'two laptops',
]

process.env[WHICH_SERVICE] = 'keepassxc'
// Whatever is missing fails: nobody asks for this job to have its tests skipped.
process.env['CI'] = 'true'
process.exitCode = await main()

/** @returns {Promise<number>} the exit code */
async function main() {
  await installDependencies()
  const lacking = [await installKeePassXc(), await installAge(), await installOpenCode()]
  const reasons = lacking.filter((reason) => reason !== undefined)
  if (reasons.length > 0) {
    console.log(`Nothing was tested: ${reasons.join('; ')}`)
    return 1
  }
  await build()
  const files = FILES.map((name) => join('test', 'e2e', `${name}.test.ts`))
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const args = [vitest, 'run', '--project', 'e2e', ...files, '-t', TESTS.join('|')]
  const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' })
  const [code] = await once(child, 'close')
  return code ?? 1
}
