import type { Rule } from '../rule.ts'
import { configRoot, configType } from './field-types.ts'
import { optionSpelling } from './option-spelling.ts'
import { unknownField } from './unknown-fields.ts'

export const schemaRules: readonly Rule[] = [configRoot, configType, unknownField, optionSpelling]
