import { describe, expect, test } from 'vitest'
import { makeSourceText } from '../../../../src/core/source-text.ts'
import type { Diagnostic } from '../../../../src/core/diagnostic.ts'
import { formatDiagnostic } from '../../../../src/core/format-diagnostic.ts'
import {
  findKeys,
  keyFoundAt,
  withFoundKeys,
  withoutAllowed,
} from '../../../../src/core/manifest/find-keys.ts'
import { keysIn } from '../../../../src/core/manifest/key-forms.ts'
import { quote } from '../../../../src/core/manifest/words.ts'
import { BASE62, BASE64URL, generate } from '../../../support/generated-keys.ts'

const FILE = '/home/me/providers.yaml'

/** `line:column` of everything found. */
function placesIn(text: string): readonly string[] {
  return findKeys({ path: FILE, text }).map(placeOf)
}

function placeOf({ source }: Diagnostic): string {
  return `${source?.line}:${source?.column}`
}

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
      const printed = formatDiagnostic(diagnostic, {
        sourceText: makeSourceText(text),
        displayFile: 'f',
      })
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
