import { onTestFinished } from 'vitest'
import { makeSandbox, type Sandbox } from '../../scripts/sandbox.mjs'
import { startSecretService, type SecretService } from '../../scripts/secret-service.mjs'
import { startLoopbackServer, type LoopbackServer } from './loopback-server.ts'

/** An empty home for this test alone; gone when the test is over. */
export async function freshSandbox(): Promise<Sandbox> {
  const sandbox = await makeSandbox()
  onTestFinished(() => sandbox.remove())
  return sandbox
}

/** A Secret Service for this test alone. */
export async function freshSecretService(
  state?: 'unlocked' | 'locked' | 'absent',
): Promise<SecretService> {
  const service = await startSecretService(state)
  onTestFinished(() => service.stop())
  return service
}

/** The models that {@link freshServer} serves, and the manifests of the tests declare. */
export const servedModels = ['anthropic/claude-sonnet-4-6', 'openai/gpt-5.4-mini'] as const

/** A provider's endpoint for this test alone, which answers "pong" to whoever has the key. */
export async function freshServer(key: string | undefined): Promise<LoopbackServer> {
  const server = await startLoopbackServer({ key, models: servedModels, reply: 'pong' })
  onTestFinished(() => server.stop())
  return server
}

/** A manifest with the provider `haimaker` at `baseURL`. */
export function haimakerAt(baseURL: string): string {
  const models = servedModels.map((model) => `      - ${model}\n`)
  return `version: 1
providers:
  haimaker:
    preset: haimaker
    baseURL: ${baseURL}
    models:
${models.join('')}`
}

/** A manifest that wants nothing. */
export const emptyManifest = 'version: 1\nproviders: {}\n'
