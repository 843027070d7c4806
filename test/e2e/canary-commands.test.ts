import { describe, expect, test } from 'vitest'
import { runCommand } from '../../scripts/command.mjs'
import { importScenes } from '../support/canary-import-scenes.ts'
import { liveScenes } from '../support/canary-live-scenes.ts'
import { scenes } from '../support/canary-scenes.ts'
import { sourceScenes } from '../support/canary-source-scenes.ts'
import { vaultScenes } from '../support/canary-vault-scenes.ts'
import { opgenProgram } from '../support/opgen.ts'

const runs = [...scenes, ...sourceScenes, ...vaultScenes, ...importScenes, ...liveScenes].flatMap(
  (scene) => scene.runs,
)

/** The commands that the help of the built program names, those of groups with the group before them. */
async function commandsUnder(...group: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await runCommand(process.execPath, [opgenProgram, ...group, '--help'])
  const [, list = ''] = stdout.split(/^Commands:$/m)
  const names = [...list.matchAll(/^ {2}([a-z]+)/gm)].map(([, name = '']) => name)
  const below = await Promise.all(names.map((name) => commandsUnder(...group, name)))
  return names.flatMap((name, index) => {
    const inGroup = below[index] ?? []
    return inGroup.length > 0 ? inGroup : [[...group, name].join(' ')]
  })
}

/** Whether it is run with a key that must not be seen. */
function isRun(command: string, json: boolean): boolean {
  return runs.some(
    ({ args }) =>
      `${args.join(' ')} `.startsWith(`${command} `) && args.includes('--json') === json,
  )
}

describe('every command that the help names', async () => {
  const commands = await commandsUnder()

  test('is found, in groups too', () => {
    expect(commands).toEqual(expect.arrayContaining(['apply', 'schema', 'key set', 'key import']))
  })

  test.each([
    ['as text', false],
    ['as JSON', true],
  ])('is run with a key that must not be seen, %s', (_, json) => {
    expect(commands.filter((command) => !isRun(command, json))).toEqual([])
  })
})
