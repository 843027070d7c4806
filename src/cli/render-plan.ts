import { displayPath } from '../app/paths.ts'
import { harmless } from '../core/format-diagnostic.ts'
import { fromPointer } from '../core/json.ts'
import type { Change, ChangedPath } from '../core/plan/plan.ts'
import type { Machine } from '../system/system.ts'
import type { Paint } from './paint.ts'

const SIGN = { create: '+', update: '~', delete: '-', adopt: '=', none: ' ' } as const

const WHOLE_BLOCK = 'the whole block'

/** Width that a line of a plan keeps to. */
const WIDTH = 80

/** One line a change; unchanged ones only when `all`. */
export function renderChanges(
  changes: readonly Change[],
  paint: Paint,
  options: { readonly all: boolean },
): string {
  const shown = changes.filter(
    ({ action, key, notes }) =>
      options.all || action !== 'none' || key === 'missing' || notes.length > 0,
  )
  const width = Math.max(0, ...shown.map(({ id }) => id.length))
  return shown.map((change) => renderChange(change, width, paint)).join('')
}

function renderChange(change: Change, width: number, paint: Paint): string {
  const head = `  ${SIGN[change.action]} ${change.id.padEnd(width)}  `
  const shade = shadeOf(change, paint)
  const body = summarise(change, WIDTH - head.length)
  const lines = [`${shade(head)}${body}`]
  const indent = ' '.repeat(head.length)
  if (change.drifted)
    lines.push(`${indent}${paint.yellow('changed by somebody else since the last apply')}`)
  for (const note of change.notes) lines.push(`${indent}${paint.dim(harmless(note))}`)
  return lines.map((line) => `${line.trimEnd()}\n`).join('')
}

function shadeOf(change: Change, paint: Paint): (text: string) => string {
  switch (change.action) {
    case 'create':
      return paint.green
    case 'update':
      return paint.yellow
    case 'delete':
      return paint.red
    case 'adopt':
    case 'none':
      return paint.dim
  }
}

function summarise(change: Change, room: number): string {
  if (change.action === 'none') return summariseUnchanged(change)
  if (change.action === 'adopt') return 'already there as wanted: managed from now on'
  const parts = partsOf(change).map(harmless)
  const whole = parts.join(', ')
  if (whole.length <= room) return whole
  const kept: string[] = []
  for (const part of parts) {
    const more = ` and ${parts.length - kept.length} more`
    if ([...kept, part].join(', ').length + more.length > room) break
    kept.push(part)
  }
  if (kept.length === 0) return parts.length === 1 ? '1 value' : `${parts.length} values`
  return `${kept.join(', ')} and ${parts.length - kept.length} more`
}

function summariseUnchanged({ key }: Change): string {
  if (key === 'missing') return 'needs a key'
  // Nothing else differs; whether the key does is not known.
  return key === 'unknown' ? 'key not looked at' : 'in sync'
}

/** What a change touches, in a person's words: `npm`, `options.baseURL`, `4 models`, `key`. */
function partsOf({ id, paths }: Change): readonly string[] {
  if (id.startsWith('/')) return ['in opencode.jsonc']
  const models = new Set<string>()
  const parts = new Set<string>()
  for (const path of paths) {
    const part = partOf(path)
    if (part.startsWith('models.')) models.add(part.slice('models.'.length))
    else parts.add(part)
  }
  const some =
    models.size <= 2 ? [...models].map((model) => `model ${model}`) : [`${models.size} models`]
  if (parts.has(WHOLE_BLOCK)) return [WHOLE_BLOCK, ...(parts.has('key') ? ['key'] : [])]
  const ordered = [...parts].filter((part) => part !== 'key' && part !== 'enabled_providers')
  const last = ['enabled_providers', 'key'].filter((part) => parts.has(part))
  return [...ordered, ...some, ...last]
}

function partOf({ target, pointer }: ChangedPath): string {
  const path = fromPointer(pointer)
  if (target !== 'config') return 'key'
  if (path[0] !== 'provider') return path[0] ?? ''
  const [, , field, name] = path
  if (field === undefined) return WHOLE_BLOCK
  return name !== undefined && (field === 'models' || field === 'options')
    ? `${field}.${name}`
    : field
}

const VERBS = [
  ['create', 'created', 'to create'],
  ['update', 'updated', 'to update'],
  ['delete', 'deleted', 'to delete'],
] as const

/** `2 created, 1 deleted`; empty when nothing but adoptions. */
export function countChanges(
  changes: readonly Pick<Change, 'action'>[],
  tense: 'done' | 'planned',
): string {
  const counts = VERBS.flatMap(([action, done, planned]) => {
    const count = changes.filter((change) => change.action === action).length
    return count === 0 ? [] : [`${count} ${tense === 'done' ? done : planned}`]
  })
  return counts.join(', ')
}

/** The lines that say which files a run is about. */
export function renderPlaces(
  machine: Machine,
  places: readonly (readonly [string, string])[],
  paint: Paint,
): string {
  const width = Math.max(...places.map(([name]) => name.length))
  return places
    .map(([name, file]) => `${paint.dim(name.padEnd(width))}  ${displayPath(machine, file)}\n`)
    .join('')
}
