import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { askOpenCode } from '../../../src/system/ask-opencode.ts'
import { createOpenCodePrograms } from '../../../src/system/opencode-install.ts'
import type { OpenCodeRequest } from '../../../src/system/system.ts'
import { freshFolder } from '../../support/real-folder.ts'

const REQUEST: OpenCodeRequest = {
  argv: [],
  env: { PATH: process.env['PATH'] ?? '' },
  places: {},
  files: new Map(),
  links: new Map(),
  workingFolder: 'work',
  deadline: 60_000,
  mostBytes: 16_384,
}

/** A program that does this. */
function script(...lines: readonly string[]): string {
  const file = path.join(freshFolder(), 'opencode')
  fs.writeFileSync(file, ['#!/bin/sh', ...lines, ''].join('\n'), { mode: 0o755 })
  return file
}

async function printedBy(lines: readonly string[], more: Partial<OpenCodeRequest>) {
  const answer = await askOpenCode(script(...lines), { ...REQUEST, ...more })
  if (answer.state !== 'ended') throw new Error(answer.state)
  return answer.printed.trim().split('\n')
}

describe('an OpenCode that is asked', () => {
  test('finds files and folders that its variables name, for this user alone', async () => {
    const shown = [
      'cd "$XDG_CONFIG_HOME"',
      'for one in . opencode opencode/opencode.jsonc ../named/work.json ../data ../work; do',
      '  stat -c "%a %F" "$one"; done',
      'cat "$OPENCODE_CONFIG"',
    ]
    const printed = await printedBy(shown, {
      places: {
        XDG_CONFIG_HOME: 'config',
        OPENCODE_CONFIG: 'named/work.json',
        XDG_DATA_HOME: 'data',
      },
      files: new Map([
        ['config/opencode/opencode.jsonc', '{}'],
        ['named/work.json', '{ "username": "ä" }\n'],
      ]),
    })
    expect(printed).toEqual([
      '700 directory',
      '700 directory',
      '600 regular file',
      '600 regular file',
      '700 directory',
      '700 directory',
      '{ "username": "ä" }',
    ])
  })

  test('starts in its working folder, and nowhere else', async () => {
    const [folder = '', named] = await printedBy(['pwd -P', 'printenv PWD'], {
      workingFolder: 'config/opencode',
    })
    expect(path.basename(path.dirname(path.dirname(folder)))).toMatch(/^opgen-opencode-/)
    expect(named).toBe(folder)
  })

  test('reaches what is linked, which stays when the folder goes', async () => {
    const target = freshFolder()
    fs.writeFileSync(path.join(target, 'index.js'), 'text')
    const links = new Map([['cache/packages/@acme/adapter', target]])
    const printed = await printedBy(['cat ../cache/packages/@acme/adapter/index.js'], { links })
    expect(printed).toEqual(['text'])
    expect(fs.readdirSync(target)).toEqual(['index.js'])
  })

  test('leaves nothing behind', async () => {
    const [folder = ''] = await printedBy(['pwd -P; mkdir -p deep/er; echo > deep/er/file'], {})
    expect(fs.existsSync(path.dirname(folder))).toBe(false)
  })

  test('and does not answer in time is given up', async () => {
    const answer = await askOpenCode(script('sleep 600'), { ...REQUEST, deadline: 1 })
    expect(answer).toEqual({ state: 'no-answer' })
  })

  test('is not started where its folder cannot be furnished', async () => {
    const files = new Map([
      ['config', 'a file'],
      ['config/opencode', 'in a file'],
    ])
    expect(await askOpenCode(script('echo'), { ...REQUEST, files })).toEqual({
      state: 'not-started',
    })
  })

  test('is not started where it is a script of Windows', async () => {
    const home = freshFolder()
    const os = 'win32'
    const machine = { os, home, env: {}, hostname: '', user: '', arch: '', cwd: home } as const
    const file = { path: 'C:\\npm\\opencode.cmd', realPath: '', size: 1, mtimeMs: 1 }
    const program = { ...file, version: '1.18.33' }
    expect(await createOpenCodePrograms(machine).ask(program, REQUEST)).toEqual({
      state: 'not-started',
    })
  })
})
