import { isJsonObject } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import type { JsonDocument, Span } from '../jsonc/parse.ts'
import { findNode } from '../plan/actual.ts'
import type { JsonFile } from '../plan/actual.ts'

/* Blocks that another program writes, and would write again. */

const OPENING = /\b(?:BEGIN|START)\b.*\b(?:GENERATED|MANAGED)\b|^\s*>>>|>>>\s*$/i
const CLOSING = /\b(?:END|STOP)\b.*\b(?:GENERATED|MANAGED)\b|^\s*<<<|<<<\s*$/i

/** What is said of a block as a whole. */
const REMARK =
  /\bauto-?generated\b|\b(?:generated|managed|maintained|written) by\b|\bdo not edit\b/i

/** Whether another program maintains a provider's block: it says so in comments, or leaves its mark. */
export function isMaintained(files: readonly JsonFile[], id: string, block: JsonObject): boolean {
  const models = block['models']
  if (isLaunched(block)) return true
  if (isJsonObject(models) && Object.values(models).some(isLaunched)) return true
  return files.some((file) => isMarked(file, id))
}

/** What `ollama launch` leaves. */
function isLaunched(value: JsonValue): boolean {
  return isJsonObject(value) && Object.hasOwn(value, '_launch')
}

function isMarked(file: JsonFile, id: string): boolean {
  const { document } = file
  const provider = findNode(file, ['provider'])
  if (document === undefined || provider?.kind !== 'object') return false
  const index = provider.members.findIndex(({ key }) => key === id)
  const member = provider.members[index]
  if (member === undefined) return false
  const block = { start: member.keyStart, end: member.value.end }
  const above = {
    start: provider.members[index - 1]?.value.end ?? provider.start,
    end: block.start,
  }
  const remarks = document.comments.filter(
    (comment) => isWithin(comment, above) || isWithin(comment, block),
  )
  if (remarks.some((comment) => REMARK.test(contentOf(document, comment)))) return true
  return regionsOf(document).some((region) => isWithin(block, region) || isWithin(region, block))
}

/** Whether a comment is about who writes what stands beside it, which a manifest does not hold. */
export function isMarker(text: string): boolean {
  return [OPENING, CLOSING, REMARK].some((form) => form.test(text))
}

function isWithin(inner: Span, outer: Span): boolean {
  return inner.start >= outer.start && inner.end <= outer.end
}

/** From each opening marker to the closing one; one of them alone marks no more than where it stands. */
function regionsOf(document: JsonDocument): readonly Span[] {
  const regions: Span[] = []
  let open: Span | undefined
  for (const comment of document.comments) {
    const text = contentOf(document, comment)
    if (CLOSING.test(text)) {
      regions.push({ start: (open ?? comment).start, end: comment.end })
      open = undefined
    } else if (OPENING.test(text)) open = comment
  }
  return open === undefined ? regions : [...regions, open]
}

function contentOf({ text }: JsonDocument, { start, end }: Span): string {
  return text.slice(start + 2, text[start + 1] === '*' ? end - 2 : end)
}
