import type { Severity } from '../../diagnostic.ts'
import { objectAt } from '../../json.ts'
import { isPlaceholder, tellsSecret } from '../../import/block-key.ts'
import { urlProblem } from '../../manifest/check-url.ts'
import type { UrlProblem } from '../../manifest/check-url.ts'
import { quote } from '../../manifest/words.ts'
import { isIncomplete, mayHaveMore } from '../certainty.ts'
import { nameSome } from '../name-some.ts'
import { optionNamed } from '../option-names.ts'
import { DEFAULT_ADAPTER } from '../providers-in.ts'
import { adapterOfModel } from '../adapters-in.ts'
import { addressesOf, modelsWithoutAddress } from '../addresses-in.ts'
import type { Address } from '../addresses-in.ts'
import { repairOf } from '../config-repair.ts'
import { mergedAt, nameOf, placeOf, textAt } from '../merged-config.ts'
import { atName, atValue } from '../rule.ts'
import type { Found, Rule } from '../rule.ts'
import type { Scene, SceneProvider } from '../scene.ts'

const noBaseUrl: Rule = {
  code: 'no-base-url',
  severity: 'error',
  title: 'a provider of your own without an address',
  cause: 'OpenCode sends its requests to "undefined/chat/completions", which is no address',
  fix: 'set "baseURL" among its options',
  source: 'contract 8; survey 4',
  check: (scene) => {
    if (isIncomplete(scene)) return []
    const judged = mayHaveMore(scene) ? { severity: 'warning' as const } : {}
    return scene.providers.flatMap((provider): Found[] => {
      if (provider.inCatalogue || isMisspelt(provider)) return []
      const lost = modelsWithoutAddress(provider).filter((model) =>
        needsAddress(scene, provider, adapterOfModel(provider, model)),
      )
      const [first] = lost
      if (first === undefined) return []
      const { id, node, models } = provider
      const names = nameSome(lost.map(({ key }) => key))
      const isWhole = lost.length === models.length
      const empty = mergedAt(node, ['options', 'baseURL'])
      const isEmpty = empty?.value === ''
      return [
        {
          message: isEmpty
            ? `the "baseURL" of ${quote(id)} is empty`
            : isWhole
              ? `${quote(id)} has no address`
              : `${quote(id)} has no address for ${names}`,
          ...(isEmpty
            ? { cause: 'OpenCode sends its requests to "/chat/completions", which is no address' }
            : {}),
          fix: `set "baseURL" among the options of ${quote(id)}`,
          ...judged,
          provider: id,
          at: isEmpty ? atValue(placeOf(empty)) : atName(placeOf(isWhole ? node : first.node)),
        },
      ]
    })
  },
}

/** Whether the address is there under another name, which is told of for that. */
function isMisspelt({ block }: SceneProvider): boolean {
  const names = [...Object.keys(block), ...Object.keys(objectAt(block, 'options'))]
  return names.some((name) => name !== 'baseURL' && optionNamed(name) === 'baseURL')
}

/** Of the adapters that OpenCode brings, the others have their vendor's address, or are no use without a region. */
function needsAddress(
  { machine }: Scene,
  { node }: SceneProvider,
  npm: string | undefined,
): boolean {
  if (npm === DEFAULT_ADAPTER) return true
  if (npm !== '@ai-sdk/azure') return false
  const named = textAt(node, ['options', 'resourceName']) ?? machine.env('AZURE_RESOURCE_NAME')
  return (named ?? '') === ''
}

const urlInvalid: Rule = {
  code: 'url-invalid',
  severity: 'error',
  title: 'an address that is no URL, or that has a user name or password in it',
  cause: 'OpenCode makes its requests to the text as it stands: none gets to a server',
  fix: 'write an address as "https://llm.example.com/v1"',
  source: 'contract 8',
  check: (scene) =>
    perProvider(scene, (address) => {
      const { url, raw } = address
      const problem = url === undefined ? undefined : urlProblem(url)
      if (url === undefined || problem === undefined) return undefined
      const isSecret = problem.code === 'url-user-info'
      const mayShow = url === raw && !tellsSecret(url) && !/[?@]/.test(url)
      return {
        message: (id) =>
          isSecret
            ? `the address of ${quote(id)} has a user name or password in it`
            : `the address of ${quote(id)} is wrong: ${problem.message}`,
        // OpenCode 1.18.33 sends requests there all the same.
        ...(isSecret ? { severity: 'warning' } : {}),
        cause: isSecret
          ? 'OpenCode leaves them out of its requests, and addresses are printed, logged and shared'
          : urlInvalid.cause,
        fix: fixOf(problem, url, mayShow),
      }
    }),
}

function fixOf({ code, hint }: UrlProblem, url: string, mayShow: boolean): string {
  if (code === 'url-user-info') {
    return 'take it out of the address; a key belongs into "apiKey" or auth.json'
  }
  if (/\s/.test(url)) return 'take the white space out'
  return mayShow && hint !== undefined ? hint : urlInvalid.fix
}

/** What adapters append to an address themselves. `/models` alone is an address at Azure. */
const ENDPOINT =
  /\/(?:chat\/completions|completions|responses|messages|embeddings|v\d[\da-z]*\/models)\/*$/

const urlEndpoint: Rule = {
  code: 'url-endpoint',
  severity: 'error',
  title: 'an address that ends in an endpoint',
  cause: 'OpenCode appends the endpoint itself, and the server has no "/chat/completions" twice',
  fix: 'cut the address off before the endpoint',
  source: 'contract 5',
  check: (scene) =>
    perProvider(scene, ({ url, raw }) => {
      const found = pathMatch(url, ENDPOINT)
      if (found === undefined) return undefined
      const end = /\/models\/*$/.test(found) ? '/models' : found.replace(/\/+$/, '')
      const cut = raw.replace(new RegExp(`${end}/*$`), '')
      return {
        message: (id) => `the address of ${quote(id)} ends in "${end}"`,
        fix: `cut it off before "${end}"`,
        value: cut === raw || !/^https?:\/\/[^/]/i.test(cut) ? undefined : cut,
      }
    }),
}

/** The same part of a path twice, with a version in it: `/v1/v1`, `/api/v1/api/v1`. */
const DOUBLED = /((?:\/[\w.-]+){0,3}?\/v\d[\da-z]*)\1\/*$/

const urlDoubled: Rule = {
  code: 'url-doubled',
  severity: 'error',
  title: 'an address with its path twice',
  cause: 'the server knows no such path, and answers 404 or with a page',
  fix: 'leave one of the two',
  source: 'contract 5',
  check: (scene) =>
    perProvider(scene, ({ url, raw }) => {
      if (pathMatch(url, DOUBLED) === undefined) return undefined
      const [, part = ''] = DOUBLED.exec(url ?? '') ?? []
      const once = raw.replace(DOUBLED, '$1')
      return {
        message: (id) => `the address of ${quote(id)} has "${part}" twice`,
        fix: `leave one "${part}"`,
        value: once === raw ? undefined : once,
      }
    }),
}

/** What is wrong with one address. */
export interface AddressFault {
  readonly message: (id: string) => string
  readonly cause?: string
  readonly fix: string
  readonly severity?: Severity
  /** What is to stand there instead, where that is certain. */
  readonly value?: string | undefined
}

/** One finding for each provider with an address that has the fault, at the first of these. */
export function perProvider(
  scene: Scene,
  faultOf: (address: Address, provider: SceneProvider) => AddressFault | undefined,
): readonly Found[] {
  return scene.providers.flatMap((provider): Found[] => {
    const faulty = addressesOf(scene, provider).flatMap((address) => {
      const fault = isUnwritten(address) ? undefined : faultOf(address, provider)
      return fault === undefined ? [] : [{ address, fault }]
    })
    const [first] = faulty
    if (first === undefined) return []
    const { value: _, message, ...said } = first.fault
    const values = faulty.map(({ address: { node }, fault: { value } }) => ({ node, value }))
    const others = faulty.length - 1
    const more = others === 0 ? '' : ` (and ${others} more of its models')`
    return [
      {
        ...said,
        message: `${message(provider.id)}${whose(first.address)}${more}`,
        provider: provider.id,
        at: atValue(placeOf(first.address.node)),
        ...repairOf(
          values.flatMap(({ node, value }) => (value === undefined ? [] : [{ node, value }])),
        ),
      },
    ]
  })
}

/** Whether it is still what a template was to fill in, which is told of for that. */
function isUnwritten({ raw }: Address): boolean {
  return isPlaceholder(raw.replaceAll(/\{(?:env|file):[^{}]*\}/g, '')) || raw.includes('{{')
}

function whose({ node, isOfModels }: Address): string {
  if (!isOfModels) return ''
  const model = node.path.at(-3)
  return model === undefined || nameOf(node) !== 'api' ? '' : `, at its model ${quote(model)}`
}

/** The part of a URL's path that has this form; a query and a fragment are no part of it. */
export function pathMatch(url: string | undefined, form: RegExp): string | undefined {
  if (url === undefined || urlProblem(url) !== undefined || /[?#]/.test(url)) return undefined
  const path = url.replace(/^[a-z]+:\/\/[^/]*/i, '')
  return form.exec(path)?.[0]
}

export const addressFormRules: readonly Rule[] = [noBaseUrl, urlInvalid, urlEndpoint, urlDoubled]
