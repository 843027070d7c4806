import type { JsonNode, Span } from '../core/jsonc/parse.ts'
import { parseJsonDocument } from '../core/jsonc/parse.ts'
import type { Path } from '../core/json.ts'
import { hiddenFrom } from '../core/manifest/key-text.ts'
import { isSensitive } from '../core/plan/describe.ts'
import type { Loaded } from './load-plan.ts'
import { renderTarget } from './render-target.ts'

/** A config file before and after a plan, every value that may be a secret masked. */
export interface TextPreview {
  readonly path: string
  readonly before: string
  readonly after: string
}

/** The config files that a plan would change. auth.json holds nothing but keys and is never shown. */
export function previewTexts(loaded: Loaded): readonly TextPreview[] {
  return loaded.plan.files
    .filter(({ target }) => target === 'config')
    .map((plan) => {
      const file = loaded.actual.config.find(({ path }) => path === plan.path)
      if (file === undefined) throw new Error('a planned file that was never read')
      const facts = { recorded: loaded.recorded.files[plan.path], secrets: loaded.secrets }
      const after = plan.action === 'remove' ? '' : renderTarget(file, plan.edits, facts).text
      return { path: plan.path, before: mask(file.document?.text ?? ''), after: mask(after) }
    })
}

function mask(text: string): string {
  const parsed = parseJsonDocument(text, 'jsonc')
  if (!parsed.ok) return ''
  const { root, comments } = parsed.document
  const masks = [
    ...secretsIn(root, []).map((span) => ({ ...span, by: '"***"' })),
    ...comments.flatMap((comment) => secretsInComment(text, comment)),
  ].toSorted((a, b) => a.start - b.start)
  let masked = ''
  let end = 0
  for (const { start, end: stop, by } of masks) {
    masked += text.slice(end, start) + by
    end = stop
  }
  return masked + text.slice(end)
}

/** What of each line of a comment may be a key, e.g. in a setting that is commented out. */
function secretsInComment(
  text: string,
  { start, end }: Span,
): readonly { readonly start: number; readonly end: number; readonly by: string }[] {
  let at = start
  return text
    .slice(start, end)
    .split('\n')
    .flatMap((line) => {
      const from = hiddenFrom(line)
      const lineEnd = at + line.length
      const found = from === undefined ? [] : [{ start: at + from, end: lineEnd, by: '***' }]
      at = lineEnd + 1
      return found
    })
}

/** Every text that may be a secret, in order. */
function secretsIn(node: JsonNode, path: Path): readonly Span[] {
  if (node.kind === 'object') {
    return node.members.flatMap(({ key, keyStart, keyEnd, value }) => [
      ...(hiddenFrom(key) === undefined ? [] : [{ start: keyStart, end: keyEnd }]),
      ...secretsIn(value, [...path, key]),
    ])
  }
  if (node.kind === 'array') return node.elements.flatMap(({ value }) => secretsIn(value, path))
  return typeof node.value === 'string' && isSensitive(path, node.value) ? [node] : []
}
