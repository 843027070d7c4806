import { tokensIn } from '../../tokens.ts'
import { mergedAt, placeOf, textAt } from '../merged-config.ts'
import { atValue } from '../rule.ts'
import type { Found, Rule } from '../rule.ts'

const emptyVariable: Rule = {
  code: 'empty-variable',
  severity: 'error',
  title: 'a key from a variable that is not set',
  cause:
    'OpenCode 1 fills in nothing, and an empty `apiKey` still wins over auth.json: requests go out without a key',
  fix: 'set the variable where OpenCode is started, or take `apiKey` out',
  source: 'contract 1.5, 3.3; anomalyco/opencode#34388, #8665, #19946',
  check: ({ providers, machine }) =>
    providers.flatMap(({ id, node }): Found[] => {
      const at = mergedAt(node, ['options', 'apiKey'])
      const text = textAt(node, ['options', 'apiKey'])
      if (at === undefined || text === undefined) return []
      return tokensIn([text]).flatMap((token) => {
        if (token.kind !== 'env' || (machine.env(token.name) ?? '') !== '') return []
        return [
          {
            message: `"${id}" takes its key from ${token.name}, which is not set`,
            fix: `set ${token.name} where OpenCode is started, or take "apiKey" out`,
            provider: id,
            at: atValue(placeOf(at)),
          },
        ]
      })
    }),
}

export const keyRules: readonly Rule[] = [emptyVariable]
