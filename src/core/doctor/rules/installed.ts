import { CATALOGUE_VERSION } from '../../catalogue.ts'
import { listed, quote } from '../../manifest/words.ts'
import type { OpenCodeLine } from '../../opencode-line.ts'
import type { Found, Rule } from '../rule.ts'
import { textAt } from '../merged-config.ts'
import { mayBeLine } from '../scene.ts'
import type { InstalledProgram, Scene } from '../scene.ts'
import { databaseRules } from './databases.ts'

const missing: Rule = {
  code: 'opencode-missing',
  severity: 'warning',
  title: 'no OpenCode on this machine',
  cause: 'there is nobody here to read these files, or it is installed where opgen does not look',
  fix: 'install OpenCode, or add the folder of its program to PATH',
  source: 'contract 6',
  check: ({ isWhole, installed }) =>
    isWhole && installed.programs.length === 0
      ? [{ message: 'no OpenCode is on PATH or in ~/.opencode/bin' }]
      : [],
}

const versions: Rule = {
  code: 'opencode-versions',
  severity: 'warning',
  title: 'several versions of OpenCode',
  cause:
    'it depends on PATH which one starts, and OpenCode 1 and 2 get their keys in different ways: those in auth.json reach only OpenCode 1, stored credentials only OpenCode 2',
  fix: 'keep one of them, or have keys delivered by key files, which both read: `delivery: keyfile`',
  source: 'contract 9',
  check: (scene) => {
    const known = scene.installed.programs.filter(({ version }) => version !== null)
    const different = known.filter(
      ({ version }, index) => known.findIndex((other) => other.version === version) === index,
    )
    if (different.length < 2) return []
    const first = firstOnPath(scene)
    const shown = listed(different.map((program) => say(scene, program)))
    const starts =
      first === undefined ? '' : `; \`opencode\` starts ${scene.machine.display(first.path)}`
    const message = `several OpenCodes are installed: ${shown}${starts}`
    const lines = new Set<OpenCodeLine | undefined>(known.map(({ line }) => line))
    if (lines.has(1) && lines.has(2)) return [{ message }]
    return [
      {
        message,
        severity: 'info',
        cause: 'it depends on PATH which one starts, and they may read the same files otherwise',
        fix: 'keep one of them',
      },
    ]
  },
}

/** `1.18.33 (/usr/bin/opencode)` */
function say({ machine }: Scene, { path, version }: InstalledProgram): string {
  return `${version ?? 'unknown'} (${machine.display(path)})`
}

/** The program that `opencode` starts; undefined where it was found under another name, or elsewhere. */
function firstOnPath({ machine, installed }: Scene): InstalledProgram | undefined {
  const folders = (machine.env('PATH') ?? '').split(machine.os === 'win32' ? ';' : ':')
  const byPath = new Map(installed.programs.map((program) => [program.path, program]))
  const names = machine.os === 'win32' ? ['\\opencode.exe', '\\opencode.cmd'] : ['/opencode']
  for (const folder of folders) {
    for (const name of names) {
      const program = byPath.get(`${folder.replace(/[\\/]+$/, '')}${name}`)
      if (program !== undefined) return program
    }
  }
  return undefined
}

const newer: Rule = {
  code: 'opencode-newer',
  severity: 'info',
  title: 'an OpenCode that is newer than what doctor knows',
  cause: `what doctor knows was measured with OpenCode ${CATALOGUE_VERSION}, and may be otherwise in this one`,
  fix: 'where doctor and OpenCode disagree, believe OpenCode; a newer opgen may know it',
  source: 'contract 0, 9',
  check: (scene) => {
    const found = scene.installed.programs.filter(
      ({ version, line }) => line === 2 || (line === 1 && isNewer(version)),
    )
    if (found.length === 0) return []
    const shown = listed(found.map((program) => say(scene, program)))
    return [{ message: `newer than ${CATALOGUE_VERSION}: OpenCode ${shown}` }]
  },
}

function isNewer(version: string | null): boolean {
  const [given, known] = [numbersOf(version ?? ''), numbersOf(CATALOGUE_VERSION)]
  const at = given.findIndex((number, index) => number !== known[index])
  return at !== -1 && (given[at] ?? 0) > (known[at] ?? 0)
}

function numbersOf(version: string): readonly number[] {
  return (/^\d+\.\d+\.\d+/.exec(version)?.[0] ?? '').split('.').map(Number)
}

const unknown: Rule = {
  code: 'opencode-unknown',
  severity: 'info',
  title: 'an OpenCode whose version is not known',
  cause:
    'doctor cannot tell whether it is an OpenCode 1 or 2, which get their keys in different ways',
  fix: 'see what it answers to `--version`',
  source: 'contract 7.3, 9',
  check: ({ installed, machine }) =>
    installed.programs.flatMap(({ path, version, line }): Found[] => {
      if (line !== undefined) return []
      const shown = machine.display(path)
      const message =
        version === null
          ? `${shown} does not say which version it is`
          : `${shown} says that it is version ${quote(version)}, which is neither OpenCode 1 nor 2`
      return [{ message, fix: `run \`${shown} --version\` and see what it answers` }]
    }),
}

const authNotRead: Rule = {
  code: 'auth-not-read',
  severity: 'warning',
  title: 'keys in auth.json where only OpenCode 2 is installed',
  cause:
    'OpenCode 2 takes auth.json over once, with a database of OpenCode 1, and not at all with one of its own: these keys do not reach it, or not any more once they change',
  fix: 'put each key into a file, and refer to it: `"apiKey": "{file:PATH}"`; keys that opgen manages move with `opgen apply --switch-delivery`',
  source: 'contract 9',
  check: (scene) => {
    if (mayBeLine(scene, 1)) return []
    const ids = unreadLogins(scene)
    const isOwn = (id: string): boolean => scene.recorded.delivery[id] === 'auth.json'
    const found = (unread: readonly string[], fix: string): readonly Found[] => {
      const [only] = unread
      if (only === undefined) return []
      const [keys, provider] =
        unread.length === 1 ? (['key', { provider: only }] as const) : (['keys', {}] as const)
      const message = `OpenCode 2 does not read auth.json, which has the ${keys} of ${listed(unread.map(quote))}`
      return [{ message, fix, at: { file: scene.auth.file }, ...provider }]
    }
    return [
      ...found(ids.filter(isOwn), 'move them to key files: `opgen apply --switch-delivery`'),
      ...found(
        ids.filter((id) => !isOwn(id)),
        'put each key into a file, and refer to it: `"apiKey": "{file:PATH}"`',
      ),
    ]
  },
}

/** Ids with a key in auth.json, and none where OpenCode 2 looks. */
function unreadLogins({ auth, installed, providers }: Scene): readonly string[] {
  const stored = new Set(
    installed.databases.flatMap(({ credentials }) => credentials.map(({ id }) => id)),
  )
  const blocks = new Map(providers.map((provider) => [provider.id, provider]))
  return auth.entries.flatMap(({ key: id, value }) => {
    const isKey =
      value.kind === 'object' &&
      value.members.some(({ key, value: text }) => key === 'key' && text.kind === 'scalar')
    const apiKey = textAt(blocks.get(id)?.node, ['options', 'apiKey'])
    return isKey && !stored.has(id) && (apiKey ?? '') === '' ? [id] : []
  })
}

const stale: Rule = {
  code: 'stale-process',
  severity: 'warning',
  title: 'an OpenCode that runs since before the last apply',
  cause: 'OpenCode 1 reads its configuration and its keys when it starts, and not again',
  fix: 'quit it and start it again',
  source: 'contract 6',
  check: (scene) => {
    const { running, lastApplyAt } = scene
    if (lastApplyAt === undefined || !mayBeLine(scene, 1)) return []
    // When a program started is known to the second: within the same one it may have been later.
    const old = running.filter(({ startedAt }) => startedAt + SECOND <= lastApplyAt)
    if (old.length === 0) return []
    const [pids, it] = old.length === 1 ? ['process', 'it'] : ['processes', 'them']
    const shown = listed(old.map(({ pid }) => String(pid)))
    return [
      {
        message: `opencode runs since before the last change of opgen's: ${pids} ${shown}`,
        fix: `quit ${it} and start again`,
      },
    ]
  },
}

const SECOND = 1000

export const installedRules: readonly Rule[] = [
  missing,
  versions,
  newer,
  unknown,
  authNotRead,
  stale,
  ...databaseRules,
]
