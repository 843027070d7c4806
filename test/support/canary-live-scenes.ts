import { canary } from './canary.ts'
import type { Run, Scene } from './canary.ts'
import { haimakerAt } from './fresh.ts'
import { writeManifest } from './opgen.ts'
import { freshHttp, repeating } from './raw-server.ts'

/** What Node.js itself would tell of its connections. */
const debugging = { NODE_DEBUG: 'http,https,net,tls' }

/** Where the proxy is, the key of its user must not be seen either. */
const proxied = { HTTP_PROXY: `http://me:${canary}@127.0.0.1:1`, NO_PROXY: '' }
const misproxied = { HTTP_PROXY: `socks5://me:${canary}@127.0.0.1:1`, NO_PROXY: '' }

const asking: readonly Run[] = [
  { args: ['verify'], environment: debugging },
  { args: ['verify', '--json'], environment: { ...debugging, ...proxied } },
  { args: ['verify', 'haimaker', '--verbose'], environment: misproxied },
  { args: ['verify', '--complete'], environment: debugging },
  { args: ['verify', '--complete', '--json'] },
  { args: ['models', 'haimaker'], environment: debugging },
  { args: ['models', 'haimaker', '--json'] },
  { args: ['update'], environment: debugging },
  { args: ['update', '--json'] },
]

/** Keys that are sent to servers, which repeat all that they are sent. */
export const liveScenes: readonly Scene[] = [
  { name: 'that takes any key', statuses: [200] },
  { name: 'that takes some keys', statuses: [200, 401, 400, 200] },
  { name: 'that sends everybody elsewhere', statuses: [307] },
  { name: 'that sends everybody elsewhere at its endpoint', statuses: [200, 401, 307] },
  { name: 'that has no list', statuses: [404, 400, 200] },
  { name: 'that has nothing', statuses: [404] },
  { name: 'that refuses', statuses: [401, 402, 403, 429, 500] },
].map(({ name, statuses }) => ({
  name: `a server ${name}, and repeats all that it is sent`,
  stage: async (sandbox) => {
    const many = Array.from({ length: 200 }, () => statuses).flat()
    const { origin } = await freshHttp(repeating(many))
    await writeManifest(sandbox, haimakerAt(`${origin}/v1`))
  },
  inAuthFile: false,
  runs: [{ args: ['key', 'trust', 'haimaker'] }, ...asking],
}))
