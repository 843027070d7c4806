import type { Rule } from '../rule.ts'
import { authFileRules } from './auth-file.ts'
import { authIdRules } from './auth-ids.ts'
import { authKeyRules } from './auth-keys.ts'
import { authLoginRules } from './auth-logins.ts'

export const authRules: readonly Rule[] = [
  ...authFileRules,
  ...authLoginRules,
  ...authIdRules,
  ...authKeyRules,
]
