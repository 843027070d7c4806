import type { JsonNode } from '../core/jsonc/parse.ts'
import { parseJsonDocument } from '../core/jsonc/parse.ts'
import type { Path } from '../core/json.ts'
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
  let masked = ''
  let end = 0
  for (const { start, end: stop } of secretsIn(parsed.document.root, [])) {
    masked += `${text.slice(end, start)}"***"`
    end = stop
  }
  return masked + text.slice(end)
}

/** Every text that may be a secret, in order. */
function secretsIn(node: JsonNode, path: Path): readonly { start: number; end: number }[] {
  if (node.kind === 'object') {
    return node.members.flatMap(({ key, value }) => secretsIn(value, [...path, key]))
  }
  if (node.kind === 'array') return node.elements.flatMap(({ value }) => secretsIn(value, path))
  return typeof node.value === 'string' && isSensitive(path, node.value) ? [node] : []
}
