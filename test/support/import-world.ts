import { expect } from 'vitest'
import { CONFIG_FILES } from './import-fixtures.ts'
import type { ImportFixture } from './import-fixtures.ts'
import { HOME, memoryWorld } from './memory-system.ts'
import type { MemoryWorld, WorldOptions } from './memory-system.ts'
import { packageTemplates } from './package-templates.ts'
import { AUTH, CONFIG, opgen } from './run-opgen.ts'

/* Setups of OpenCode as an import finds them, in a folder under git. */

export const KEY = 'test-key-acme'
const GIT = { [`${HOME}/dotfiles/.git/HEAD`]: 'ref: refs/heads/main\n' }

export function block(options = `"apiKey": "${KEY}", `, host = 'llm.acme.example'): string {
  return `{
      "npm": "@ai-sdk/openai-compatible",
      "options": { ${options}"baseURL": "https://${host}/v1" },
      "models": { "large": {} }
    }`
}

export function config(blocks: Readonly<Record<string, string>>): string {
  const members = Object.entries(blocks).map(([id, text]) => `    "${id}": ${text}`)
  return `{\n  "provider": {\n${members.join(',\n')}\n  }\n}\n`
}

export const withKey = config({ acme: block() })
export const withoutKey = config({ acme: block('') })

export function worldOf(text: string, options: WorldOptions = {}): MemoryWorld {
  const files = { ...packageTemplates(), ...GIT, [CONFIG]: text, ...options.files }
  return memoryWorld({ ...options, files })
}

export async function succeeds(world: MemoryWorld, line: string): Promise<string> {
  const { code, out, err } = await opgen(world, line)
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' })
  return out
}

/** Where OpenCode's files are that a fixture has, by their names there. */
export const IMPORT_PLACES = [
  ...CONFIG_FILES.map((name) => [name, `${HOME}/.config/opencode/${name}`] as const),
  ['auth.json', AUTH] as const,
]

/** The machine of a fixture. */
export function worldOfFixture({ env, files, home, keychain }: ImportFixture): MemoryWorld {
  const world = memoryWorld({ env, keychain, files: { ...packageTemplates(), ...GIT } })
  for (const [name, text] of Object.entries(home)) world.write(`${HOME}/${name}`, text, 0o600)
  for (const [name, file] of IMPORT_PLACES) {
    const text = files[name]
    if (text !== undefined) world.write(file, text, name === 'auth.json' ? 0o600 : 0o644)
  }
  return world
}
