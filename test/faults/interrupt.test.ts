import { join } from 'node:path'
import { expect, test } from 'vitest'
import { succeeds } from '../support/opgen.ts'
import { contentOf, readTree } from '../support/tree.ts'
import { atEach, setStages, type Call } from './at-each-call.ts'
import { injecting, readChanges, runInjected } from './inject.ts'
import { stories } from './kill-stories.ts'
import { differences, leftOvers, targetsIn } from './world.ts'

const told = stories.filter(({ name }) => name === 'an apply that updates')

test.each(told)('$name, interrupted at any change, is done or never began', async (story) => {
  const stages = await setStages(story)
  const { sandbox } = stages[0]
  const log = join(sandbox.folder, 'calls')
  await succeeds(runInjected(sandbox, story.killed, injecting({ log, targets: [] })))
  const after = targetsIn(readTree(sandbox.home))
  const calls = (await readChanges(log)).map(({ name, path }, index): Call => {
    return { at: index + 1, name, what: `${name} ${path}` }
  })

  const done: number[] = []
  const found = await atEach(stages, calls, async (stage, { at, what }) => {
    const { home } = stage.sandbox
    const interruption = injecting({ interruptAt: at })
    const outcome = await runInjected(stage.sandbox, story.killed, interruption)
    const left = readTree(home)
    if (outcome.status === 130) {
      done.push(at)
      return [
        ...(outcome.stdout.includes('Applied: ') ? [] : [`it says ${outcome.stdout}`]),
        ...differences('it made', after, targetsIn(left)),
        ...leftOvers(left),
      ]
    }
    // A signal ends a program that has nothing in hand at once.
    return [
      ...(outcome.status === -1 ? [] : [`exit ${outcome.status}: ${outcome.stderr}`]),
      ...(what.includes('/.cache/')
        ? differences('it made', after, targetsIn(left))
        : differences('it left', contentOf(stage.before), contentOf(left))),
    ]
  })

  expect(found).toEqual([])
  expect(done.length).toBeGreaterThan(30)
})
