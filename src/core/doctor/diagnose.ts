import type { Severity } from '../diagnostic.ts'
import { positionFinder } from '../positions.ts'
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
  const positionOf = positionFinder()
  const found = rules.flatMap((rule) =>
    rule.check(scene).map((one): Diagnosis => {
      return { finding: findingOf(rule, one, positionOf), repair: one.repair }
    }),
  )
  return found
}

type PositionOf = ReturnType<typeof positionFinder>

function findingOf(
  { code, severity, cause, fix, source }: Rule,
  found: Found,
  positionOf: PositionOf,
): Finding {
  const { provider, at } = found
  return {
    code,
    severity: found.severity ?? severity,
    ...(provider === undefined ? {} : { provider }),
    ...(at === undefined ? {} : placeOf(at, positionOf)),
    message: found.message,
    cause: found.cause ?? cause,
    fix: found.fix ?? fix,
    source,
  }
}

function placeOf(
  { file, text, offset }: At,
  positionOf: PositionOf,
): Pick<Finding, 'file' | 'line' | 'column'> {
  if (text === undefined || offset === undefined) return { file }
  return { file, ...positionOf(text, offset) }
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
