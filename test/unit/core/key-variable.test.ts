import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { keyVariable } from '../../../src/core/key-variable.ts'

describe('keyVariable', () => {
  test.each([
    ['haimaker', 'OPGEN_KEY_HAIMAKER'],
    ['my-gw.eu', 'OPGEN_KEY_MY_GW_EU'],
    ['my_gw_eu', 'OPGEN_KEY_MY_GW_EU'],
    ['302ai', 'OPGEN_KEY_302AI'],
  ])('of %s is %s', (id, variable) => {
    expect(keyVariable(id)).toBe(variable)
  })

  test('is a name that every shell can export, whatever the id', () => {
    fc.assert(
      fc.property(fc.string(), (id) => {
        expect(keyVariable(id)).toMatch(/^OPGEN_KEY_[A-Z0-9_]*$/)
      }),
    )
  })
})
