import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { resolve } from '../../../src/core/manifest/resolve.ts'
import { presetReader } from '../../../src/core/preset/read-preset.ts'
import { BUILT_IN_PRESETS } from '../../../src/core/preset/preset.ts'
import { compileTemplate } from '../../../src/system/handlebars-templates.ts'
import { leaves } from '../../support/doc-commands.ts'
import { madePage } from '../../support/doc-pages.ts'
import { parseManifest } from '../../support/parse-manifest.ts'
import { fencedBlocks, isManifest, pages, readDocument, root } from './markdown.ts'

const all = pages().map((file) => ({ file, page: readDocument(file) }))
const blocks = all.flatMap(({ file, page }) =>
  fencedBlocks(page).map((block) => ({ ...block, file })),
)

describe('as `npm run docs` writes it', () => {
  test.each(all)('$file', async ({ file, page }) => {
    await expect(await madePage(page)).toMatchFileSnapshot(path.join(root, file))
  })
})

/** What stands only in what somebody has seen printed: a prompt, a voice, a place, a closing line. */
const PRINTED =
  /^\$ |^ *opgen: |:\d+:\d+: (?:error|warning|note): |^(?:Applied|Plan): \d|^Nothing to change/m

/** Folders whose files other tests compare with what the program prints. */
const COMPARED = /^test\/(?:golden|doctor|import|diagnostics)\//

describe('nobody writes by hand what opgen prints', () => {
  test('in blocks that are not run', () => {
    const strays = blocks.filter(
      ({ language, text, copiedFrom = '' }) =>
        language !== 'console' && !COMPARED.test(copiedFrom) && PRINTED.test(text),
    )
    expect(strays.map(({ file, line }) => `${file}:${line}`)).toEqual([])
  })

  test('and each block has a language, so that it is known what it is', () => {
    const plain = blocks.filter(({ language }) => language === '')
    expect(plain.map(({ file, line }) => `${file}:${line}`)).toEqual([])
  })
})

const presets = new Map(
  BUILT_IN_PRESETS.map((name) => {
    const file = `templates/${name}.yaml.hbs`
    return [name, { file, text: readDocument(file) }]
  }),
)

describe('a manifest', () => {
  const manifests = blocks.filter(({ language, text }) => language === 'yaml' && isManifest(text))

  test.each(manifests)('of $file at line $line has no problems', ({ text }) => {
    const parsed = parseManifest({ path: 'providers.yaml', text })
    expect(parsed.diagnostics).toEqual([])
    // What it includes, or asks a server for, is on the page, whose sessions read all of it.
    if (!parsed.ok || /^include:|discover: true/m.test(text)) return
    expect(
      resolve(parsed.value, presets, { readPreset: presetReader(compileTemplate) }).diagnostics,
    ).toEqual([])
  })
})

/** Command lines of opgen in shell blocks, and in text of which nothing is left out. */
function commandsIn(page: string): readonly string[] {
  const shell = fencedBlocks(page).filter(({ language }) => ['sh', 'console'].includes(language))
  const lines = shell.flatMap(({ text }) =>
    text
      .replaceAll('\\\n', ' ')
      .split('\n')
      .flatMap((line) => /(?:^|\$ |exec |&& |bin\/)opgen ([^#;&|<>]*)/.exec(line)?.[1] ?? []),
  )
  const prose = page.replaceAll(/^ *```[^]*?^ *```$/gm, '').matchAll(/`opgen ([a-z][^`]*)`/g)
  return [...lines, ...[...prose].map((match) => match[1] ?? '')].map((line) => line.trim())
}

/** Pages that tell what was once decided, or once changed. */
const HISTORY = /^CHANGELOG|decisions/

describe('what a page says to type', () => {
  const said = all
    .filter(({ file }) => !HISTORY.test(file))
    .flatMap(({ file, page }) => commandsIn(page).map((line) => ({ file, line })))

  test('is there to be looked at', () => {
    expect(said.length).toBeGreaterThan(200)
  })

  test('has no command and no option that there is not', () => {
    expect(said.filter(({ line }) => !isUnderstood(line))).toEqual([])
  })
})

/** Whether its command and its options are known; what their values are is not looked at. */
function isUnderstood(line: string): boolean {
  const [own = ''] = line.split(' -- ')
  const words = own.split(/[ =]+/)
  const found = leaves.filter(({ name, command }) => {
    const length = name.split(' ').length
    const given = words.slice(0, length).join(' ')
    return given === name || given === command.alias()
  })
  // Words that stand for several, such as `opgen key …`, say nothing more.
  if (found.length === 0) return words.length === 1 && isGroup(words[0] ?? '')
  const options = words.filter((word) => /^--[a-z]/.test(word))
  return options.every((option) =>
    found.some(
      ({ command }) => option === '--help' || command.options.some(({ long }) => long === option),
    ),
  )
}

function isGroup(word: string): boolean {
  return leaves.some(({ name }) => name.startsWith(`${word} `))
}

describe('what a page copies', () => {
  const copies = blocks.flatMap(({ file, text, line, copiedFrom }) =>
    copiedFrom === undefined ? [] : [{ file, text, line, copiedFrom }],
  )

  test.each(copies)('$file at line $line stands in $copiedFrom', ({ text, copiedFrom }) => {
    expect(readDocument(copiedFrom)).toContain(text)
  })
})
