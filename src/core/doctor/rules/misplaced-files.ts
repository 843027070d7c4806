import { looksLikeKey } from '../../manifest/key-text.ts'
import { listed, quote } from '../../manifest/words.ts'
import { baseName, siblingOf } from '../beside.ts'
import type { MissingConfig } from '../beside.ts'
import type { Found, Rule } from '../rule.ts'
import { hasLine } from '../scene.ts'
import type { SceneMachine, Stray } from '../scene.ts'

export const configMisplaced: Rule = {
  code: 'config-misplaced',
  severity: 'warning',
  title: "a file that looks like OpenCode's and that it does not read",
  cause: 'OpenCode reads files of fixed names in fixed folders, and nothing else',
  fix: 'move it to where OpenCode reads it, or delete it',
  source: 'contract 1.1, 1.2; anomalyco/opencode#4851, #152',
  check: (scene) => {
    const read = new Set(hasLine(scene, 2) ? scene.layersOf2.map(({ file }) => file) : [])
    return scene.strays.flatMap((stray) =>
      stray.why === 'toml' || read.has(stray.file) ? [] : [misplaced(scene.machine, stray)],
    )
  },
}

function misplaced({ display }: SceneMachine, { file, why, instead }: Stray): Found {
  const message =
    why === 'wrong-format'
      ? 'OpenCode does not read this file: its configuration is JSON'
      : `OpenCode does not read ${baseName(file)} in this folder`
  const verb = why === 'wrong-format' ? 'write it as JSON to' : 'move what you need of it to'
  return {
    message,
    ...(instead === undefined ? {} : { fix: `${verb} ${display(instead)}, or delete it` }),
    at: { file },
  }
}

export const configToml: Rule = {
  code: 'config-toml',
  severity: 'warning',
  title: 'a file `config` that OpenCode turns into `config.json`',
  cause:
    'OpenCode 1 reads it as TOML, writes it to `config.json` together with all other global settings and every key that is filled in there, and deletes it',
  fix: 'write what it says to opencode.jsonc, and delete it before OpenCode starts',
  source: 'contract 1.2',
  check: ({ strays, machine }) =>
    strays.flatMap(({ file, why }): readonly Found[] => {
      if (why !== 'toml') return []
      const target = machine.display(siblingOf(file, 'config.json'))
      return [
        {
          message: `at its next start OpenCode 1 turns this file into ${target}, and deletes it`,
          fix: `write what it says to ${machine.display(siblingOf(file, 'opencode.jsonc'))}, and delete it`,
          at: { file },
        },
      ]
    }),
}

export const configJson: Rule = {
  code: 'config-json',
  severity: 'info',
  title: 'settings in `config.json`',
  cause:
    'OpenCode 1 reads `config.json` beneath opencode.json and opencode.jsonc, which replace what it says; OpenCode 2 does not read it',
  fix: 'move its settings to opencode.jsonc, and delete it',
  source: 'contract 1.2, 9',
  check: (scene) =>
    scene.layers.flatMap(({ kind, file, document }): readonly Found[] => {
      if (kind !== 'global' || baseName(file) !== 'config.json') return []
      const names = (document?.root.members ?? []).flatMap(({ key }) =>
        key === '$schema' ? [] : [quote(key)],
      )
      if (names.length === 0) return []
      const isLost = hasLine(scene, 2)
      const stand = `${listed([...new Set(names)])} ${names.length === 1 ? 'stands' : 'stand'} in config.json`
      return [
        {
          message: isLost ? `${stand}, which OpenCode 2 does not read` : stand,
          fix: `move ${names.length === 1 ? 'it' : 'them'} to ${scene.machine.display(siblingOf(file, 'opencode.jsonc'))}, and delete this file`,
          ...(isLost ? { severity: 'warning' } : {}),
          at: { file },
        },
      ]
    }),
}

export const configVariableMissing: Rule = {
  code: 'config-variable-missing',
  severity: 'warning',
  title: 'a variable that names configuration which is not there',
  cause: 'OpenCode goes on without a word, as if the variable were not set',
  fix: 'correct the variable, or unset it',
  source: 'contract 1.2',
  check: ({ isWhole, beside, machine }) =>
    isWhole ? beside.missing.map((missing) => missingConfig(machine, missing)) : [],
}

function missingConfig(
  { display }: SceneMachine,
  { variable, path, found, hasTilde }: MissingConfig,
): Found {
  const what = variable === 'OPENCODE_CONFIG' ? 'file' : 'folder'
  // Whoever mixed up two variables has a key here.
  const place = display(path).replaceAll(/[^/\\]+/g, (name) => (looksLikeKey(name) ? '***' : name))
  const message =
    found === 'nothing'
      ? `${variable} names ${place}, and there is no such ${what}`
      : `${variable} names ${place}, which holds nothing that OpenCode reads`
  if (!hasTilde) return { message, fix: `correct ${variable}, or unset it` }
  const fix = `write the whole path in ${variable}: OpenCode does not put your home in the place of "~"`
  return { message, fix }
}
