import { listed, quote } from '../../manifest/words.ts'
import { replaceFiles, replaceUrlVariables, replaceVariables } from '../../tokens.ts'
import { classifyHost, hasToken, originOf } from '../../url.ts'
import { addressesOf } from '../addresses-in.ts'
import type { Address } from '../addresses-in.ts'
import { leavesOf, mergedAt, placeOf } from '../merged-config.ts'
import type { MergedNode, Place } from '../merged-config.ts'
import { isOfProject, ownPlace } from '../redirects.ts'
import { atValue } from '../rule.ts'
import type { Found, Rule } from '../rule.ts'
import type { Scene, SceneProvider } from '../scene.ts'
import { isForeignTo } from '../vendor-variables.ts'

export const projectTakesKey: Rule = {
  code: 'project-takes-key',
  severity: 'error',
  title: 'a project that takes a key which is not its own',
  cause:
    "OpenCode fills in every variable and every file that the files of the folder name which it is started in, and sends them to the address there: with somebody else's project this is how a key is stolen",
  fix: 'do not start OpenCode here before you know who wrote this file and who has that address',
  source: 'contract 1.2, 1.5',
  check: (scene) => {
    const theirs = scene.providers.filter(({ node }) => node.places.some(isInProject))
    const own = theirs.length === 0 ? new Set<string>() : ownHosts(scene)
    return theirs.flatMap((provider) => takenBy(scene, provider, own))
  },
}

/** What a value of the project's fills in that is the user's. */
interface Taken {
  readonly node: MergedNode
  /** As a message has it. */
  readonly what: string
  readonly isFile: boolean
}

function isInProject({ layer }: Place): boolean {
  return layer.kind === 'project' || layer.kind === 'dot-folder'
}

function takenBy(
  scene: Scene,
  provider: SceneProvider,
  own: ReadonlySet<string>,
): readonly Found[] {
  const { id, node } = provider
  const address = addressesOf(scene, provider).find((one) => isStrange(one, own))
  if (address?.url === undefined) return []
  const { url } = address
  const taken = leavesOf(node).flatMap((leaf) => takenIn(scene, leaf, url))
  const [first] = taken
  if (first === undefined) return []
  const names = listed([...new Set(taken.map(({ what }) => what))])
  return [
    {
      message: `this project sends your ${names} to ${hostOf(address)}, by its provider ${quote(id)}`,
      // A project may ask for a file of its own, outside of what is shared.
      ...(taken.every(({ isFile }) => isFile) ? { severity: 'warning' as const } : {}),
      provider: id,
      at: atValue(placeOf(first.node)),
    },
  ]
}

/** Whether the project has it so, somebody else may be there, and the user has no provider there. */
function isStrange({ node, url }: Address, own: ReadonlySet<string>): boolean {
  if (url === undefined || !URL.canParse(url) || !isOfProject(node)) return false
  return classifyHost(url) === 'public' && !own.has(new URL(url).host)
}

function ownHosts({ providers }: Scene): ReadonlySet<string> {
  const nodes = providers.flatMap(({ node }) =>
    [['options', 'baseURL'], ['api']].flatMap((path) => mergedAt(node, path) ?? []),
  )
  return new Set(
    nodes.flatMap((node) => {
      const own = ownPlace(node)?.node
      const value = own?.kind === 'scalar' ? own.value : undefined
      return typeof value === 'string' && URL.canParse(value) ? [new URL(value).host] : []
    }),
  )
}

function takenIn(scene: Scene, node: MergedNode, url: string): readonly Taken[] {
  const { value, path } = node
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const isEnv = path.length === 3 && path[2] === 'env'
  if (!(isEnv || text.includes('{')) || !isOfProject(node) || isOwnText(node)) return []
  const { layer } = placeOf(node)
  const names: string[] = isEnv && Array.isArray(value) && value.length === 1 ? texts(value) : []
  const add = (name: string): string => {
    names.push(name)
    return scene.machine.env(name) ?? ''
  }
  const files: string[] = []
  replaceFiles(replaceVariables(replaceUrlVariables(text, add), add), (written) => {
    if (/^(?:[~/\\]|[a-z]:)/i.test(written)) files.push(scene.fileOf(layer, written))
    return ''
  })
  return [
    ...names
      .filter((name) => isTakenVariable(scene, name, url))
      .map((name) => ({ node, what: quote(name).slice(1, -1), isFile: false })),
    ...files
      .filter((file) => isOutside(scene, file))
      .map((file) => ({
        node,
        what: quote(scene.machine.display(file)),
        isFile: !isKeyStore(file),
      })),
  ]
}

function texts(list: readonly unknown[]): string[] {
  return list.filter((item) => typeof item === 'string')
}

/** Whether it stands in a file of the user's just so: the project may be where that file is kept. */
function isOwnText(node: MergedNode): boolean {
  const own = ownPlace(node)?.node
  return own?.kind === 'scalar' && own.value === node.value
}

function isTakenVariable({ machine, catalogue }: Scene, name: string, url: string): boolean {
  if ((machine.env(name) ?? '') === '' || !isForeignTo(catalogue, name, url)) return false
  // Whoever has the key for a gateway of their own says so in a second variable.
  const stem = name.replace(/_(?:API_)?(?:KEY|TOKEN)$/, '')
  return !['_BASE_URL', '_API_BASE'].some((end) => {
    const base = machine.env(`${stem}${end}`) ?? ''
    return URL.canParse(base) && new URL(base).host === new URL(url).host
  })
}

/** Whether there is such a file, and not below a folder that the project has configuration in. */
function isOutside({ references, layers }: Scene, file: string): boolean {
  if (references.get(file)?.kind !== 'file') return false
  return !layers.some((layer) => {
    if (layer.kind !== 'project' && layer.kind !== 'dot-folder') return false
    const folder = layer.file.replace(/[/\\](?:\.opencode[/\\])?[^/\\]*$/, '')
    return file.startsWith(folder) && /^[/\\]/.test(file.slice(folder.length))
  })
}

/** Files that hold keys which no project has any business with. */
function isKeyStore(file: string): boolean {
  return /[/\\](?:\.ssh|\.aws|\.gnupg|\.kube|\.netrc|\.git-credentials|\.npmrc|\.docker|gcloud|gh|\.codex|\.claude|\.claude\.json|opencode[/\\]auth\.json|opgen[/\\]keys)(?:$|[/\\])/.test(
    file,
  )
}

function hostOf({ raw, url = '' }: Address): string {
  return hasToken(raw) ? 'an address of its own' : quote(originOf(url).replace(/^[a-z]+:\/\//i, ''))
}
