import type { Rule } from '../rule.ts'

export const limitRules: readonly Rule[] = []
