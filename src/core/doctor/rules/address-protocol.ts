import { LOCAL_IDS } from '../../catalogue.ts'
import { isOpenPlace } from '../../destination.ts'
import { urlProblem } from '../../manifest/check-url.ts'
import { quote } from '../../manifest/words.ts'
import { classifyHost, withoutTrailingSlashes } from '../../url.ts'
import { addressesOf } from '../addresses-in.ts'
import { hasAnyKey } from '../keys-in.ts'
import { textAt } from '../merged-config.ts'
import type { Rule } from '../rule.ts'
import type { Scene, SceneProvider } from '../scene.ts'
import { perProvider } from './address-form.ts'
import type { AddressFault } from './address-form.ts'

const COMPATIBLE = '@ai-sdk/openai-compatible'
const OPENAI = '@ai-sdk/openai'
const ANTHROPIC = '@ai-sdk/anthropic'
const GOOGLE = '@ai-sdk/google'

/** Ports on which servers listen unless they are told another. */
const USUAL_PORTS: ReadonlyMap<string, string> = new Map([
  ['11434', 'Ollama'],
  ['1234', 'LM Studio'],
  ['8000', 'vLLM'],
  ['8080', 'llama.cpp'],
  ['4000', 'LiteLLM'],
  ['8317', 'CLIProxyAPI'],
])

/** Hosts whose addresses are complete without a path: OpenCode's catalogue, or its documentation, has them so. */
const BARE_HOSTS: readonly string[] = [
  'ai-gateway.helicone.ai',
  'api.deepseek.com',
  'api.githubcopilot.com',
  'api.perplexity.ai',
]

/** Servers that answer beside "/v1" as they do below it. */
const ANSWERS_BESIDE: ReadonlySet<string> = new Set(['LiteLLM', 'llama.cpp'])

/** Last parts of paths that are complete without a version: Open WebUI, gateways. */
const COMPLETE = /\/(?:api|openai|openapi|compat|gateway|inference|models|anthropic)$/

const urlVersion: Rule = {
  code: 'url-version',
  severity: 'warning',
  title: 'an address without a version in its path',
  cause: 'nearly every server of this kind answers below "/v1", and with 404 beside it',
  fix: 'append "/v1", unless the documentation of the server has the address without it',
  source: 'survey 2; contract 5',
  check: (scene) =>
    perProvider(scene, ({ url, adapters }, provider) => {
      const usual = [COMPATIBLE, OPENAI].some((npm) => adapters.has(npm))
      const isBeside = serversNamed(provider).some((server) => ANSWERS_BESIDE.has(server))
      return usual ? versionFault(url, isBeside) : undefined
    }),
}

function versionFault(url: string | undefined, isBeside: boolean): AddressFault | undefined {
  const place = partsOf(url)
  if (place === undefined) return undefined
  const { host, port, path, kind } = place
  if (/\/v\d/.test(path) || BARE_HOSTS.includes(host)) return undefined
  const server = kind === 'public' ? undefined : USUAL_PORTS.get(port)
  const isNative = path === '/api' && server === 'Ollama'
  if (path === '' && (isBeside || server === 'LiteLLM')) return undefined
  if (path !== '' && !isNative) {
    return COMPLETE.test(path) || /\/(?:chat\/completions|completions|responses)$/.test(path)
      ? undefined
      : {
          message: (id) => `the address of ${quote(id)} has no version, as "/v1"`,
          fix: 'see whether the server wants one; most do',
          severity: 'info',
        }
  }
  const what = isNative ? `is the API of ${server} itself` : 'has no path'
  return {
    message: (id) => `the address of ${quote(id)} ${what}`,
    fix: `${isNative ? 'write "/v1" instead of "/api"' : 'append "/v1"'}${
      server === undefined ? ', if the server answers there, as nearly all do' : ''
    }`,
    ...(kind === 'public' || server !== undefined ? {} : { severity: 'info' as const }),
  }
}

interface Parts {
  readonly host: string
  readonly port: string
  readonly path: string
  readonly kind: ReturnType<typeof classifyHost>
}

function partsOf(url: string | undefined): Parts | undefined {
  if (url === undefined || urlProblem(url) !== undefined || !URL.canParse(url)) return undefined
  const { hostname, port, pathname, search } = new URL(url)
  if (search !== '') return undefined
  const path = withoutTrailingSlashes(pathname)
  return { host: hostname, port, path, kind: classifyHost(url) }
}

const wrongProtocol: Rule = {
  code: 'wrong-protocol',
  severity: 'warning',
  title: 'an adapter that speaks another protocol than the address',
  cause: 'each adapter appends its own endpoint and sends its own kind of request',
  fix: 'take the adapter of the protocol, or the address for the adapter',
  source: 'contract 5; survey 4; anomalyco/opencode#5163',
  check: (scene) =>
    perProvider(scene, ({ url, adapters }) => {
      const place = partsOf(url)
      if (place === undefined) return undefined
      for (const npm of adapters) {
        const fault = protocolFault(place, npm)
        if (fault !== undefined) return fault
      }
      return undefined
    }),
}

function protocolFault(place: Parts, npm: string): AddressFault | undefined {
  const { host, path } = place
  if (host === 'generativelanguage.googleapis.com') return geminiFault(path, npm)
  if (host === 'api.openai.com' && (npm === ANTHROPIC || npm === GOOGLE)) {
    return another(npm, `OpenAI's own`, OPENAI)
  }
  // It has chat completions, too, beside its own protocol.
  if (host === 'api.anthropic.com' && (npm === OPENAI || npm === GOOGLE)) {
    return another(npm, `Anthropic's own`, ANTHROPIC)
  }
  const isAnthropic = host === 'api.anthropic.com' || /\/anthropic(?:\/v\d+)?$/.test(path)
  if (isAnthropic && [COMPATIBLE, OPENAI, GOOGLE].includes(npm)) {
    return host === 'api.anthropic.com' ? undefined : another(npm, `Anthropic's`, ANTHROPIC)
  }
  if (npm !== ANTHROPIC || /\/v\d[^/]*$|\/messages$/.test(path)) return undefined
  return {
    message: (id) => `the address of ${quote(id)} has no "/v1", and "${npm}" appends none`,
    fix: 'append "/v1": the adapter asks for "/messages" below the address',
  }
}

function geminiFault(path: string, npm: string): AddressFault | undefined {
  const isCompatible = path.endsWith('/openai')
  if (npm === COMPATIBLE && !isCompatible) {
    return {
      message: (id) => `${quote(id)} speaks chat completions to Gemini's own address`,
      fix: `append "${/\/v\d/.test(path) ? '' : '/v1beta'}/openai", or take "${GOOGLE}"`,
    }
  }
  if (npm === GOOGLE && isCompatible) {
    return {
      message: (id) => `${quote(id)} speaks Gemini's own protocol to chat completions`,
      fix: 'take "/openai" off the address',
    }
  }
  return npm === ANTHROPIC || npm === OPENAI ? another(npm, `Gemini's`, GOOGLE) : undefined
}

function another(npm: string, whose: string, right: string): AddressFault {
  return {
    message: (id) => `the address of ${quote(id)} is ${whose}, and "${npm}" does not speak it`,
    fix: `set "npm" to "${right}"`,
  }
}

const plainHttp: Rule = {
  code: 'plain-http',
  severity: 'warning',
  title: 'a key that is sent over plain http',
  cause: 'whoever is on the way to the server can read the key, and all that is said',
  fix: 'write "https://", if the server has it',
  source: 'contract 5',
  check: (scene) =>
    perProvider({ ...scene, providers: scene.providers.filter(hasOpenKey(scene)) }, ({ url }) =>
      url === undefined || !isOpenPlace(url)
        ? undefined
        : {
            message: (id) => `the key of ${quote(id)} goes over plain http`,
            fix: plainHttp.fix,
          },
    ),
}

/** Whether a provider has a key, and an address over which everybody could read it. */
function hasOpenKey(scene: Scene): (provider: SceneProvider) => boolean {
  return (provider) =>
    addressesOf(scene, provider).some(({ url }) => url !== undefined && isOpenPlace(url)) &&
    hasAnyKey(scene, provider)
}

/** What people call providers, by the server that they mean. */
const SERVER_NAMES: readonly (readonly [string, RegExp])[] = [
  ['Ollama', /\bollama\b/i],
  ['LM Studio', /\blm[-_ ]?studio\b/i],
  ['vLLM', /\bvllm\b/i],
  ['LiteLLM', /\blite[-_ ]?llm\b/i],
  ['llama.cpp', /\bllama[-_.]?cpp\b/i],
]

function serversNamed({ id, node }: SceneProvider): readonly string[] {
  const name = textAt(node, ['name']) ?? ''
  const meant = SERVER_NAMES.filter(([, form]) => form.test(id) || form.test(name))
  return meant.map(([server]) => server)
}

const portOfAnother: Rule = {
  code: 'port-of-another',
  severity: 'info',
  title: 'a port that is usual for another server than the name says',
  cause: 'it may be another server that answers there, with other models',
  fix: 'see which server listens on this port',
  source: 'survey 4',
  check: (scene) =>
    perProvider(scene, ({ url }, provider) => {
      const place = partsOf(url)
      if (place === undefined || place.kind === 'public') return undefined
      return portFault(provider, place.port)
    }),
}

function portFault(provider: SceneProvider, port: string): AddressFault | undefined {
  if (port === '' || LOCAL_IDS.has(provider.id)) return undefined
  const name = textAt(provider.node, ['name']) ?? ''
  const [, said] = /:(\d{2,5})\b/.exec(name) ?? []
  if (said !== undefined && said !== port) {
    return {
      message: (id) => `the name of ${quote(id)} says port ${said}, and its address ${port}`,
      fix: 'correct the one that is wrong',
    }
  }
  const usual = USUAL_PORTS.get(port)
  const meant = serversNamed(provider)
  const [first] = meant
  if (usual === undefined || first === undefined || meant.length > 1) return undefined
  // Many servers of all kinds listen on this one.
  if (first === usual || port === '8080' || port === '8000') return undefined
  return {
    message: (id) => `${quote(id)} is ${first} by its name, and port ${port} that of ${usual}`,
    fix: `see which server listens on port ${port}`,
  }
}

export const addressProtocolRules: readonly Rule[] = [
  urlVersion,
  wrongProtocol,
  plainHttp,
  portOfAnother,
]
