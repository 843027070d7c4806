import { describe, expect, test } from 'vitest'
import { OpgenError } from '../../../../src/errors.ts'
import type { FileFacts } from '../../../../src/system/system.ts'
import { doctorIn, findingsIn } from '../../../support/findings-in.ts'
import { HOME } from '../../../support/memory-system.ts'
import type { MemoryWorld, WorldOptions } from '../../../support/memory-system.ts'
import { CONFIG } from '../../../support/run-opgen.ts'

const FOLDER = `${HOME}/.config/opencode`

async function told(options: WorldOptions, code: string): Promise<readonly string[]> {
  const found = await findingsIn(doctorIn(options), code)
  return found.map(({ severity, file }) => `${severity} ${file ?? ''}`)
}

describe('a config file that cannot be read', () => {
  test('is told of where the system refuses it', async () => {
    const world = doctorIn({ files: { [CONFIG]: '{}' } })
    const read = async (file: string): Promise<string | undefined> => {
      if (file !== CONFIG) return await world.system.files.read(file)
      throw new OpgenError({ code: 'file-refused', path: file, reason: 'not-permitted' })
    }
    const found = await findingsIn(withFiles(world, { read }), 'config-unreadable')
    expect(found).toMatchObject([{ severity: 'warning', file: CONFIG }])
  })

  test('is not opened where it is a pipe', async () => {
    const world = doctorIn({ files: { [CONFIG]: '{}' } })
    const pipe: FileFacts = { kind: 'other', mode: 0o644, mtimeMs: 0, size: 0 }
    const files = {
      look: async (file: string) => (file === CONFIG ? pipe : await world.system.files.look(file)),
      read: async (file: string) => {
        if (file === CONFIG) throw new Error('this would wait for ever')
        return await world.system.files.read(file)
      },
    }
    const found = await findingsIn(withFiles(world, files), 'config-unreadable')
    expect(found).toMatchObject([{ severity: 'warning', file: CONFIG }])
  })

  test('is looked at all the same where it is not UTF-8', async () => {
    const world = doctorIn()
    world.write(CONFIG, '')
    const bytes = Buffer.from('{ "share": "\xE9", "share": "auto" }', 'latin1')
    const files = {
      read: async (file: string) => {
        if (file !== CONFIG) return await world.system.files.read(file)
        throw new OpgenError({ code: 'file-refused', path: file, reason: 'not-utf8' })
      },
      readBytes: async (file: string) =>
        file === CONFIG ? new Uint8Array(bytes) : await world.system.files.readBytes(file),
    }
    const system = withFiles(world, files)
    expect(await findingsIn(system, 'config-unreadable')).toMatchObject([{ severity: 'warning' }])
    expect(await findingsIn(system, 'config-duplicate')).toHaveLength(1)
  })

  test('is no fault where it leads to nothing on purpose', async () => {
    const world = doctorIn()
    world.links.set(CONFIG, '/dev/null')
    expect(await findingsIn(world, 'config-unreadable')).toEqual([])
  })

  test('is no fault where it has no bytes', async () => {
    expect(await told({ files: { [CONFIG]: '' } }, 'config-syntax')).toEqual([])
  })
})

function withFiles(
  { system }: MemoryWorld,
  files: Partial<MemoryWorld['system']['files']>,
): Pick<MemoryWorld, 'system'> {
  return { system: { ...system, files: { ...system.files, ...files } } }
}

function withContent(text: string): WorldOptions {
  return { env: { OPENCODE_CONFIG_CONTENT: text, TIMEOUT: '5000' } }
}

describe('text in a variable', () => {
  test('is judged with its variables filled in', async () => {
    const text = '{ "provider": { "a": { "options": { "timeout": {env:TIMEOUT} } } } }'
    expect(await told(withContent(text), 'config-syntax')).toEqual([])
  })

  test('that breaks in two ways is told of once', async () => {
    const text = '{ "provider": { "a": { "options": { "timeout": {env:UNSET} } } } }'
    expect(await told(withContent(text), 'config-syntax')).toEqual([])
    expect(await told(withContent(text), 'variable-breaks-config')).toHaveLength(1)
  })
})

describe('names that stand twice', () => {
  test('are told of up to twenty times', async () => {
    const members = Array.from({ length: 30 }, (_, index) => `"a${index}": 1, "a${index}": 2`)
    const text = `{ "provider": { ${members.join(', ')} } }`
    expect(await told({ files: { [CONFIG]: text } }, 'config-duplicate')).toHaveLength(20)
  })

  test('are told of once each, and not below what does not count', async () => {
    const text = '{ "a": { "b": 1, "b": 2 }, "a": 1, "a": { "c": [{ "d": 1, "d": 1 }] } }'
    const found = await findingsIn(doctorIn({ files: { [CONFIG]: text } }), 'config-duplicate')
    expect(found.map(({ message }) => message.slice(0, 3))).toEqual(['"a"', '"d"'])
  })
})

describe('a file that OpenCode does not read', () => {
  test.each<readonly [string, WorldOptions]>([
    ['that leads to one that it reads', { files: { [CONFIG]: '{}' } }],
    [
      'in a project, and of another program',
      { files: { [`${HOME}/code/config.json`]: '{ "provider": "aws" }' } },
    ],
    ['of a folder', { files: { [`${HOME}/.opencode.json/x`]: '' } }],
    ['above a folder that is no work tree', { files: { [`${HOME}/opencode.json`]: '{}' } }],
  ])('is not meant %s', async (name, options) => {
    const world = doctorIn(options)
    if (name.startsWith('that leads')) world.links.set(`${HOME}/.opencode.json`, CONFIG)
    expect(await findingsIn(world, 'config-misplaced')).toEqual([])
  })

  test('but OpenCode 2 does is not meant where that is installed', async () => {
    const files = { [`${HOME}/opencode.json`]: '{}', [`${HOME}/code/.git/HEAD`]: '' }
    const stray = `warning ${HOME}/opencode.json`
    expect(await told({ files }, 'config-misplaced')).toEqual([stray])
    const installed = { '/usr/bin/opencode': '2.0.25' }
    expect(await told({ files, installed }, 'config-misplaced')).toEqual([])
  })
})

describe('settings of the TUI', () => {
  test.each([
    ['beside a tui.json', '{ "theme": "nord" }', { [`${FOLDER}/tui.json`]: '{}' }],
    ['that it does not take', '{ "theme": 7, "keybinds": [], "tui": { "other": 1 } }', {}],
  ])('stay %s', async (_, text, files) => {
    expect(await told({ files: { [CONFIG]: text, ...files } }, 'tui-fields')).toEqual([])
  })

  test('are of each folder', async () => {
    const own = `${HOME}/code/opencode.json`
    const files = { [CONFIG]: '{ "theme": "nord" }', [own]: '{ "tui": { "scroll_speed": 3 } }' }
    const tui = { [`${FOLDER}/tui.json`]: '{}' }
    expect(await told({ files: { ...files, ...tui } }, 'tui-fields')).toEqual([`warning ${own}`])
  })
})

describe('fields of OpenCode 2', () => {
  const installed = { '/usr/bin/opencode': '2.0.25' }

  test.each(['v2-providers', 'v2-permissions'])(
    'are no fault without OpenCode 1: %s',
    async (code) => {
      const files = { [CONFIG]: '{ "providers": { "lab": {} }, "permissions": [] }' }
      expect(await told({ files, installed }, code)).toEqual([])
    },
  )

  test('are a warning where it is not known what is installed', async () => {
    const files = { [CONFIG]: '{ "providers": { "lab": {} } }' }
    expect(await told({ files, installed: {} }, 'v2-providers')).toEqual([`warning ${CONFIG}`])
  })

  test('that OpenCode 2 ignores are not looked for in blocks that it does not take', async () => {
    const files = { [CONFIG]: '{ "provider": { "a": { "id": "b" } }, "providers": { "a": {} } }' }
    expect(await told({ files, installed }, 'v2-ignores')).toEqual([])
  })
})

describe('variables that name configuration', () => {
  test.each([
    ['a folder that is used for agents only', { OPENCODE_CONFIG_DIR: '/o' }, 0],
    ['a file that is there', { OPENCODE_CONFIG: '/o/agents/a.md' }, 0],
    ['nothing, as they are empty', { OPENCODE_CONFIG: '', OPENCODE_CONFIG_DIR: '' }, 0],
    ['two things that are not there', { OPENCODE_CONFIG: '/x', OPENCODE_CONFIG_DIR: '/y' }, 2],
  ])('lead to %s', async (_, env, count) => {
    const files = { '/o/agents/a.md': '{}' }
    expect(await told({ files, env }, 'config-variable-missing')).toHaveLength(count)
  })
})
