import { describe, expect, test } from 'vitest'
import { findLeaks } from '../support/canary.ts'
import { scenes } from '../support/canary-scenes.ts'
import { need } from '../support/tools.ts'

const tools = await need('secret-service')
describe.skipIf(tools.skip)(`a key is never shown${tools.note}`, () => {
  for (const scene of scenes) {
    test(`with ${scene.name}`, async () => {
      expect(await findLeaks(scene)).toEqual([])
    })
  }
})
