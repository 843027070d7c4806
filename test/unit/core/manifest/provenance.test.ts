import { describe, expect, test } from 'vitest'
import type { ManifestSource } from '../../../../src/core/manifest/compose.ts'
import { readManifestFile } from '../../../../src/core/manifest/manifest-file.ts'
import { readLocal } from '../../../../src/core/manifest/local.ts'
import { readManifest } from '../../../../src/core/manifest/read-manifest.ts'
import { resolve } from '../../../../src/core/manifest/resolve.ts'
import { presetReader } from '../../../../src/core/preset/read-preset.ts'
import type { Source } from '../../../../src/core/source.ts'
import { compileTemplate } from '../../../../src/system/handlebars-templates.ts'
import { NOWHERE } from '../../../support/parse-manifest.ts'

function source(path: string, text: string, includes: readonly ManifestSource[] = []) {
  return { file: readManifestFile({ path, text }), includes, diagnostics: [] }
}

const PRESET = `about: x
key: none
default:
  baseURL: https://preset.example/v1
provider:
  npm: "@ai-sdk/openai-compatible"
  options:
    baseURL: {{json baseURL}}
    timeout: 5
`

const team = source(
  'team.yaml',
  `version: 1
providers:
  gw:
    name: Team
    preset: own
    models:
      a: { name: A }
`,
)

const main = source(
  'main.yaml',
  `version: 1
vars: { region: eu, zone: "{{vars.region}}-1" }
providers:
  gw:
    options:
      headers: { X-Zone: "{{vars.zone}}" }
    extra: { list: [x, "{{vars.region}}"] }
machines:
  work:
    when: { hostname: work }
    providers:
      gw:
        models:
          a: { tool_call: true }
`,
  [team],
)

const local = readLocal({ path: 'local.yaml', text: 'vars:\n  region: us\n' }).value

function show({ file, line }: Source): string {
  return `${file}:${line}`
}

/** `file:line` of every value, and of the variables it was made of. */
function placesOfValues(): Readonly<Record<string, string>> {
  const parsed = readManifest(main, { ...NOWHERE, machine: 'work', vars: local.vars })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics))
  const presets = new Map([['own', { file: 'own.yaml.hbs', text: PRESET }]])
  const resolved = resolve(parsed.value, presets, { readPreset: presetReader(compileTemplate) })
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.diagnostics))
  return Object.fromEntries(
    resolved.value.providers.flatMap(({ values }) =>
      values.map(({ path, value, source: at, via = [] }) => [
        `${path.slice(2).join('.')} = ${JSON.stringify(value)}`,
        [at, ...via].map(show).join(' via '),
      ]),
    ),
  )
}

describe('where a value comes from', () => {
  test('is told for every value, whichever file, overlay, preset or variable it is from', () => {
    expect(placesOfValues()).toEqual({
      'npm = "@ai-sdk/openai-compatible"': 'own.yaml.hbs:6',
      'name = "Team"': 'team.yaml:4',
      'options.baseURL = "https://preset.example/v1"': 'own.yaml.hbs:4',
      'options.timeout = 5': 'own.yaml.hbs:9',
      'options.headers.X-Zone = "us-1"': 'main.yaml:6 via main.yaml:2 via local.yaml:2',
      'models.a.name = "A"': 'team.yaml:7',
      'models.a.tool_call = true': 'main.yaml:14',
      'list = ["x","us"]': 'main.yaml:7 via local.yaml:2',
    })
  })
})
