import { quote } from '../../manifest/words.ts'
import { tokensIn } from '../../tokens.ts'
import type { ConfigLayer } from '../config-layer.ts'
import { keyTextsOf } from '../keys-in.ts'
import { placeOf } from '../merged-config.ts'
import { isOfProject } from '../redirects.ts'
import { atValue } from '../rule.ts'
import type { Found, Rule } from '../rule.ts'
import { hasLine } from '../scene.ts'
import type { FileState, Scene } from '../scene.ts'
import { perKeyText } from './per-key-text.ts'

const fileMissing: Rule = {
  code: 'file-missing',
  severity: 'error',
  title: 'a {file:…} that leads to no file',
  cause: 'no command of OpenCode that reads its configuration starts',
  fix: 'put the file there, or take the reference out: a comment behind a value counts, too',
  source: 'contract 1.5, 1.4',
  check: (scene) => {
    const of2 = hasLine(scene, 2) ? scene.layersOf2 : []
    return [...new Set([...scene.layers, ...of2])].flatMap((layer) => lostFiles(scene, layer))
  },
}

function lostFiles(scene: Scene, layer: ConfigLayer): readonly Found[] {
  if (layer.filledIn) return []
  return tokensIn([layer.text]).flatMap((token): Found[] => {
    if (token.kind !== 'file') return []
    const file = scene.fileOf(layer, token.path)
    const kind = file === undefined ? undefined : scene.references.get(file)?.kind
    const offset = placeThatCounts(layer.text, `{file:${token.path}}`)
    if (file === undefined || kind === undefined || kind === 'file') return []
    if (offset === undefined) return []
    const shown = quote(scene.machine.display(file))
    return [
      {
        message: `{file:…} leads to ${shown}, ${WHY[kind]}`,
        ...(isOwnKeyFile(scene, file)
          ? { fix: 'run `opgen apply`, which writes this key file again' }
          : {}),
        at: { file: layer.file, text: layer.text, offset },
      },
    ]
  })
}

const WHY: Readonly<Record<Exclude<FileState['kind'], 'file'>, string>> = {
  absent: 'where there is no file',
  folder: 'which is a folder',
  refused: 'which cannot be read',
}

/** OpenCode passes over a token in a line that is all comment, and over no other (seen with 1.18.33). */
function placeThatCounts(text: string, token: string): number | undefined {
  for (let at = text.indexOf(token); at >= 0; at = text.indexOf(token, at + 1)) {
    const line = text.slice(text.lastIndexOf('\n', at) + 1, at)
    if (!line.trimStart().startsWith('//')) return at
  }
  return undefined
}

/** Whether it is where opgen keeps its key files. */
function isOwnKeyFile({ machine }: Scene, file: string): boolean {
  const given = machine.env('XDG_DATA_HOME') ?? ''
  const data = given === '' ? `${machine.home}/.local/share` : given
  const [plain = '', folder = ''] = [file, data].map((path) => path.replaceAll('\\', '/'))
  return plain.startsWith(`${folder}/opgen/keys/`)
}

const fileEmpty: Rule = {
  code: 'file-empty',
  severity: 'error',
  title: 'a key file with nothing in it',
  cause:
    'OpenCode 1 takes it for an empty key, which wins over auth.json: requests go out without one',
  fix: 'put the key into the file, or take the reference out',
  source: 'contract 1.5, 3.3',
  check: (scene) =>
    perKeyText(scene, ['file-empty'], (text, { id }) => {
      const empty = text.filled.files.find(({ state }) => state?.isEmpty === true)
      const file = empty?.file ?? ''
      return {
        message: `the ${text.what} of "${id}" is to come from ${quote(scene.machine.display(file))}, which is empty`,
        ...(isOwnKeyFile(scene, file) ? { fix: 'run `opgen apply`, which writes it again' } : {}),
        ...(text.isKey ? {} : { severity: 'warning' as const }),
      }
    }),
}

const wideKeyFile: Rule = {
  code: 'wide-key-file',
  severity: 'warning',
  title: 'a key file that others can read',
  cause: 'everybody who has an account on this machine, or on its backup, can read the key',
  fix: 'take the permissions of others away: `chmod 600`',
  source: 'contract 1.5',
  check: (scene) => {
    const told = new Set<string>()
    return scene.providers.flatMap((provider) =>
      keyTextsOf(scene, provider).flatMap(({ isKey, filled, node, what }) =>
        filled.files.flatMap(({ file, state }): Found[] => {
          const isWide = ((state?.mode ?? 0) & 0o077) !== 0
          if (!isKey || !isWide || state?.kind !== 'file' || told.has(file)) return []
          told.add(file)
          const shown = scene.machine.display(file)
          return [
            {
              message: `${quote(shown)}, the ${what} of ${quote(provider.id)}, can be read by others`,
              fix: `take their permissions away: \`chmod 600 ${shown}\``,
              provider: provider.id,
              at: atValue(placeOf(node)),
              // A project may name any file.
              ...(isOfProject(node) ? {} : { repair: { target: 'mode', file, mode: 0o600 } }),
            },
          ]
        }),
      ),
    )
  },
}

export const keyFileRules: readonly Rule[] = [fileMissing, fileEmpty, wideKeyFile]
