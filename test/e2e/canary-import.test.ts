import { describe, expect, test } from 'vitest'
import { findLeaks } from '../support/canary.ts'
import { importScenes } from '../support/canary-import-scenes.ts'
import { need } from '../support/tools.ts'

const tools = await need('secret-service')
describe.skipIf(tools.skip)(`a key in a setup that is imported is never shown${tools.note}`, () => {
  for (const scene of importScenes) {
    test(`with ${scene.name}`, async () => {
      expect(await findLeaks(scene)).toEqual([])
    })
  }
})
