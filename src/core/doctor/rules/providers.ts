import type { Rule } from '../rule.ts'

export const providerRules: readonly Rule[] = []
