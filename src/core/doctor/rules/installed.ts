import type { Rule } from '../rule.ts'

export const installedRules: readonly Rule[] = []
