import { fromPointer } from '../../json.ts'
import { listed, quote } from '../../manifest/words.ts'
import type { RecordedFile } from '../../state/recorded.ts'
import { mergedAt, textAt } from '../merged-config.ts'
import type { Found, Rule } from '../rule.ts'
import type { Scene } from '../scene.ts'

const interruptedApply: Rule = {
  code: 'interrupted-apply',
  severity: 'warning',
  title: 'an apply that did not come to its end',
  cause:
    'opgen was stopped while it wrote: some files are as they were, and others as they were to be',
  fix: 'unless one is running just now: `opgen apply` goes on from what is there',
  source: 'docs/how-it-works.md',
  check: ({ recorded, machine }) => {
    if (recorded.intended === null) return []
    const files = Object.keys(recorded.intended).map((file) => machine.display(file))
    return [{ message: `the last apply did not come to its end: it was to write ${listed(files)}` }]
  },
}

const lostLogin: Rule = {
  code: 'lost-login',
  severity: 'error',
  title: 'a key that opgen wrote, and that is not in auth.json any more',
  cause:
    'every program that writes auth.json writes the whole of it without a lock, and drops what it did not read: the provider is left without its key',
  fix: 'put it back: `opgen apply`',
  source: 'contract 3.1, 3.2; anomalyco/opencode#46128, #42387, #30396, #46020, #13179',
  check: (scene) => {
    const { auth, recorded } = scene
    const isReadable = auth.document !== undefined || auth.state === 'absent'
    // What an apply was about to do is not known before it is settled.
    if (!isReadable || recorded.intended !== null) return []
    const there = new Set(auth.entries.map(({ key }) => key))
    const owned = ownedPaths(recorded.files[auth.file]).filter((path) => path[1] === 'key')
    return owned.flatMap(([id = '']): Found[] => {
      if (there.has(id)) return []
      const message =
        auth.state === 'absent'
          ? `the file is gone, and with it the key of ${quote(id)} that opgen wrote`
          : `the key of ${quote(id)}, which opgen wrote, is not there any more`
      const severity = hasAnotherKey(scene, id) ? { severity: 'warning' as const } : {}
      return [{ message, provider: id, at: { file: auth.file }, ...severity }]
    })
  },
}

/** Places in a file that opgen wrote or adopted. */
function ownedPaths(file: RecordedFile | undefined): readonly (readonly string[])[] {
  return Object.entries(file?.values ?? {}).flatMap(([pointer, { origin }]) =>
    origin === 'kept' ? [] : [fromPointer(pointer)],
  )
}

/** Whether a provider has a key without auth.json, so that it may well work. */
function hasAnotherKey({ providers, logins, machine, catalogue }: Scene, id: string): boolean {
  const provider = providers.find((one) => one.id === id)
  const apiKey = textAt(provider?.node, ['options', 'apiKey']) ?? ''
  const named = provider?.block['env'] ?? catalogue.variables(id)
  const names: readonly unknown[] = Array.isArray(named) ? named : []
  const isSet = names.some((name) => typeof name === 'string' && (machine.env(name) ?? '') !== '')
  return apiKey !== '' || isSet || logins.has(id)
}

const lostBlock: Rule = {
  code: 'lost-block',
  severity: 'warning',
  title: 'a block that opgen wrote, and that is not in the configuration any more',
  cause:
    'something else wrote the file since, and took the block out: OpenCode does not know the provider',
  fix: 'write it again: `opgen apply`; to let it go, take the provider out of the manifest first',
  source: 'contract 1.3',
  check: (scene) => {
    const { recorded, layers, config } = scene
    const isReadable = layers.every(({ problem }) => problem === undefined)
    if (!isReadable || recorded.intended !== null) return []
    return Object.entries(recorded.files).flatMap(([file, own]): Found[] => {
      if (!isLookedAt(scene, file)) return []
      const blocks = ownedPaths(own).filter((path) => path[0] === 'provider' && path.length > 1)
      const lost = new Set(
        blocks.flatMap(([name, id = '']) =>
          name !== undefined && mergedAt(config, [name, id]) === undefined ? [id] : [],
        ),
      )
      return [...lost].map((id) => ({
        message: `the block of ${quote(id)}, which opgen wrote, is not there any more`,
        provider: id,
        at: { file },
      }))
    })
  },
}

/** Whether a file was read, or would have been if it were there. */
function isLookedAt({ layers, isWhole, machine }: Scene, file: string): boolean {
  const folders = [machine.configFolder, machine.env('OPENCODE_CONFIG_DIR') ?? '']
  const isTarget = folders.some(
    (folder) => folder !== '' && /^[\\/][^\\/]+$/.test(withoutStart(file, folder)),
  )
  return layers.some((layer) => layer.file === file) || (isWhole && isTarget)
}

function withoutStart(text: string, start: string): string {
  return text.startsWith(start) ? text.slice(start.length) : ''
}

export const managedRules: readonly Rule[] = [interruptedApply, lostLogin, lostBlock]
