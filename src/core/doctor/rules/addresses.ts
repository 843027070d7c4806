import type { Rule } from '../rule.ts'
import { whileShown } from '../while-shown.ts'
import { adapterRules } from './adapters.ts'
import { addressFormRules } from './address-form.ts'
import { addressProtocolRules } from './address-protocol.ts'

export const addressRules: readonly Rule[] = [
  ...addressFormRules,
  ...addressProtocolRules,
  ...adapterRules,
].map(whileShown)
