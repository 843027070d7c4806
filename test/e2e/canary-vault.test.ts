import { describe, expect, test } from 'vitest'
import { findLeaks } from '../support/canary.ts'
import { openers, vaultScenes } from '../support/canary-vault-scenes.ts'
import { need } from '../support/tools.ts'

const tools = await need('secret-service')
describe.skipIf(tools.skip)(`neither key nor passphrase nor identity is shown${tools.note}`, () => {
  for (const scene of vaultScenes) {
    test(`with ${scene.name}`, async () => {
      expect(await findLeaks(scene, openers)).toEqual([])
    })
  }
})
