import type { Rule } from '../rule.ts'

export const otherFileRules: readonly Rule[] = []
