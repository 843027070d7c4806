import type { Rule } from '../rule.ts'

export const addressRules: readonly Rule[] = []
