import type { ActualFile } from '../core/plan/actual.ts'
import { filesOf } from '../core/plan/actual.ts'
import type { FilePlan } from '../core/plan/plan.ts'
import { OpgenError } from '../errors.ts'
import type { Files, System } from '../system/system.ts'
import type { Planned } from './planned.ts'
import { removesEntries, writingEdits } from './render-target.ts'
import { renderStep } from './write-targets.ts'
import type { Step } from './write-targets.ts'

/**
 * The replacements and removals of a plan in their order, each rendered and proved once.
 *
 * @throws OpgenError `template-target` for what a link leads to
 * @throws InvalidInput when a duplicate key makes it unclear which value is meant
 */
export async function makeSteps(planned: Planned, system: System): Promise<readonly Step[]> {
  const steps: Step[] = []
  for (const [plan, edits] of inOrder(planned.plan.files)) {
    const step = await makeStep(planned, system, { ...plan, edits })
    if (step.action === 'write') renderStep(step)
    steps.push(step)
  }
  return steps
}

type Ordered = readonly [FilePlan, FilePlan['edits']]

/** A provider must never stand in the config without its key: keys come first and go last. */
function inOrder(files: readonly FilePlan[]): readonly Ordered[] {
  const of = (target: FilePlan['target']): readonly FilePlan[] =>
    files.filter((plan) => plan.target === target)
  const keyFiles = of('keyfile')
  const auth = of('auth')
  const first = auth.filter((plan) => writingEdits(plan).length > 0)
  return [
    ...keyFiles.filter(({ action }) => action !== 'remove').map(whole),
    ...first.map((plan): Ordered => [plan, isLast(plan) ? writingEdits(plan) : plan.edits]),
    ...of('config').map(whole),
    ...auth.filter(isLast).map(whole),
    ...keyFiles.filter(({ action }) => action === 'remove').map(whole),
  ]
}

function whole(plan: FilePlan): Ordered {
  return [plan, plan.edits]
}

function isLast(plan: FilePlan): boolean {
  return plan.action === 'remove' || removesEntries(plan)
}

async function makeStep(
  { actual, recorded, secrets, saved }: Planned,
  system: System,
  plan: FilePlan,
): Promise<Step> {
  const file = filesOf(actual).find(({ path }) => path === plan.path)
  if (file === undefined) throw new Error('a planned file that was never read')
  const realPath = await realPathOf(file, system.files)
  if (realPath.endsWith('.tmpl')) throw new OpgenError({ code: 'template-target', path: realPath })
  return {
    file,
    realPath,
    before: await system.files.look(realPath),
    action: plan.action === 'remove' ? 'remove' : 'write',
    edits: plan.edits,
    facts: { secrets, saved, recorded: recorded.files[plan.path] },
  }
}

/** A key file that somebody made a link gives way itself: nothing is written where it leads. */
export async function realPathOf({ target, path }: ActualFile, files: Files): Promise<string> {
  return target === 'keyfile' ? path : await files.resolve(path)
}
