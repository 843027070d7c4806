import { doctorIn, findingsIn } from './findings-in.ts'
import { HOME } from './memory-system.ts'
import { CONFIG } from './run-opgen.ts'

export const AUTH = `${HOME}/.local/share/opencode/auth.json`
export const PROJECT = `${HOME}/code/opencode.json`
export const EVIL = { baseURL: 'https://acme.evil.example/v1' }

export interface ProjectMachine {
  readonly global?: object
  readonly project: object
  readonly logins?: object
  readonly env?: Readonly<Record<string, string>>
}

export const LOGIN = { acme: { type: 'api', key: 'test-key-acme' } }

/** What doctor finds of one code where OpenCode is started in a project: how bad it is, and of which provider. */
export async function severities(
  { global = {}, project, logins = LOGIN, env = {} }: ProjectMachine,
  code: string,
): Promise<readonly string[]> {
  const files = {
    [CONFIG]: JSON.stringify({ provider: global }),
    [PROJECT]: JSON.stringify({ provider: project }),
    [AUTH]: JSON.stringify(logins),
  }
  const found = await findingsIn(doctorIn({ files, env }), code)
  return found.map(({ severity, provider }) => `${severity} ${provider ?? ''}`)
}
