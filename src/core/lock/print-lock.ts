import type { JsonObject, JsonValue } from '../json.ts'
import { LOCKED_FIELDS } from './lock.ts'
import type { Lock, LockedModel, LockedServer } from './lock.ts'

/**
 * A lock as text: one model a line, everything in the order of its name, so that the same content is the
 * same text and that git shows what changed.
 */
export function printLock({ providers }: Pick<Lock, 'providers'>): string {
  const blocks = inOrder(providers).map(([id, servers]) => {
    const lines = inOrder(servers).map(([url, server]) => printServer(url, server))
    return `    ${JSON.stringify(id)}: ${braces(lines, '    ')}`
  })
  return `{\n  "version": 1,\n  "providers": ${braces(blocks, '  ')}\n}\n`
}

function printServer(url: string, { discovery, models }: LockedServer): string {
  const lines = inOrder(models).map(([id, model]) => {
    return `          ${JSON.stringify(id)}: ${printOnOneLine(modelJson(model))}`
  })
  const members = [
    ...(discovery === undefined ? [] : [`"discover": ${printOnOneLine(discoveryJson(discovery))}`]),
    `"models": ${braces(lines, '        ')}`,
  ]
  const body = braces(
    members.map((member) => `        ${member}`),
    '      ',
  )
  return `      ${JSON.stringify(url)}: ${body}`
}

function discoveryJson({ include, exclude }: NonNullable<LockedServer['discovery']>): JsonObject {
  return { ...(include === undefined ? {} : { include }), exclude }
}

function modelJson({ values, from }: LockedModel): JsonObject {
  const fields = LOCKED_FIELDS.flatMap((name): [string, JsonValue][] => {
    const value = values[name]
    return value === undefined ? [] : [[name, value]]
  })
  const origins = Object.entries(from).toSorted(([one], [other]) => compareTexts(one, other))
  return { ...Object.fromEntries(fields), from: Object.fromEntries(origins) }
}

/** With the blanks that make a long line readable. */
function printOnOneLine(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(printOnOneLine).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(
    ([name, member]) => `${JSON.stringify(name)}: ${printOnOneLine(member)}`,
  )
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}

function braces(lines: readonly string[], indent: string): string {
  return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n${indent}}`
}

/** By UTF-16 units, whatever the language of the machine is. */
function inOrder<T>(map: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  return [...map].toSorted(([one], [other]) => compareTexts(one, other))
}

function compareTexts(one: string, other: string): number {
  return one < other ? -1 : Number(one > other)
}
