import { describe, expect, test } from 'vitest'
import { findLeaks } from '../support/canary.ts'
import { liveScenes } from '../support/canary-live-scenes.ts'
import { need } from '../support/tools.ts'

const tools = await need('secret-service')
describe.skipIf(tools.skip)(`a key that a server repeats is never shown${tools.note}`, () => {
  for (const scene of liveScenes) {
    test(`with ${scene.name}`, async () => {
      expect(await findLeaks(scene)).toEqual([])
    })
  }
})
