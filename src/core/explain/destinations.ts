import { isBundled } from '../adapters.ts'
import { mergedAt, membersAt, nameOf, placeOf, textAt } from '../doctor/merged-config.ts'
import type { MergedNode } from '../doctor/merged-config.ts'
import { isSecretName } from '../import/block-key.ts'
import { vendorURL } from '../live/adapters.ts'
import { classifyHost, hasToken, isPlainHttp, withoutTrailingSlashes } from '../url.ts'
import type { Context } from './context.ts'
import type { Destinations } from './explanation.ts'
import { requestPath } from './request.ts'
import { shownText } from './shown.ts'

const ADDRESS = ['options', 'baseURL']

/** Where the requests of a provider go, as OpenCode 1 sends them. */
export function destinationsOf(context: Context): Destinations {
  const { block, adapter } = context
  const node = addressNode(block)
  const text = typeof node?.value === 'string' ? node.value : catalogueAddress(context)
  const whole = text === undefined ? undefined : resolved(context, text)
  const path = adapter === undefined ? undefined : requestPath(adapter)
  const isWhole = whole !== undefined && !hasToken(whole) && URL.canParse(whole)
  return {
    adapter,
    isBundled: adapter === undefined || isBundled(adapter),
    address: text === undefined ? undefined : shownText(ADDRESS, text),
    addressOrigin: node === undefined ? undefined : context.originOf(placeOf(node)),
    request:
      isWhole && path !== undefined
        ? shownText(ADDRESS, `${withoutTrailingSlashes(whole)}${path}`)
        : undefined,
    others: otherModels(context),
    plain: plainness(whole),
  }
}

/** `options.baseURL`, and without it `api` (contract 2). */
function addressNode(block: MergedNode | undefined): MergedNode | undefined {
  const found = [ADDRESS, ['api']].map((path) => mergedAt(block, path))
  return found.find((node) => typeof node?.value === 'string')
}

function catalogueAddress({ scene, id, block }: Context): string | undefined {
  if (!scene.catalogue.has(id)) return undefined
  const npm = textAt(block, ['npm'])
  return scene.catalogue.address?.(id) ?? vendorURL({ id, npm })
}

/**
 * With its variables filled in: `{env:}` at reading, `${}` when a request is sent. What is a secret by its name, or
 * stands in a file, is left as it is.
 */
function resolved({ scene }: Context, text: string): string {
  const valueOf = (token: string, name: string): string =>
    isSecretName(name) ? token : (scene.machine.env(name) ?? '')
  return text.replaceAll(/\{env:([^{}]+)\}/g, valueOf).replaceAll(/\$\{([^{}]+)\}/g, valueOf)
}

function plainness(address: string | undefined): Destinations['plain'] {
  if (address === undefined || !isPlainHttp(address)) return 'no'
  const host = classifyHost(address)
  return host === 'loopback' ? 'no' : host
}

function otherModels({ block }: Context): Destinations['others'] {
  return membersAt(block, ['models']).flatMap((model) => {
    const own = ['npm', 'api'].flatMap((name) => textAt(model, ['provider', name]) ?? [])
    if (own.length === 0) return []
    return [{ model: nameOf(model), to: own.map((text) => shownText([], text)).join(' ') }]
  })
}
