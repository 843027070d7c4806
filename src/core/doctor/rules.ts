import { addressRules } from './rules/addresses.ts'
import { authRules } from './rules/auth.ts'
import { configFileRules } from './rules/config-files.ts'
import { installedRules } from './rules/installed.ts'
import { keyRules } from './rules/keys.ts'
import { limitRules } from './rules/limits.ts'
import { managedRules } from './rules/managed.ts'
import { modelRules } from './rules/models.ts'
import { otherFileRules } from './rules/other-files.ts'
import { providerRules } from './rules/providers.ts'
import { schemaRules } from './rules/schema.ts'
import { secretRules } from './rules/secrets.ts'
import type { Rule } from './rule.ts'

/** Rules in groups, as docs/doctor.md has them. */
export const RULE_GROUPS: readonly { readonly title: string; readonly rules: readonly Rule[] }[] = [
  { title: 'Files of configuration', rules: configFileRules },
  { title: 'Files that OpenCode reads beside them', rules: otherFileRules },
  { title: 'Fields', rules: schemaRules },
  { title: 'Providers', rules: providerRules },
  { title: 'Models', rules: modelRules },
  { title: 'Limits, cost and capabilities', rules: limitRules },
  { title: 'Addresses and adapters', rules: addressRules },
  { title: 'Keys', rules: keyRules },
  { title: 'Secrets in plain text', rules: secretRules },
  { title: 'auth.json', rules: authRules },
  { title: 'OpenCode on this machine', rules: installedRules },
  { title: 'What opgen keeps', rules: managedRules },
]

export const RULES: readonly Rule[] = RULE_GROUPS.flatMap(({ rules }) => rules)
