import { describe, expect, test } from 'vitest'
import { findLeaks } from '../support/canary.ts'
import { offerScenes } from '../support/canary-offer-scenes.ts'
import { need } from '../support/tools.ts'

const tools = await need('secret-service')
describe.skipIf(tools.skip)(
  `a key that a server repeats where its models are is never shown${tools.note}`,
  () => {
    for (const scene of offerScenes) {
      test(`with ${scene.name}`, async () => {
        expect(await findLeaks(scene)).toEqual([])
      })
    }
  },
)
