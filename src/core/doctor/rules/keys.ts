import type { Rule } from '../rule.ts'
import { whileShown } from '../while-shown.ts'
import { keyFileRules } from './key-files.ts'
import { keySourceRules } from './key-sources.ts'
import { keyValueRules } from './key-values.ts'
import { keyVariableRules } from './key-variables.ts'

export const keyRules: readonly Rule[] = [
  ...[...keyVariableRules, ...keyValueRules].map(whileShown),
  ...keyFileRules,
  ...keySourceRules.map(whileShown),
]
