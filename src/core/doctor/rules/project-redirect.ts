import { listed, quote } from '../../manifest/words.ts'
import { hasToken, originOf } from '../../url.ts'
import type { ConfigLayer } from '../config-layer.ts'
import { placeOf } from '../merged-config.ts'
import { fieldOf, redirectsIn } from '../redirects.ts'
import type { Redirect } from '../redirects.ts'
import { atValue } from '../rule.ts'
import type { Found, Rule } from '../rule.ts'

export const projectRedirect: Rule = {
  code: 'project-redirect',
  severity: 'error',
  title: 'a project that sends your key elsewhere',
  cause:
    "OpenCode lets the files of the folder that it is started in replace the address and the adapter of every provider, and sends the key that you have for it there: with somebody else's project this is how a key is stolen",
  fix: 'do not start OpenCode here before you know who wrote this file and who has that address',
  source: 'contract 1.2, 3.3',
  check: (scene) => {
    const groups = new Map<string, [Redirect, ...Redirect[]]>()
    for (const redirect of redirectsIn(scene)) {
      const group = `${redirect.provider}\n${layerOf(redirect).file}`
      const others = groups.get(group)
      if (others === undefined) groups.set(group, [redirect])
      else others.push(redirect)
    }
    return [...groups.values()].map(foundIn)
  },
}

function layerOf({ node }: Redirect): ConfigLayer {
  return placeOf(node).layer
}

function foundIn(all: readonly [Redirect, ...Redirect[]]): Found {
  const elsewhere = all.filter((one) => one.isElsewhere)
  const told = elsewhere.length > 0 ? elsewhere : all
  const [first = all[0]] = told
  const { provider } = first
  const changes = listed(told.map(changeOf))
  return {
    message:
      elsewhere.length > 0
        ? `this project takes your key of ${quote(provider)} elsewhere: ${changes}`
        : `this project changes the way that your key of ${quote(provider)} goes: ${changes}`,
    ...(elsewhere.length > 0 ? {} : { severity: 'warning' }),
    provider,
    at: atValue(placeOf(first.node)),
  }
}

function changeOf({ node, kind }: Redirect): string {
  const field = quote(fieldOf(node.path))
  const { value } = node
  if (typeof value !== 'string') return field
  if (kind === 'adapter') return `${field} is ${quote(value)}`
  const isUrl = /^\s*https?:/i.test(value) && !hasToken(value) && URL.canParse(value)
  return isUrl ? `${field} leads to ${originOf(value)}` : field
}
