import { join } from 'node:path'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { canary, generated, key } from './canary.ts'
import type { Run, Scene } from './canary.ts'
import { place } from './opgen.ts'

const importing: readonly Run[] = [
  { args: ['import', '--dry-run'] },
  { args: ['import', '--dry-run', '--json'] },
  { args: ['import', '--dry-run', '--keep-keys', '--verbose'] },
  { args: ['import', '--only', canary.slice(0, 9), '--dry-run'] },
  { args: ['import', '--out', 'own.yaml', '--json'] },
  { args: ['import', '--out', 'own.yaml'] },
]

/** What comes after an import. */
const taking: readonly Run[] = [
  { args: ['plan', '--text', '--manifest', 'own.yaml'] },
  { args: ['plan', '--json', '--manifest', 'own.yaml'] },
  { args: ['apply', '--verbose', '--manifest', 'own.yaml', '--trust-origin'] },
  { args: ['history', '--json'] },
  { args: ['destroy', '--json'] },
]

function handWritten(options: string, beside = ''): (sandbox: Sandbox) => Promise<void> {
  const block = `{
      "npm": "@ai-sdk/openai-compatible",
      "options": { "baseURL": "https://llm.example/v1", ${options} },
      "models": { "m": {} }
    }`
  return (sandbox) =>
    place(
      join(sandbox.configFolder, 'opencode.jsonc'),
      `{\n  "provider": {\n    ${beside}\n    "haimaker": ${block}\n  }\n}\n`,
    )
}

const quoted = JSON.stringify(key)

/** Keys in setups that were made by hand. */
export const importScenes: readonly Scene[] = [
  {
    name: 'a key in plain text, which is moved',
    stage: handWritten(`"apiKey": ${quoted}`),
    inAuthFile: false,
    runs: [...importing, ...taking],
  },
  {
    name: 'a key in a header, and others beside it',
    stage: handWritten(
      `"headers": { "Authorization": "Bearer ${canary}", "x-api-key": "${canary}2" }, "secretKey": "${canary}"`,
    ),
    inAuthFile: false,
    runs: [{ args: ['key', 'remove', 'haimaker'] }, ...importing, ...taking],
  },
  {
    name: 'keys where no manifest may have them',
    stage: handWritten(
      `"apiKey": "Bearer ${canary}", "list": ["${generated}"]`,
      `// ${generated}\n    // "apiKey": "${canary}",\n    "${generated}": {}, "in-url": { "options": { "baseURL": "https://u:${canary}@x.example" }, "models": { "m": {} } },`,
    ),
    inAuthFile: false,
    runs: [...importing, ...taking],
  },
  {
    name: 'a key of auth.json that is imported',
    stage: async (sandbox) => {
      await handWritten('"timeout": 1')(sandbox)
      await place(sandbox.authFile, JSON.stringify({ haimaker: { type: 'api', key } }))
    },
    inAuthFile: true,
    runs: [...importing, ...taking],
  },
]
