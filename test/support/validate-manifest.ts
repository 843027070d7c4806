import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Ajv } from 'ajv'
import { toJson } from '../../src/core/manifest/node.ts'
import { readYaml } from '../../src/core/manifest/read-yaml.ts'

const file = path.join(import.meta.dirname, '../../schema/providers.schema.json')

// What only editors know of: a message of one's own, and names that are not to be offered.
const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, strict: true, strictRequired: false })
ajv.addVocabulary(['patternErrorMessage', 'doNotSuggest'])
const validate = ajv.compile(JSON.parse(readFileSync(file, 'utf8')))

/**
 * What the published JSON Schema says of a manifest, as an editor would: the places (JSON pointers)
 * of what it flags, in order. Undefined when the text is no YAML, which other parts of an editor
 * flag.
 */
export function flaggedPlaces(text: string): readonly string[] | undefined {
  const { tree } = readYaml({ path: 'providers.yaml', text })
  if (tree === undefined) return undefined
  const valid = validate(toJson(tree))
  const places = valid ? [] : (validate.errors ?? []).map(({ instancePath }) => instancePath)
  return [...new Set(places)].toSorted()
}
