import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Diagnostic } from '../../../../src/core/diagnostic.ts'
import { formatDiagnostic } from '../../../../src/core/format-diagnostic.ts'
import {
  findKeys,
  keyFoundAt,
  withFoundKeys,
  withoutAllowed,
} from '../../../../src/core/manifest/find-keys.ts'
import { keysIn, LINE_PATTERNS } from '../../../../src/core/manifest/key-forms.ts'
import { quote } from '../../../../src/core/manifest/words.ts'
import { readDocument, root } from '../../docs/markdown.ts'

const FILE = '/home/me/providers.yaml'

/** `line:column` of everything found. */
function placesIn(text: string): readonly string[] {
  return findKeys({ path: FILE, text }).map(placeOf)
}

function placeOf({ source }: Diagnostic): string {
  return `${source?.line}:${source?.column}`
}

const BASE62 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const BASE64URL = `${BASE62}-_`
const BASE36 = 'abcdefghijklmnopqrstuvwxyz0123456789'
const HEX = '0123456789abcdef'

/** The same keys in every run: how many are found must not depend on luck. */
function generate(alphabet: string, length: number, count = 2000): readonly string[] {
  const character = fc.constantFrom(...Array.from(alphabet))
  const key = fc.array(character, { minLength: length, maxLength: length })
  // Biased ones repeat a few characters, as no generator does.
  const keys = fc.sample(fc.noBias(key), { seed: length, numRuns: count })
  return keys.map((characters) => characters.join(''))
}

function shareFound(keys: readonly string[]): number {
  return keys.filter((key) => placesIn(`  anything: ${key}`).length > 0).length / keys.length
}

describe('a key of the form of', () => {
  test.each([
    { vendor: 'OpenAI', prefix: 'sk-', alphabet: BASE62, length: 48 },
    { vendor: 'an OpenAI project', prefix: 'sk-proj-', alphabet: BASE64URL, length: 124 },
    { vendor: 'Anthropic', prefix: 'sk-ant-api03-', alphabet: BASE64URL, length: 95 },
    { vendor: 'OpenRouter', prefix: 'sk-or-v1-', alphabet: HEX, length: 64 },
    { vendor: 'DeepSeek', prefix: 'sk-', alphabet: HEX, length: 32 },
    { vendor: 'LiteLLM', prefix: 'sk-', alphabet: BASE64URL, length: 22 },
    { vendor: 'Groq', prefix: 'gsk_', alphabet: BASE62, length: 52 },
    { vendor: 'xAI', prefix: 'xai-', alphabet: BASE62, length: 80 },
    { vendor: 'Google', prefix: 'AIza', alphabet: BASE64URL, length: 35 },
    { vendor: 'AWS', prefix: 'AKIA', alphabet: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', length: 16 },
    { vendor: 'Hugging Face', prefix: 'hf_', alphabet: BASE62, length: 34 },
    { vendor: 'Replicate', prefix: 'r8_', alphabet: BASE62, length: 37 },
    { vendor: 'NVIDIA', prefix: 'nvapi-', alphabet: BASE64URL, length: 64 },
    { vendor: 'Perplexity', prefix: 'pplx-', alphabet: BASE62, length: 48 },
    { vendor: 'Cerebras', prefix: 'csk-', alphabet: BASE36, length: 48 },
    { vendor: 'Fireworks', prefix: 'fw_', alphabet: BASE62, length: 24 },
    { vendor: 'Together', prefix: 'tgp_v1_', alphabet: BASE64URL, length: 43 },
    { vendor: 'GitHub', prefix: 'ghp_', alphabet: BASE62, length: 36 },
    { vendor: 'GitHub, fine-grained', prefix: 'github_pat_', alphabet: BASE62, length: 82 },
    { vendor: 'GitLab', prefix: 'glpat-', alphabet: BASE64URL, length: 20 },
    { vendor: 'Slack', prefix: 'xoxb-', alphabet: BASE62, length: 24 },
    { vendor: 'npm', prefix: 'npm_', alphabet: BASE62, length: 36 },
    { vendor: 'Databricks', prefix: 'dapi', alphabet: HEX, length: 32 },
    { vendor: 'age', prefix: 'AGE-SECRET-KEY-1', alphabet: BASE36.toUpperCase(), length: 58 },
    { vendor: 'a bearer', prefix: 'Bearer ', alphabet: BASE62, length: 16 },
    { vendor: 'Azure', prefix: '', alphabet: HEX, length: 32 },
    { vendor: 'Azure, new', prefix: '', alphabet: BASE62, length: 84 },
    { vendor: 'Mistral', prefix: '', alphabet: BASE62, length: 32 },
    { vendor: 'Cohere', prefix: '', alphabet: BASE62, length: 40 },
  ])('$vendor is found', ({ prefix, alphabet, length }) => {
    const keys = generate(alphabet, length).map((key) => prefix + key)
    expect(shareFound(keys)).toBeGreaterThan(0.99)
  })

  test.each([
    { alphabet: BASE62, length: 20, least: 0.99 },
    { alphabet: BASE62, length: 24, least: 0.99 },
    { alphabet: BASE36, length: 32, least: 0.95 },
    { alphabet: BASE64URL, length: 43, least: 0.96 },
  ])('nobody, of length $length, is found $least of the time', ({ alphabet, length, least }) => {
    expect(shareFound(generate(alphabet, length))).toBeGreaterThan(least)
  })

  test.each([
    ['a UUID', 'x-id: 0f8fad5b-d9cb-469f-a165-70867728950e', '1:7'],
    ['a JSON Web Token', 'a: "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmN"', '1:5'],
    ['a password in a URL', 'baseURL: https://me:hunter2@llm.example/v1', '1:21'],
    ['a private key', '# -----BEGIN OPENSSH PRIVATE KEY-----', '1:3'],
    ['a header', 'headers: { x-key: "Bearer 7h1s-is-0ne" }', '1:27'],
    [
      'a key in a URL',
      'https://llm.example/v1?key=AIzaSyA1234567890abcdefghijklmnopqrstuvw',
      '1:28',
    ],
  ])('%s is found at its first character', (_, line, place) => {
    expect(placesIn(line)).toEqual([place])
  })
})

const KEY = `sk-${generate(BASE62, 48, 1).join('')}`

describe('findKeys', () => {
  test('finds keys in values, names and comments, in the order of the file', () => {
    const text = `version: 1 # ${KEY}\r\n# ${KEY}\r\n? ${KEY}\r\n: [${KEY}, "${KEY}"]\r\n`
    expect(placesIn(text)).toEqual(['1:14', '2:3', '3:3', '4:4', `4:${KEY.length + 7}`])
  })

  test('counts columns in UTF-16 units, without a byte order mark', () => {
    expect(placesIn(`\uFEFF${KEY}`)).toEqual(['1:1'])
    expect(placesIn(`"𝄞": ${KEY}`)).toEqual(['1:7'])
  })

  test('gives a block of a private key once, and what comes after it', () => {
    const body = generate(BASE62, 64, 3).map((line) => `  ${line}`)
    const block = ['  -----BEGIN PRIVATE KEY-----', ...body, '  -----END PRIVATE KEY-----']
    expect(placesIn([...block, `  ${KEY}`].join('\n'))).toEqual(['1:3', '6:3'])
    expect(placesIn([...block.slice(0, 4), `a: ${KEY}`].join('\n'))).toEqual(['1:3', '5:4'])
  })

  test.each([
    ['at the end of the line', `a: ${KEY} # opgen:allow\nb: 1`],
    ['after another comment', `a: ${KEY} # a tenant # opgen:allow  \r\nb: 1`],
    ['alone on the line above', `  # opgen:allow\r\na: ${KEY}`],
  ])('passes over a line that is allowed %s', (_, text) => {
    expect(placesIn(text)).toEqual([])
  })

  test.each([
    ['two lines above', `# opgen:allow\n\na: ${KEY}`],
    ['beside a value of the line above', `b: 1 # opgen:allow\na: ${KEY}`],
    ['below', `a: ${KEY}\n# opgen:allow`],
    ['in a word', `a: ${KEY}# opgen:allow`],
    ['with more behind it', `a: 1 # opgen:allow ${KEY}`],
  ])('is not moved by the comment %s', (_, text) => {
    expect(placesIn(text)).toHaveLength(1)
  })

  test('never shows the key, neither in its words nor in the line', () => {
    const text = `a: 1 # ${KEY} and ${KEY}\n`
    for (const diagnostic of findKeys({ path: FILE, text })) {
      const printed = formatDiagnostic(diagnostic, { sourceText: text, displayFile: 'f' })
      expect(printed).toContain('[looks-like-key]\n  a: 1 # ***\n')
    }
  })

  test('and what hides keys agree: what is found is never quoted', () => {
    const keys = [KEY, ...generate(BASE62, 20, 50), ...generate(BASE64URL, 43, 50)]
    const found = keys.filter((key) => keysIn(key).length > 0)
    expect(found.length).toBeGreaterThan(95)
    expect(new Set(found.map(quote))).toEqual(new Set(['"***"']))
  })
})

describe('no key is seen in', () => {
  const names = readFileSync(path.join(import.meta.dirname, 'real-names.txt'), 'utf8').split('\n')

  test('model ids, packages, URLs and the like, in any place of a line', () => {
    expect(names.length).toBeGreaterThan(800)
    const flagged = names.filter((name) =>
      [name, `- ${name}`, `"${name}": {}`, `id: ${name} # x`].some(
        (line) => keysIn(line).length > 0,
      ),
    )
    expect(flagged).toEqual([])
  })

  test('most model ids, even without what divides their parts', () => {
    const ids = names.slice(
      0,
      names.indexOf('# Packages, base URLs and variables of the catalogue.'),
    )
    const glued = ids
      .map((id) => id.replaceAll(/[^A-Za-z0-9]/g, ''))
      .filter((id) => id.length >= 20)
    const flagged = glued.filter((id) => keysIn(id).length > 0)
    expect(glued.length).toBeGreaterThan(400)
    expect(flagged.length / glued.length).toBeLessThan(0.1)
  })

  test('model ids that stand one after another', () => {
    const line = `models: [${names.filter((name) => /^[\w/.-]+$/.test(name)).join(', ')}]`
    expect(placesIn(line)).toEqual([])
  })

  const files = ['providers.yaml', 'README.md', 'CONTRIBUTING.md', 'docs', 'templates']
    .flatMap((name) =>
      name.includes('.')
        ? [name]
        : readdirSync(path.join(root, name), { recursive: true, encoding: 'utf8' }).map((file) =>
            path.join(name, file),
          ),
    )
    .concat(
      readdirSync(path.join(root, 'test/diagnostics/ok')).map((f) => `test/diagnostics/ok/${f}`),
    )
    .filter((file) => /\.(?:yaml|hbs|md)$/.test(file))

  test.each(files)('%s', (file) => {
    expect(placesIn(readDocument(file))).toEqual([])
  })

  test('the manifests of the golden cases', () => {
    const golden = path.join(root, 'test/golden')
    const manifests = readdirSync(golden, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('providers.yaml'),
    )
    expect(manifests.length).toBeGreaterThan(30)
    const found = manifests.filter(
      (file) => placesIn(readFileSync(path.join(golden, file), 'utf8')).length > 0,
    )
    expect(found).toEqual([])
  })
})

describe('the work', () => {
  /** No pattern reads further from a place than its bounds say, and none of them is inside another. */
  test.each(LINE_PATTERNS.map(({ source }) => source))('of %s is bounded', (source) => {
    const withoutClasses = source.replaceAll(/\[(?:\\.|[^\]])*\]/g, 'c')
    expect(withoutClasses).not.toMatch(/(?<!\\)[+*]|\{\d+,\}/)
    const bounds = [...withoutClasses.matchAll(/\{(?:\d+,)?(\d+)\}/g)].map(([, most]) =>
      Number(most),
    )
    expect(bounds.reduce((sum, bound) => sum + bound, 0)).toBeLessThan(1500)
  })

  const MILLIONS = 2_000_000

  test.each([
    ['one run of letters', 'a', 0],
    ['the beginnings of keys', 'sk-', 0],
    ['the beginnings of bearers', 'Bearer ', 0],
    ['the beginnings of URLs', '://a:', 0],
    ['blanks', ' ', 0],
    ['the beginnings of tokens', 'eyJ-', 0],
    ['the beginnings of a block', '-----BEGIN ', 0],
    ['comments that allow nothing', ' # opgen:allow .', 0],
    ['lines', '\n', 0],
    ['slashes', '/', 0],
  ])('is done for 2 MB of %s', (_, part, found) => {
    const text = part.repeat(MILLIONS / part.length)
    expect(findKeys({ path: FILE, text })).toHaveLength(found)
  })

  test('is done for 2 MB of public and other ids in one line, half of which are found', () => {
    const [hex, other] = generate(HEX, 40, 2)
    const ids = `sha1:${hex} ${other}, `
    const count = Math.floor(MILLIONS / ids.length)
    expect(findKeys({ path: FILE, text: ids.repeat(count) })).toHaveLength(count)
  })

  test('is done for 2 MB of keys, each of which is found', () => {
    const lines = Math.floor(MILLIONS / (KEY.length + 1))
    expect(findKeys({ path: FILE, text: `${KEY}\n`.repeat(lines) })).toHaveLength(lines)
  })
})

function at(line: number, file = FILE): Diagnostic {
  return keyFoundAt({ file, line, column: 4 })
}

describe('withoutAllowed', () => {
  const text = 'a: 1 # opgen:allow\nb: 2\n# opgen:allow\nc: 3\n'

  test('drops what looks like a key where the file allows it', () => {
    const kept = withoutAllowed({ path: FILE, text }, [at(1), at(2), at(4), at(1, 'other')])
    expect(kept).toEqual([at(2), at(1, 'other')])
  })

  test('drops nothing else', () => {
    const other: Diagnostic = { ...at(1), code: 'key-in-manifest' }
    expect(withoutAllowed({ path: FILE, text }, [at(1), other])).toEqual([other])
  })
})

describe('withFoundKeys', () => {
  test('adds the keys of lines that nothing tells of yet', () => {
    const text = `apiKey: ${KEY}\n# ${KEY}\nname: 7\n`
    const told = { ...keyFoundAt({ file: FILE, line: 1, column: 1 }), code: 'key-in-manifest' }
    const other = { ...keyFoundAt({ file: FILE, line: 2, column: 3 }), code: 'wrong-type' }
    const all = withFoundKeys({ path: FILE, text }, [told, other])
    expect(all.map((each) => `${placeOf(each)} ${each.code}`)).toEqual([
      '1:1 key-in-manifest',
      '2:3 wrong-type',
      '2:3 looks-like-key',
    ])
  })
})
