import type { RequestListener } from 'node:http'
import { applying, looking } from './canary.ts'
import type { Run, Scene } from './canary.ts'
import { writeManifest } from './opgen.ts'
import { freshHttp } from './raw-server.ts'

/** Models in whose fields a server puts what it was sent, wherever a client might take it from there. */
function repeatingModels(authorization: string): readonly object[] {
  const key = authorization.replace(/^Bearer /, '')
  const limits = { context_length: 65_536, max_completion_tokens: 8192 }
  const ids = [
    key,
    `models/${key}:free`,
    authorization,
    encodeURIComponent(key),
    JSON.stringify({ authorization }),
    Buffer.from(key).toString('base64'),
  ]
  return [
    { id: 'safe', ...limits },
    ...ids.map((id) => ({ id, ...limits })),
    { id: 'named', name: key, ...limits },
    { id: 'titled', display_name: `for ${authorization}`, ...limits },
    { id: 'odd', [key]: key, context_length: key, architecture: { modality: key, tokenizer: key } },
    {
      id: 'told',
      ...limits,
      description: key,
      owned_by: key,
      supported_parameters: [key, 'tools'],
    },
  ]
}

/** A server with these statuses in turn, and then 200 for good, that always repeats what it was sent. */
function repeatingServer(statuses: readonly number[]): RequestListener {
  const left = [...statuses]
  return ({ headers }, response) => {
    const status = left.shift() ?? 200
    const { authorization = '' } = headers
    response.writeHead(status, {
      'content-type': 'application/json',
      'x-authorization': authorization,
      ...(status === 307 ? { location: `/${encodeURIComponent(authorization)}` } : {}),
    })
    const data = repeatingModels(authorization)
    response.end(JSON.stringify(status === 200 ? { data } : { error: { message: authorization } }))
  }
}

/** Every command that asks a server. */
const asking: readonly Run[] = [
  'update --check',
  'update --check --json',
  'update',
  'update --json',
  'update haimaker --verbose',
  'models haimaker',
  'models haimaker --json',
  'verify',
  'verify --complete --json',
].map((line) => ({
  args: line.split(' '),
  // What Node.js itself would tell of its connections.
  environment: { NODE_DEBUG: 'http,https,net,tls' },
}))

/** In turn: commands of one request each see them all, and `verify` what it asks about. */
const ERRORS = [401, 402, 403, 404, 429, 500, 307, 401, 403, 500, 307, 402, 429]

/** Servers that are asked which models they have, and repeat the key in their answers. */
export const liveScenes: readonly Scene[] = [
  { name: 'lists of models', models: '{ discover: true }', runs: [...asking, ...applying] },
  {
    name: 'errors, and then lists of models',
    models: '{ discover: true }',
    statuses: ERRORS,
    runs: [...asking, ...asking, ...applying, ...asking, ...looking],
  },
  {
    name: 'lists of models, of which some are in the manifest',
    models: '[safe, odd, { id: other, name: Other }]',
    runs: [...applying, ...asking, ...applying],
  },
].map(({ name, models, statuses = [], runs }) => ({
  name: `a server that repeats the key in ${name}`,
  stage: async (sandbox) => {
    const { origin } = await freshHttp(repeatingServer(statuses))
    const fields = `baseURL: "${origin}/v1", models: ${models}`
    await writeManifest(sandbox, `version: 1\nproviders:\n  haimaker: { ${fields} }\n`)
  },
  inAuthFile: true,
  // The key was stored for another address.
  runs: [{ args: ['models', 'haimaker'] }, { args: ['key', 'trust', 'haimaker'] }, ...runs],
}))
