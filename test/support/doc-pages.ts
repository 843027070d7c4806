import { parse } from 'yaml'
import { BUILT_IN_PRESETS } from '../../src/core/preset/preset.ts'
import { RULE_GROUPS } from '../../src/core/doctor/rules.ts'
import { commandList, commandReference, commonOptionTable } from './doc-commands.ts'
import { manifestReference } from './doc-manifest.ts'
import { withOutputs } from './doc-sessions.ts'
import { repairedCodes } from './doctor-fixtures.ts'
import { readDocument } from '../unit/docs/markdown.ts'

/*
 * What is between `<!-- NAME -->` and `<!-- /NAME -->` on a page is made from the program, for each of these
 * names; then the sessions of the page are run (doc-sessions.ts). `npm run docs` writes the pages.
 */
const MADE: Readonly<Record<string, () => string>> = {
  rules: ruleTables,
  'all commands': commandList,
  'common options': commonOptionTable,
  'each command': commandReference,
  'all fields': manifestReference,
  'all presets': presetTable,
}

/** A page as it must be, given what a person wrote of it. */
export async function madePage(page: string): Promise<string> {
  let made = page
  for (const [name, make] of Object.entries(MADE)) {
    const start = made.indexOf(`<!-- ${name} -->\n`)
    if (start < 0) continue
    const end = made.indexOf(`<!-- /${name} -->`, start)
    if (end < 0) throw new Error(`<!-- ${name} --> is not closed`)
    made = `${made.slice(0, start)}<!-- ${name} -->\n${make()}\n${made.slice(end)}`
  }
  return await withOutputs(made)
}

function ruleTables(): string {
  const repaired = repairedCodes()
  return RULE_GROUPS.map(({ title, rules }) => {
    const rows = rules.map(({ code, severity, title: what, cause, fix, source }) => {
      const word = severity === 'info' ? 'note' : severity
      const isFixed = repaired.has(code) ? ' *Fixed.*' : ''
      return `| \`${code}\` | ${word} | ${what} | ${cause} | ${fix}.${isFixed} | ${source} |`
    })
    return [
      `\n### ${title}\n`,
      '| code | kind | finds | why | what to do | known from |',
      '|---|---|---|---|---|---|',
      ...rows,
    ].join('\n')
  }).join('\n')
}

function presetTable(): string {
  const rows = BUILT_IN_PRESETS.map((name) => {
    const text = readDocument(`templates/${name}.yaml.hbs`).split(/^provider:/m)[0] ?? ''
    const preset: PresetHead = parse(text)
    const { about, key = 'keychain', default: defaults } = preset
    const baseURL =
      defaults?.baseURL === undefined ? 'the manifest gives it' : `\`${defaults.baseURL}\``
    return `| \`${name}\` | ${about} | ${preset.catalogue === true ? "OpenCode's own" : baseURL} | ${key} |`
  })
  return ['| preset | for | default base URL | key |', '|---|---|---|---|', ...rows].join('\n')
}

interface PresetHead {
  readonly about: string
  readonly key?: string
  readonly catalogue?: boolean
  readonly default?: { readonly baseURL?: string }
}
