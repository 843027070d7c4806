import { positionAt } from '../../jsonc/parse.ts'
import type { JsonNode, Member } from '../../jsonc/parse.ts'
import type { Path } from '../../json.ts'
import { quote } from '../../manifest/words.ts'
import { folderOf } from '../beside.ts'
import type { ConfigLayer, LayerFault } from '../config-layer.ts'
import type { Found, Rule } from '../rule.ts'
import { hasLine, mayBeLine } from '../scene.ts'
import type { Scene } from '../scene.ts'
import { breakingIn, variableBreaksConfig } from './filled-variables.ts'
import {
  configJson,
  configMisplaced,
  configToml,
  configVariableMissing,
} from './misplaced-files.ts'
import { twoConfigFiles } from './two-config-files.ts'

const configSyntax: Rule = {
  code: 'config-syntax',
  severity: 'error',
  title: 'a config file that is no JSON, comments and trailing commas allowed',
  cause:
    'OpenCode 1 does not start with it, and prints the whole file with every key filled in; OpenCode 2 leaves the file out and only logs that',
  fix: 'correct the place by hand; what is wrong may begin a line earlier',
  source: 'contract 1.4; anomalyco/opencode#29200',
  check: (scene) => [
    ...scene.layers.filter((layer) => !isBrokenByVariable(scene, layer)).flatMap(syntaxOf),
    ...onlyOf2(scene).flatMap(syntaxOf).map(asLeftOut),
  ],
}

/** Then the place where the parser gives up says nothing. */
function isBrokenByVariable({ machine }: Scene, layer: ConfigLayer): boolean {
  if (layer.problem === undefined) return false
  return breakingIn(layer, machine).some(({ isInText }) => !isInText)
}

function syntaxOf({ file, text, problem }: ConfigLayer): readonly Found[] {
  if (problem === undefined || problem.code === 'root-not-object') return []
  const { code, message, offset } = problem
  const at = { file, text, offset }
  if (code === 'too-deep') return [{ message, at, ...TOO_DEEP }]
  if (code !== 'no-value') return [{ message, at }]
  return [
    {
      message: 'there is no value in here, only comments or white space',
      fix: 'write {} there, or delete the file: without a single byte it counts as absent',
      at,
    },
  ]
}

/** OpenCode was seen to take 3,000 levels, and to crash at 50,000. */
const TOO_DEEP = {
  severity: 'warning',
  cause: 'opgen looks no further into such a file; OpenCode crashes at some depth',
  fix: 'check whether something wrote this file by mistake',
} as const

/** Files that OpenCode 1 does not read. */
function onlyOf2(scene: Scene): readonly ConfigLayer[] {
  const of1 = new Set(scene.layers)
  return hasLine(scene, 2) ? scene.layersOf2.filter((layer) => !of1.has(layer)) : []
}

function asLeftOut(found: Found): Found {
  const cause = 'OpenCode 2, which alone reads this file, leaves it out and only logs that'
  return { ...found, severity: 'warning', cause }
}

const configUnreadable: Rule = {
  code: 'config-unreadable',
  severity: 'error',
  title: 'a config file that cannot be read',
  cause: 'OpenCode 1 reads whatever has this name: with a folder there it does not start',
  fix: 'move away what stands there',
  source: 'contract 1.2, 1.4',
  check: (scene) => {
    const layers = [...new Set([...scene.layers, ...scene.layersOf2])]
    const folders = new Set<string>()
    return layers.flatMap(({ file, fault }): readonly Found[] => {
      if (fault === undefined) return []
      if (fault !== 'folder-is-file') return [unreadable(scene, fault, file)]
      const folder = folderOf(file).replace(/(?<=.)[/\\]$/, '')
      if (folders.has(folder)) return []
      folders.add(folder)
      return [unreadable(scene, fault, folder)]
    })
  },
}

function unreadable(scene: Scene, fault: LayerFault, file: string): Found {
  const { isFatal, ...words } = UNREADABLE[fault]
  const severity = isFatal && mayBeLine(scene, 1) ? 'error' : 'warning'
  return { ...words, severity, at: { file } }
}

const UNREADABLE: Readonly<
  Record<LayerFault, Pick<Found, 'message' | 'cause' | 'fix'> & { readonly isFatal: boolean }>
> = {
  'is-folder': { message: 'a folder stands where OpenCode reads a config file', isFatal: true },
  'folder-is-file': {
    message: 'a file stands where OpenCode looks for a folder with configuration',
    cause: 'OpenCode 1 does not start where it finds a file in the place of such a folder',
    isFatal: true,
  },
  'no-file': {
    message: 'what stands where OpenCode reads a config file is neither file nor folder',
    cause: 'OpenCode 1 reads whatever has this name: of a pipe it waits for the end, for ever',
    isFatal: false,
  },
  refused: {
    message: 'the system does not let this user read the file',
    cause: 'OpenCode 1 goes on without a word as if there were no such file',
    fix: 'give its user the right to read it, and all folders above',
    isFatal: false,
  },
  'not-text': {
    message: 'the file is not UTF-8',
    cause: 'OpenCode reads a replacement character for every byte that is no UTF-8',
    fix: 'save it as UTF-8',
    isFatal: false,
  },
}

/** A file that somebody has joined from two has hundreds. */
const MOST_DUPLICATES = 20

const configDuplicate: Rule = {
  code: 'config-duplicate',
  severity: 'warning',
  title: 'a name that stands twice in one object',
  cause: 'OpenCode takes the last of them, whole, and drops the others without a word',
  fix: 'keep one of them',
  source: 'contract 1.2',
  check: ({ layers }) => {
    const found: Found[] = []
    for (const layer of layers) {
      const { document } = layer
      if (document !== undefined) collectDuplicates({ layer, found }, document.root, [])
    }
    return found
  },
}

interface Collected {
  readonly layer: ConfigLayer
  readonly found: Found[]
}

function collectDuplicates(into: Collected, node: JsonNode, path: Path): void {
  if (node.kind === 'scalar' || into.found.length >= MOST_DUPLICATES) return
  if (node.kind === 'array') {
    for (const { value } of node.elements)
      collectDuplicates(into, value, path.length < 2 ? ['', ''] : path)
    return
  }
  // Of the path only what names a provider is told.
  const below = (name: string): Path => (path.length < 2 ? [...path, name] : path)
  const last = new Map(node.members.map((member) => [member.key, member]))
  const told = new Set<string>()
  for (const member of node.members) {
    const counts = last.get(member.key)
    if (counts !== undefined && counts !== member && !told.has(member.key)) {
      told.add(member.key)
      if (into.found.length < MOST_DUPLICATES)
        into.found.push(duplicate(into.layer, below(member.key), [member, counts]))
    }
    if (counts === member) collectDuplicates(into, member.value, below(member.key))
  }
}

function duplicate(
  { file, text }: ConfigLayer,
  path: Path,
  [first, counts]: readonly [Member, Member],
): Found {
  const name = quote(first.key)
  const { line } = positionAt(text, counts.keyStart)
  const [top, provider] = path
  return {
    message: `${name} stands again in line ${line}, and only that one counts`,
    fix: `keep one ${name}, with all that is meant to be in it`,
    ...(top === 'provider' && provider !== undefined ? { provider } : {}),
    at: { file, text, offset: first.keyStart },
  }
}

const namedInVain: Rule = {
  code: 'named-in-vain',
  severity: 'error',
  title: 'a file that `--config` or `--auth` names and that is not there',
  cause: 'there was nothing to look at',
  fix: 'correct the path; it is relative to the current folder',
  source: 'contract 1.2',
  check: ({ notThere, machine }) =>
    notThere.map((file) => ({ message: `${machine.display(file)} is not there`, at: { file } })),
}

export const configFileRules: readonly Rule[] = [
  configSyntax,
  variableBreaksConfig,
  configUnreadable,
  configDuplicate,
  twoConfigFiles,
  configMisplaced,
  configToml,
  configJson,
  configVariableMissing,
  namedInVain,
]
