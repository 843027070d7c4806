import { hidingLists } from './provider-lists.ts'
import type { Found, Rule } from './rule.ts'

/**
 * A rule about what comes of asking a provider. OpenCode asks nothing of one that is hidden: what is found there is
 * a note, and a model of it that is in use is told of for that.
 */
export function whileShown(rule: Rule): Rule {
  return {
    ...rule,
    check: (scene) => {
      const hiding = hidingLists(scene)
      return rule.check(scene).map((found): Found => {
        const { provider } = found
        const isHidden = provider !== undefined && hiding(provider) !== undefined
        return isHidden ? { ...found, severity: 'info' } : found
      })
    },
  }
}
