import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { succeeds } from '../support/opgen.ts'
import { contentOf, readTree } from '../support/tree.ts'
import { injecting, readChanges, runInjected, type Refusal } from './inject.ts'
import { stories, THROUGH_AUTH, type Story } from './kill-stories.ts'
import { atEach, setStages, type Call, type Stages } from './at-each-call.ts'
import {
  differences,
  leftOvers,
  openCodeObjections,
  runStep,
  strayKeys,
  targetsIn,
  unsuccessful,
  withoutCache,
} from './world.ts'

const chosen = ['a first apply', 'an apply that updates', 'a destroy']
const told = stories.filter(({ name }) => chosen.includes(name))

describe.each(told)('$name', (story) => {
  test('that is refused any single call leaves all as it was, or is done all the same', async () => {
    const { stages, calls, after } = await prepare(story)
    const disturbing = calls.slice(firstChange(calls)).filter(({ name }) => name !== 'rmdirSync')
    const found = await atEach(stages, disturbing, async (stage, call) => {
      const { sandbox, before } = stage
      const code = codeFor(call)
      const refusal: Refusal = { at: call.at, how: 'refuse', code, below: sandbox.home }
      const outcome = await runInjected(sandbox, story.killed, injecting({ refusal }))
      const left = readTree(sandbox.home)
      if (outcome.status === 0) {
        return [...differences('it made', after, targetsIn(left)), ...leftOvers(left)]
      }
      return [
        ...(outcome.status === 1 ? [] : [`exit ${outcome.status}: ${outcome.stderr}`]),
        ...(outcome.stdout === '' ? [] : [`it says ${outcome.stdout}`]),
        ...(outcome.stderr.includes(sandbox.home) ? [] : [`no path: ${outcome.stderr}`]),
        ...differences('it left', contentOf(withoutCache(before)), contentOf(withoutCache(left))),
      ]
    })
    expect(found).toEqual([])
    expect(disturbing.length).toBeGreaterThan(60)
  })

  test('on a disk that is full from any call on is gone on with when it is not', async () => {
    const { stages, calls, after } = await prepare(story)
    const known = new Set<string>()
    const found = await atEach(stages, calls.filter(needsSpace), async (stage, { at }) => {
      const { sandbox } = stage
      const refusal: Refusal = { at, how: 'all', code: 'ENOSPC', below: sandbox.home }
      const outcome = await runInjected(sandbox, story.killed, injecting({ refusal }))
      const left = readTree(sandbox.home)
      const problems = [
        ...(outcome.status === 0 || outcome.stderr.includes('no space left to write')
          ? []
          : [`exit ${outcome.status}: ${outcome.stderr}`]),
        ...openCodeObjections(left, THROUGH_AUTH),
        ...leftOvers(left),
        ...strayKeys(left),
      ]
      const what = JSON.stringify(targetsIn(left))
      if (known.has(what)) return problems
      known.add(what)
      const recovered = await runStep(sandbox, story.recovery)
      const end = readTree(sandbox.home)
      return [
        ...problems,
        ...unsuccessful('the next one', recovered),
        ...differences('the next one made', after, targetsIn(end)),
      ]
    })
    expect(found).toEqual([])
  })
})

/** Until then there is nothing to leave half done. */
function firstChange(calls: readonly Call[]): number {
  return calls.findIndex(({ name }) => name === 'openSync' || name === 'mkdirSync')
}

function needsSpace({ name }: Call): boolean {
  return ['openSync', 'writeFileSync', 'mkdirSync'].includes(name)
}

/** What each call may well be refused with. */
function codeFor(call: Call): string {
  if (call.name === 'writeFileSync' || call.name === 'mkdirSync') return 'ENOSPC'
  return call.at % 2 === 0 ? 'EACCES' : 'EIO'
}

async function prepare(story: Story): Promise<{
  readonly stages: Stages
  readonly calls: readonly Call[]
  readonly after: Readonly<Record<string, string>>
}> {
  const stages = await setStages(story)
  const { sandbox } = stages[0]
  const log = join(sandbox.folder, 'calls')
  const observing = injecting({ log, targets: [], below: sandbox.home })
  await succeeds(runInjected(sandbox, story.killed, observing))
  const calls = (await readChanges(log)).map(({ name, path }, index): Call => {
    return { at: index + 1, name, what: `${name} ${path.replace(sandbox.folder, '')}` }
  })
  return { stages, calls, after: targetsIn(readTree(sandbox.home)) }
}
