import type { Severity } from '../diagnostic.ts'
import type { Finding } from './finding.ts'
import type { At, Found, Repair, Rule } from './rule.ts'
import { RULES } from './rules.ts'
import type { Scene } from './scene.ts'

/** A finding, and what `--fix` does about it. */
export interface Diagnosis {
  readonly finding: Finding
  readonly repair: Repair | undefined
}

/** Ask every rule. */
export function diagnose(scene: Scene, rules: readonly Rule[] = RULES): readonly Diagnosis[] {
  const places = new Map<string, readonly number[]>()
  const found = rules.flatMap((rule) =>
    rule.check(scene).map((one): Diagnosis => {
      return { finding: findingOf(rule, one, places), repair: one.repair }
    }),
  )
  return found
}

function findingOf(
  { code, severity, cause, fix, source }: Rule,
  found: Found,
  places: Map<string, readonly number[]>,
): Finding {
  const { provider, at } = found
  return {
    code,
    severity: found.severity ?? severity,
    ...(provider === undefined ? {} : { provider }),
    ...(at === undefined ? {} : positionOf(at, places)),
    message: found.message,
    cause: found.cause ?? cause,
    fix: found.fix ?? fix,
    source,
  }
}

function positionOf(
  { file, text, offset }: At,
  places: Map<string, readonly number[]>,
): Pick<Finding, 'file' | 'line' | 'column'> {
  if (text === undefined || offset === undefined) return { file }
  let starts = places.get(text)
  if (starts === undefined) {
    starts = lineStarts(text)
    places.set(text, starts)
  }
  const line = lastUpTo(starts, offset)
  return { file, line: line + 1, column: offset - (starts[line] ?? 0) + 1 }
}

/** Where each line begins. A byte order mark takes no column. */
function lineStarts(text: string): readonly number[] {
  const breaks = [...text.matchAll(/\r\n?|\n/g)].map((found) => found.index + found[0].length)
  return [text.startsWith('\uFEFF') ? 1 : 0, ...breaks]
}

/** The index of the last start that is not behind an offset. */
function lastUpTo(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low
}

const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 }

/** What is worst comes first, and then file by file. */
export function compareFindings(a: Finding, b: Finding): number {
  const rank = RANK[a.severity] - RANK[b.severity]
  if (rank !== 0) return rank
  const [one, other] = [a.file ?? '', b.file ?? '']
  if (one !== other) return one < other ? -1 : 1
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)
}
