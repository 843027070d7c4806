import { describe, expect, test } from 'vitest'
import { findLeaks } from '../support/canary.ts'
import { sourceScenes } from '../support/canary-source-scenes.ts'
import { need } from '../support/tools.ts'

const tools = await need('secret-service')
describe.skipIf(tools.skip)(`what a key source gives is never shown${tools.note}`, () => {
  for (const scene of sourceScenes) {
    test(`with ${scene.name}`, async () => {
      expect(await findLeaks(scene)).toEqual([])
    })
  }
})
