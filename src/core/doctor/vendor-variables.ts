import { BUNDLED_ADAPTERS, fallbackVariables } from '../adapters.ts'
import { isSecretName } from '../import/block-key.ts'
import type { Catalogue } from './scene.ts'
import { isVendors } from './vendor-hosts.ts'

/** GitHub's token is good at more places than the catalogue has. */
const GITHUB = /(?:^|\.)(?:github\.(?:com|ai)|githubcopilot\.com|ghe\.com|azure\.com)$/

/**
 * Whether a variable holds the key of a vendor, and a URL leads to somebody else. False also where it cannot be told
 * who the vendor is: adapters and the catalogue name the variables and the hosts.
 */
export function isForeignTo(catalogue: Catalogue, name: string, url: string): boolean {
  // Regions, resources and accounts stand in variables of the same lists.
  if (!isSecretName(name) || !URL.canParse(url)) return false
  const { hostname } = new URL(url)
  if (/^(?:GITHUB|GH)_TOKEN$/.test(name)) return !GITHUB.test(hostname)
  const adapters = BUNDLED_ADAPTERS.filter((npm) => fallbackVariables(npm).includes(name))
  const ids = idsWith(catalogue).get(name) ?? []
  const isKnown = adapters.length > 0 || ids.some((id) => hasHost(catalogue, id))
  if (!isKnown || adapters.some((npm) => isVendors(url, npm))) return false
  return !ids.some((id) => {
    const address = catalogue.address?.(id)
    const adapter = catalogue.adapter?.(id)
    const isSame = address !== undefined && URL.canParse(address) && siteOf(address) === siteOf(url)
    return isSame || (adapter !== undefined && isVendors(url, adapter))
  })
}

/** The ids of each catalogue by the variables that they take keys from: thousands of values may ask. */
const known = new WeakMap<Catalogue, ReadonlyMap<string, readonly string[]>>()

function idsWith(catalogue: Catalogue): ReadonlyMap<string, readonly string[]> {
  const found = known.get(catalogue)
  if (found !== undefined) return found
  const ids = new Map<string, string[]>()
  for (const id of catalogue.ids()) {
    for (const name of catalogue.variables(id) ?? []) {
      const others = ids.get(name)
      if (others === undefined) ids.set(name, [id])
      else others.push(id)
    }
  }
  known.set(catalogue, ids)
  return ids
}

/** One with a variable in its host is each customer's own. */
function hasHost({ address }: Catalogue, id: string): boolean {
  const found = address?.(id)
  return found !== undefined && !found.includes('{') && URL.canParse(found)
}

/** The part of a host that somebody registers, as far as that shows: `example.com`, `example.com.cn`. */
function siteOf(url: string): string {
  const form = /[^.]+\.(?:(?:ac|co|com|edu|gov|net|org)\.[a-z]{2}|[^.]+)$/
  const { hostname } = new URL(url)
  return form.exec(hostname)?.[0] ?? hostname
}
