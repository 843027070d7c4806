import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { findKeys } from '../../../../src/core/manifest/find-keys.ts'
import { keysIn, LINE_PATTERNS } from '../../../../src/core/manifest/key-forms.ts'
import { BASE36, BASE62, BASE64URL, generate, HEX } from '../../../support/generated-keys.ts'
import { readDocument, root } from '../../docs/markdown.ts'

/** Columns of all keys in a line. */
function columnsIn(line: string): readonly number[] {
  return keysIn(line).map(({ start }) => start + 1)
}

/** How many keys are found in a file. */
function countIn(text: string): number {
  return findKeys({ path: '/home/me/providers.yaml', text }).length
}

const KEY = `sk-${generate(BASE62, 48, 1).join('')}`

function shareFound(keys: readonly string[]): number {
  return keys.filter((key) => keysIn(`  anything: ${key}`).length > 0).length / keys.length
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
    ['a UUID', 'x-id: 0f8fad5b-d9cb-469f-a165-70867728950e', 7],
    ['a JSON Web Token', 'a: "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmN"', 5],
    ['a password in a URL', 'baseURL: https://me:hunter2@llm.example/v1', 21],
    ['a private key', '# -----BEGIN OPENSSH PRIVATE KEY-----', 3],
    ['a header', 'headers: { x-key: "Bearer 7h1s-is-0ne" }', 27],
    ['a key in a URL', 'https://llm.example/v1?key=AIzaSyA1234567890abcdefghijklmnopqrstuvw', 28],
  ])('%s is found at its first character', (_, line, column) => {
    expect(columnsIn(line)).toEqual([column])
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
    expect(columnsIn(line)).toEqual([])
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
    expect(countIn(readDocument(file))).toBe(0)
  })

  test('the manifests of the golden cases, but of the one about it', () => {
    const golden = path.join(root, 'test/golden')
    const manifests = readdirSync(golden, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('providers.yaml'),
    )
    expect(manifests.length).toBeGreaterThan(30)
    const found = manifests.filter(
      (file) => countIn(readFileSync(path.join(golden, file), 'utf8')) > 0,
    )
    expect(found).toEqual([path.join(ABOUT_KEYS, 'given', 'providers.yaml')])
  })
})

/** The one story that is about keys in manifests. */
const ABOUT_KEYS = 'refuses-what-looks-like-a-key-in-shared-files'

describe('the work', () => {
  test.each(LINE_PATTERNS.map(({ source }) => source))('of %s is bounded', (source) => {
    const withoutClasses = source.replaceAll(/\[(?:\\.|[^\]])*\]/g, 'c')
    expect(withoutClasses).not.toMatch(/(?<!\\)[+*]|\{\d+,\}/)
    const bounds = [...withoutClasses.matchAll(/\{(?:\d+,)?(\d+)\}/g)].map(([, most]) =>
      Number(most),
    )
    expect(bounds.reduce((sum, bound) => sum + bound, 0)).toBeLessThan(1500)
  })

  const MOST = 500_000

  test.each([
    ['one run of letters', 'a'],
    ['the beginnings of keys', 'sk-'],
    ['the beginnings of bearers', 'Bearer '],
    ['the beginnings of URLs', '://a:'],
    ['blanks', ' '],
    ['the beginnings of tokens', 'eyJ-'],
    ['the beginnings of a block', '-----BEGIN '],
    ['comments that allow nothing', ' # opgen:allow .'],
    ['lines', '\n'],
    ['slashes', '/'],
  ])('is done for half a megabyte of %s', (_, part) => {
    expect(countIn(part.repeat(MOST / part.length))).toBe(0)
  })

  test('is done for half a megabyte of public and other ids in one line, half of which are found', () => {
    const [hex, other] = generate(HEX, 40, 2)
    const ids = `sha1:${hex} ${other}, `
    const count = Math.floor(MOST / ids.length)
    expect(countIn(ids.repeat(count))).toBe(count)
  })

  test('is done for half a megabyte of keys, each of which is found', () => {
    const lines = Math.floor(MOST / (KEY.length + 1))
    expect(countIn(`${KEY}\n`.repeat(lines))).toBe(lines)
  })
})
