// Asks through the OpenCode of this machine, and tells on standard output what came of it.
import { askThroughOpenCode } from '../../src/app/through-opencode.ts'
import type { ThroughRequest } from '../../src/app/through-opencode.ts'
import { createRealSystem } from '../../src/system/real-system.ts'
import { PLAIN_SESSION } from './run-opgen.ts'

async function main(request: ThroughRequest): Promise<void> {
  const program = {
    keychainScript: [],
    packageFolder: '/opgen',
    version: '0.0.0-test',
    build: 'test',
  }
  const session = { ...PLAIN_SESSION, system: createRealSystem(program) }
  console.log(JSON.stringify(await askThroughOpenCode(session, request)))
}

void main(JSON.parse(process.argv[2] ?? ''))
