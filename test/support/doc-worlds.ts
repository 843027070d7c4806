import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { HttpAnswer, HttpRequest } from '../../src/core/http.ts'
import { answered, failed, sentHeaders } from './answering-server.ts'
import { HOME, memoryWorld } from './memory-system.ts'
import type { MemoryWorld, WorldOptions } from './memory-system.ts'
import { packageTemplates } from './package-templates.ts'

/*
 * The computers on which the sessions of the documents are run. A page names one in a comment above a block,
 * `<!-- world: NAME -->`, and it is as it is described here; the sessions below go on with it.
 */

/** A computer, and what is typed there that is no opgen. */
export interface DocWorld {
  readonly world: MemoryWorld
  /** What other programs print, by command line; `''`: nothing. */
  readonly commands: Readonly<Record<string, string>>
}

/** @param before the computer that the page had until now */
type MakeWorld = (before: MemoryWorld | undefined) => DocWorld

export const WORLDS: Readonly<Record<string, MakeWorld>> = {
  /** Of somebody who has this repository's manifest, and nothing else yet. */
  laptop: () => {
    const made = computer()
    made.world.write(`${DOTFILES}/providers.yaml`, readFileSync(MANIFEST, 'utf8'))
    return made
  },
  /** The same, with the key in the keychain. */
  'laptop with a key': () => {
    const made = computer({ keychain: { 'opgen/haimaker': 'test-key-haimaker' } })
    made.world.write(`${DOTFILES}/providers.yaml`, readFileSync(MANIFEST, 'utf8'))
    return made
  },
  /** With an empty repository for dotfiles. */
  new: () => computer(),
  /** The same dotfiles on a laptop that has the key. */
  'first again': (before) =>
    another(before, { keychain: { 'opgen/haimaker': 'test-key-haimaker' } }),
  /** Another one, to which the dotfiles of the last have come. */
  'another laptop': (before) => another(before, { hostname: 'second.example.org' }),
  /** A third, for which the key of work was stored. */
  'travel laptop': (before) =>
    another(before, { hostname: 'third.example.org', keychain: CORP_KEY }),
  'work laptop': (before) =>
    another(before, { hostname: 'work-7.corp.example', keychain: CORP_KEY }),
  /** A Linux server: no keychain, the key in a variable. */
  server: (before) =>
    another(before, {
      hostname: 'build.example.org',
      env: { HAIMAKER_KEY: 'test-key-haimaker' },
      keychainRefuses: 'no-service',
    }),
  /** Of somebody who has typed the files of OpenCode. */
  'set up by hand': () => computer({ env: { ACME_KEY: 'test-key-acme' } }),
  /** A computer of a CI: nothing but the files that were checked out. */
  ci: (before) => another(before, { env: { CI: 'true' }, keychainRefuses: 'no-service' }),
  /** With an OpenCode 2 on it. */
  'laptop with OpenCode 2': () => {
    const made = computer({
      keychain: { 'opgen/haimaker': 'test-key-haimaker' },
      installed: { '/usr/bin/opencode': '2.0.1' },
    })
    made.world.openCode.isPackaged = true
    made.world.write(`${DOTFILES}/providers.yaml`, readFileSync(MANIFEST, 'utf8'))
    return made
  },
}

export const DOTFILES = `${HOME}/dotfiles`

const MANIFEST = path.join(import.meta.dirname, '../../providers.yaml')
/** That of package.json: a release writes the pages anew. */
const { version: VERSION }: { readonly version: string } = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../../package.json'), 'utf8'),
)
const CORP_KEY = { 'opgen/corp': 'test-key-corp' }

/** What other programs print. */
const COMMANDS: DocWorld['commands'] = {}

function computer(options: Computer = {}): DocWorld {
  const { hostname, ...rest } = options
  const memory = memoryWorld({ files: packageTemplates(), answer: serve, ...rest })
  const world = { ...memory, system: { ...memory.system, version: VERSION } }
  world.write(`${HOME}/.cache/opencode/models.json`, '{}')
  world.write(`${DOTFILES}/.git/HEAD`, 'ref: refs/heads/main\n')
  const made = { world, commands: COMMANDS }
  if (hostname === undefined) return made
  const machine = { ...world.system.machine, hostname }
  return { ...made, world: { ...world, system: { ...world.system, machine } } }
}

interface Computer extends WorldOptions {
  readonly hostname?: string
}

function another(before: MemoryWorld | undefined, options: Computer): DocWorld {
  const made = computer(options)
  for (const [file, { text }] of before?.files ?? []) {
    if (file.startsWith(`${DOTFILES}/`)) made.world.write(file, text)
  }
  return made
}

/** The servers there are: they list their models to everybody who has a key of a test, and answer no question. */
function serve(request: HttpRequest): HttpAnswer {
  const offered = OFFERS[request.url]
  const isEndpoint = ENDPOINTS.has(request.url)
  if (offered === undefined && !isEndpoint) return failed('no-host')
  const sent = Object.values(sentHeaders(request))
  if (!sent.some((value) => value.includes('test-key-'))) return answered(401)
  return isEndpoint ? answered(400, {}) : answered(200, { data: offered })
}

const ENDPOINTS: ReadonlySet<string> = new Set([
  'https://api.haimaker.ai/v1/chat/completions',
  'https://llm.corp.example/v1/chat/completions',
])

const OFFERS: Readonly<Record<string, readonly object[]>> = {
  'https://api.haimaker.ai/v1/models': [
    modelOf('anthropic/claude-sonnet-4-6', [200_000, 64_000], [3, 15]),
    modelOf('minimax/minimax-m2.5', [204_800, 131_072], [0.3, 1.2]),
    modelOf('openai/gpt-5.4-mini', [400_000, 128_000], [0.25, 2]),
    modelOf('qwen/qwen3-coder', [262_144, 65_536], [0.22, 0.95]),
    modelOf('z-ai/glm-4.7', [200_000, 131_072], [0.6, 2.2]),
  ],
  'https://llm.corp.example/v1/models': [{ id: 'gpt-5.4' }, { id: 'gpt-5.4-mini' }],
  'https://llm.corp.example/model/info': [known('gpt-5.4'), known('gpt-5.4-mini')],
}

/** As LiteLLM tells it. */
function known(id: string): object {
  return {
    model_name: id,
    model_info: { mode: 'chat', max_input_tokens: 272_000, max_output_tokens: 128_000 },
  }
}

/** @param prices in dollars for a million tokens, in and out */
function modelOf(
  id: string,
  [window, answer]: readonly [number, number],
  prices: readonly [number, number],
): object {
  const [prompt, completion] = prices.map((price) => String(price / 1_000_000))
  return {
    id,
    context_length: window,
    max_completion_tokens: answer,
    pricing: { prompt, completion },
  }
}
