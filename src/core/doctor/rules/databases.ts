import { isJsonObject } from '../../json.ts'
import { quote } from '../../manifest/words.ts'
import { textAt } from '../merged-config.ts'
import type { Found, Rule } from '../rule.ts'
import { hasLine, mayBeLine } from '../scene.ts'
import type { DatabaseFacts, Scene } from '../scene.ts'

const storedCredential: Rule = {
  code: 'stored-credential',
  severity: 'warning',
  title: 'a credential that OpenCode 2 has stored, beside a key in the files',
  cause:
    'OpenCode 2 takes the stored one whatever the configuration and auth.json say, and nothing changes it there when the key changes',
  fix: 'take it out with OpenCode 2: `opencode auth logout ID`',
  source: 'contract 9',
  check: (scene) => {
    if (!hasLine(scene, 2) && !mayBeLine(scene, 2)) return []
    const keys = keysInFiles(scene)
    const told = new Set<string>()
    return scene.installed.databases.flatMap(({ file, credentials }) =>
      credentials.flatMap(({ id, isActive }): Found[] => {
        const key = keys.get(id)
        if (!isActive || key === undefined || told.has(id)) return []
        told.add(id)
        return [{ ...sayStored(scene, id, key), provider: id, at: { file } }]
      }),
    )
  },
}

/** Where a provider's key stands: in the configuration, or only in auth.json, where opgen put it or somebody else. */
type KeyPlace = 'config' | 'auth' | 'own-auth'

function keysInFiles({ providers, logins, recorded }: Scene): ReadonlyMap<string, KeyPlace> {
  const inAuth = [...logins].flatMap(([id, login]) => {
    const isKey = isJsonObject(login) && login['type'] === 'api' && login['key'] !== ''
    const place: KeyPlace = recorded.delivery[id] === 'auth.json' ? 'own-auth' : 'auth'
    return isKey ? [[id, place] as const] : []
  })
  const inConfig = providers.flatMap(({ id, node }) => {
    const isSet = (textAt(node, ['options', 'apiKey']) ?? '') !== ''
    return isSet ? [[id, 'config'] as const] : []
  })
  return new Map<string, KeyPlace>([...inAuth, ...inConfig])
}

function sayStored(scene: Scene, id: string, key: KeyPlace): Found {
  const message = `OpenCode 2 has a credential of its own for ${quote(id)}, and does not use the key in ${key === 'config' ? 'the configuration' : 'auth.json'}`
  const program = programOf2(scene)
  const logout = `\`${program} auth logout ${id}\``
  switch (key) {
    case 'config':
      return { message, fix: `take it out with OpenCode 2: ${logout}` }
    case 'own-auth':
      return {
        message,
        fix: `move the key where OpenCode 2 reads it, \`opgen apply --switch-delivery\`, and take the other one out with OpenCode 2: ${logout}`,
      }
    // Without it, this OpenCode 2 would have no key at all.
    case 'auth':
      return {
        message,
        fix: `when the key changes, change it there too: \`${program} auth login ${id}\``,
        ...(mayBeLine(scene, 1) ? {} : { severity: 'info' as const }),
      }
  }
}

/** OpenCode 1 would take its own login out of auth.json. */
function programOf2({ installed, machine }: Scene): string {
  const isMixed = installed.programs.some(({ line }) => line !== 2)
  const program = installed.programs.find(({ line }) => line === 2)
  return isMixed && program !== undefined ? machine.display(program.path) : 'opencode'
}

const databaseOf2: Rule = {
  code: 'database-of-2',
  severity: 'error',
  title: 'a database of OpenCode 2 where OpenCode 1 keeps its own',
  cause:
    'OpenCode 1 does not start with it: "Database is not empty and has no session table"; not even `opencode auth list` does',
  fix: 'give OpenCode 1 a database of its own: set OPENCODE_DB, e.g. to `opencode-1.db`, where it is started',
  source: 'contract 9; anomalyco/opencode#42260',
  check: (scene) => {
    if (!hasLine(scene, 1) && hasLine(scene, 2)) return []
    return scene.installed.databases.flatMap((database): Found[] => {
      const { tables = [], file } = database
      if (!isOpenedBy1(scene, database) || tables.length === 0 || tables.includes('session')) {
        return []
      }
      return [
        {
          message: 'OpenCode 1 cannot use this database: it has no table "session"',
          at: { file },
        },
      ]
    })
  },
}

/** Databases of channels are those of builds that nobody installs by chance. */
function isOpenedBy1({ machine }: Scene, { file }: DatabaseFacts): boolean {
  return (machine.env('OPENCODE_DB') ?? '') !== '' || /[\\/]opencode\.db$/.test(file)
}

const wideDatabase: Rule = {
  code: 'wide-database',
  severity: 'warning',
  title: 'a database with keys that others can read',
  cause: 'OpenCode 2 stores credentials in it in plain text, and makes it readable for all',
  fix: 'take the permission from others: `chmod 600 ~/.local/share/opencode/opencode.db*`',
  source: 'contract 9',
  check: ({ installed, machine }) =>
    installed.databases.flatMap(({ file, mode = 0, credentials }): Found[] => {
      if ((mode & OTHERS_READ) === 0 || credentials.length === 0) return []
      const shown = machine.display(file)
      const holds = credentials.length === 1 ? 'a credential' : `${credentials.length} credentials`
      return [
        {
          message: `others can read this database, which holds ${holds}`,
          fix: `take the permission from them: \`chmod 600 ${shown}*\``,
          at: { file },
          repair: { target: 'mode', file, mode: 0o600 },
        },
      ]
    }),
}

const OTHERS_READ = 0o044

export const databaseRules: readonly Rule[] = [storedCredential, databaseOf2, wideDatabase]
