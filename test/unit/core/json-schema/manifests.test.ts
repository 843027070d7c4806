import { readdirSync } from 'node:fs'
import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, test } from 'vitest'
import { toPointer } from '../../../../src/core/json.ts'
import { walk } from '../../../../src/core/manifest/node.ts'
import { parseManifest } from '../../../support/parse-manifest.ts'
import { readYaml } from '../../../../src/core/manifest/read-yaml.ts'
import { flaggedPlaces } from '../../../support/validate-manifest.ts'
import { fencedBlocks, isManifest, pages, readDocument, root } from '../../docs/markdown.ts'

interface Sample {
  readonly name: string
  readonly text: string
}

function sample(file: string): Sample {
  return { name: file, text: readDocument(file) }
}

function samplesIn(folder: string): readonly Sample[] {
  return readdirSync(path.join(root, folder))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => ({ ...sample(path.join(folder, file)), name: file }))
}

/** All manifests of the golden cases, also those that come later in a case. */
const stories = readdirSync(path.join(root, 'test/golden'), { recursive: true, encoding: 'utf8' })
  .filter((file) => path.basename(file) === 'providers.yaml')
  .map((file) => sample(path.join('test/golden', file)))

const examples = pages().flatMap((file) =>
  fencedBlocks(readDocument(file))
    .filter(({ language, text }) => language === 'yaml' && isManifest(text))
    .map(({ text, line }) => ({ name: `${file}, line ${line}`, text })),
)

/** Golden cases that are about a manifest with a problem. */
const ABOUT_PROBLEMS =
  /^test.golden.(?:checks|explains-beside-a-manifest|names-problems|names-every-problem|shows-no-value)-/

describe('the JSON Schema has nothing against', () => {
  const fine = [...stories, ...examples, ...samplesIn('test/diagnostics/ok')].filter(
    ({ name }) => !ABOUT_PROBLEMS.test(name),
  )

  test.each([...fine, sample('providers.yaml')])('$name', ({ text }) => {
    expect(flaggedPlaces(text)).toEqual([])
  })
})

/** Manifests with problems that only opgen can see, and why. A new one must be thought about. */
const ONLY_OPGEN_SEES: Readonly<Record<string, string>> = {
  'bad-limit.yaml': 'one number is compared with another',
  'complex-key.yaml': 'names are texts in JSON',
  'disabled-provider.yaml': 'a value refers to others',
  'discovered-models.yaml': 'what a provider offers is not in the manifest',
  'duplicate-key.yaml': 'no name stands twice in JSON',
  'duplicate-model.yaml': 'items are compared with each other',
  'expression-in-name.yaml': 'a warning: the name may be meant as it is',
  'extra-replaces.yaml': 'what "extra" holds is not described',
  'hash-in-model.yaml': 'the "#" matters with some models only',
  'headers-with-keys.yaml': 'what a header may hold depends on "key"',
  'hidden-providers.yaml': 'a warning, which compares values',
  'ids-to-quote.yaml': 'names are texts in JSON',
  'key-as-id.yaml': 'it takes more than a pattern to tell',
  'key-in-key-source.yaml': 'it takes more than a pattern to tell',
  'key-in-taken.yaml': 'one field is compared with others',
  'looks-like-key.yaml': 'it takes more than a pattern to tell',
  'missing-base-url.yaml': 'it depends on the preset',
  'no-models.yaml': 'it depends on the preset',
  'no-program.yaml': 'only the first of a list is a program',
  'not-in-catalogue.yaml': 'a warning; it depends on the preset',
  'plain-http.yaml': 'a warning, which depends on the key',
  'preset-by-name.yaml': 'it depends on the preset',
  'prototype-keys.yaml': 'the name is refused before there is a value',
  'unknown-preset.yaml': 'a preset may be a file beside the manifest',
  'unknown-provider.yaml': "a warning; it may be the user's own provider",
}

describe('the JSON Schema flags', () => {
  const wrong = samplesIn('test/diagnostics/err')

  test('every manifest with a problem but those of the list', () => {
    const passed = wrong.filter(({ text }) => flaggedPlaces(text)?.length === 0)
    expect(passed.map(({ name }) => name)).toEqual(Object.keys(ONLY_OPGEN_SEES))
  })

  test.each(wrong.filter(({ name }) => !(name in ONLY_OPGEN_SEES)))(
    'each problem of shape at its place in $name',
    ({ text }) => {
      const flagged = flaggedPlaces(text)
      const missed = shapeProblems(text).filter(
        ({ at }) => flagged?.some((place) => at.includes(place)) === false,
      )
      expect(missed).toEqual([])
    },
  )
})

/** Codes of problems that lie in one value alone. */
const SHAPE = new Set([
  'bad-condition',
  'bad-id',
  'bad-key-source',
  'bad-model-id',
  'bad-model-reference',
  'bad-url',
  'bad-value',
  'bad-version',
  'missing-field',
  'unknown-field',
  'url-user-info',
  'wrong-type',
])

/** Problems of these codes that JSON cannot show, or that want more than a pattern. */
const BEYOND_JSON =
  /^(?:in brackets this is a map, |a provider id must be text, |this is no URL$|nothing after .* is ever tried$)/

/** Problems of shape, each with the JSON pointers that stand for its place: the value, or the map around a name. */
function shapeProblems(
  text: string,
): readonly { readonly problem: string; readonly at: readonly string[] }[] {
  const file = { path: 'providers.yaml', text }
  const { tree } = readYaml(file)
  const visited = tree === undefined ? [] : walk(tree)
  return parseManifest(file)
    .diagnostics.filter(({ code, message }) => SHAPE.has(code) && !BEYOND_JSON.test(message))
    .map(({ code, message, source }) => {
      const here = visited.flatMap(({ node, keySource, path: steps }) => [
        ...(isDeepStrictEqual(node.source, source) ? [steps] : []),
        ...(isDeepStrictEqual(keySource, source) ? [steps, steps.slice(0, -1)] : []),
      ])
      return {
        problem: `${code}: ${message}`,
        at: here.map((steps) => toPointer(steps.map(String))),
      }
    })
}
