import { describe, expect, test } from 'vitest'
import { readText } from '../../../src/app/read-text.ts'
import { InvalidInput } from '../../../src/errors.ts'
import type { FileFacts, Files } from '../../../src/system/system.ts'
import { memoryWorld } from '../../support/memory-system.ts'

const LARGE = '#'.repeat(4_000_000)

/** Files that fail when one of them is read. */
function unreadable(files: Files): Files {
  return { ...files, read: async (file) => Promise.reject(new Error(`read ${file}`)) }
}

describe('readText', () => {
  test('gives the text of a file, through a link as well', async () => {
    const { system, links } = memoryWorld({ files: { '/m.yaml': 'version: 1\n' } })
    links.set('/link.yaml', '/m.yaml')
    expect(await readText(system.files, '/m.yaml')).toBe('version: 1\n')
    expect(await readText(system.files, '/link.yaml')).toBe('version: 1\n')
    expect(await readText(system.files, '/none.yaml')).toBeUndefined()
  })

  test('refuses a file that is far too large without reading it', async () => {
    const { system, links } = memoryWorld({ files: { '/m.yaml': LARGE } })
    links.set('/link.yaml', '/m.yaml')
    for (const file of ['/m.yaml', '/link.yaml']) {
      const refused = await readText(unreadable(system.files), file).catch(
        (error: unknown) => error,
      )
      expect(refused).toBeInstanceOf(InvalidInput)
      expect(refused).toMatchObject({
        diagnostics: [{ code: 'too-large', source: { file, line: 1, column: 1 } }],
      })
    }
  })

  test('reads no pipe and no device, unless the user may have meant one', async () => {
    const { system } = memoryWorld()
    const device: FileFacts = { kind: 'other', mode: 0o666, mtimeMs: 0, size: 0 }
    const files: Files = {
      ...unreadable(system.files),
      look: async () => device,
    }
    await expect(readText(files, '/dev/zero')).rejects.toMatchObject({
      failure: { code: 'file-refused', path: '/dev/zero', reason: 'no-file' },
    })
    await expect(readText(files, '/dev/fd/63', { mayBePipe: true })).rejects.toThrow(
      'read /dev/fd/63',
    )
  })
})
