import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { build } from 'esbuild'
import { expect, onTestFinished, test } from 'vitest'
import { realLocks } from '../../../src/system/real-locks.ts'
import { freshFolder } from '../../support/real-folder.ts'

test('a lock is held by one at a time, and free again when it is released', async () => {
  const folder = freshFolder()
  const file = path.join(folder, 'opencode.jsonc')
  const lock = await realLocks.take([file], folder)
  expect(lock).toBeDefined()
  expect(await realLocks.take([file], folder)).toBeUndefined()
  await lock?.release()
  const again = await realLocks.take([file], folder)
  expect(again).toBeDefined()
  await again?.release()
})

test('locks on several files are taken all or none', async () => {
  const folder = freshFolder()
  const [a, b, c] = ['a', 'b', 'c'].map((name) => path.join(folder, name))
  if (a === undefined || b === undefined || c === undefined) throw new Error('three are needed')
  const held = await realLocks.take([b], folder)
  expect(await realLocks.take([a, b, c, a], folder)).toBeUndefined()
  // Those that were free are free again.
  const others = await realLocks.take([a, c], folder)
  expect(others).toBeDefined()
  await Promise.all([held?.release(), others?.release()])
})

test('a process that is killed holds no lock', async () => {
  const folder = freshFolder()
  const file = path.join(folder, 'opencode.jsonc')
  const script = path.join(folder, 'hold.cjs')
  await build({
    stdin: {
      contents: `import { realLocks } from './real-locks.ts'
        void realLocks.take([${JSON.stringify(file)}], ${JSON.stringify(folder)}).then((lock) => {
          process.stdout.write(lock === undefined ? 'busy' : 'held')
          setInterval(() => {}, 1000)
        })`,
      resolveDir: path.resolve(import.meta.dirname, '../../../src/system'),
    },
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'silent',
  })
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [said] = await once(child.stdout, 'data')
  expect(String(said)).toBe('held')
  expect(await realLocks.take([file], folder)).toBeUndefined()

  child.kill('SIGKILL')
  await once(child, 'exit')
  const lock = await realLocks.take([file], folder)
  expect(lock).toBeDefined()
  await lock?.release()
})
