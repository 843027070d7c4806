import { InvalidInput } from '../../errors.ts'
import { hasErrors } from '../diagnostic.ts'
import { isJsonObject, sameJson } from '../json.ts'
import type { JsonObject } from '../json.ts'
import type { ManifestText } from '../manifest/manifest-file.ts'
import { toJson } from '../manifest/node.ts'
import { readYaml } from '../manifest/read-yaml.ts'
import { outlineOf, placeOf } from './outline.ts'
import type { Outline, Span } from './outline.ts'

export interface Expected {
  readonly expect: (tree: JsonObject) => JsonObject
  /** What was taken out of the old text. */
  readonly removed: readonly Span[]
  /** Of the old text. */
  readonly outline: Outline
}

/**
 * Prove that a new text says what the old one did, but for what was meant to change, and has every comment of
 * it that was not taken out.
 *
 * @throws InvalidInput `not-editable` where aliases can be the reason that it does not
 * @throws Error otherwise
 */
export function proveEdit(before: ManifestText, text: string, expected: Expected): void {
  const { outline, removed, expect } = expected
  const was = treeOf(before)
  const is = treeOf({ path: before.path, text })
  if (was === undefined) throw new Error('a manifest that cannot be read was edited')
  if (is === undefined || !sameJson(is, expect(was))) {
    const [alias] = outline.aliases
    if (alias === undefined) throw new Error('an edit of the manifest did not come out as meant')
    const message = 'the aliases of this file make one place of it stand for several'
    throw notEditable(outline, alias.range[0], message)
  }
  const kept = outline.comments.filter(
    ({ start, end }) => !removed.some((span) => span.start <= start && end <= span.end),
  )
  const left = outlineOf(before.path, text)
  const isSame =
    left.comments.length === kept.length &&
    left.comments.every((span, index) => {
      const old = kept[index]
      return old !== undefined && cut(left, span) === cut(outline, old)
    })
  if (!isSame) throw new Error('an edit of the manifest lost a comment')
}

function cut({ text }: Outline, { start, end }: Span): string {
  return text.slice(start, end)
}

function treeOf(file: ManifestText): JsonObject | undefined {
  const { tree, diagnostics } = readYaml(file)
  const value = tree === undefined || hasErrors(diagnostics) ? undefined : toJson(tree)
  return isJsonObject(value) ? value : undefined
}

/** That a text cannot be changed as it was asked for. */
export function notEditable(outline: Outline, offset: number, message: string): InvalidInput {
  return new InvalidInput([
    {
      code: 'not-editable',
      severity: 'error',
      message,
      source: placeOf(outline, offset),
      hint: 'edit the manifest by hand',
    },
  ])
}
