import { sameJson, toPointer } from '../../json.ts'
import type { Path } from '../../json.ts'
import { findMember } from '../../jsonc/members.ts'
import { valueOf } from '../../jsonc/parse.ts'
import type { JsonDocument, JsonNode } from '../../jsonc/parse.ts'
import { listed } from '../../manifest/words.ts'
import { baseName, siblingOf } from '../beside.ts'
import type { ConfigLayer } from '../config-layer.ts'
import type { Found, Rule } from '../rule.ts'

export const twoConfigFiles: Rule = {
  code: 'two-config-files',
  severity: 'warning',
  title: 'opencode.json and opencode.jsonc in one folder',
  cause:
    'OpenCode reads both and merges them: where both say something, opencode.jsonc counts, and commands that edit the configuration change only that one',
  fix: 'keep one of them, with the settings of both',
  source: 'contract 1.2, 1.3; anomalyco/opencode#32447, #3407, #30539',
  check: ({ layers, layersOf2 }) => {
    const all = [...new Set([...layers, ...layersOf2])]
    const byFile = new Map(all.map((layer) => [layer.file, layer]))
    return all.flatMap((layer): readonly Found[] => {
      if (baseName(layer.file) !== 'opencode.jsonc' || layer.document === undefined) return []
      const below = byFile.get(siblingOf(layer.file, 'opencode.json'))
      return below?.document === undefined ? [] : [compared(layer, layer.document, below.document)]
    })
  },
}

function compared({ file, text }: ConfigLayer, above: JsonDocument, below: JsonDocument): Found {
  const found: Difference[] = []
  collectDifferences(found, [below.root, above.root], [])
  const [first] = found
  if (first === undefined) {
    const message = 'opencode.json in the same folder is read as well, beneath this file'
    return { message, severity: 'info', at: { file } }
  }
  const pointers = listed(found.map(({ path }) => toPointer(path)))
  return {
    message: `opencode.json in the same folder says something else for ${pointers}; what stands here counts`,
    fix: 'keep the value that is meant, and take the other one out; best keep one file',
    at: { file, text, offset: first.offset },
  }
}

interface Difference {
  readonly path: Path
  readonly offset: number
}

function collectDifferences(
  found: Difference[],
  [below, above]: readonly [JsonNode, JsonNode],
  path: Path,
): void {
  if (below.kind !== 'object' || above.kind !== 'object') {
    if (!isSame(below, above)) found.push({ path, offset: above.start })
    return
  }
  for (const { key } of new Map(above.members.map((member) => [member.key, member])).values()) {
    const [one, other] = [findMember(below, key), findMember(above, key)]
    if (one === undefined || other === undefined || (path.length === 0 && key === '$schema'))
      continue
    collectDifferences(found, [one.value, other.value], [...path, key])
  }
}

function isSame(one: JsonNode, other: JsonNode): boolean {
  if (one.kind === 'scalar' && other.kind === 'scalar') return one.value === other.value
  return sameJson(valueOf(one), valueOf(other))
}
