import { findBlockKey } from '../../import/block-key.ts'
import { isJsonObject } from '../../json.ts'
import type { Path } from '../../json.ts'
import { nodeAt, valueOf } from '../../jsonc/parse.ts'
import { listed, quote } from '../../manifest/words.ts'
import type { ConfigLayer } from '../config-layer.ts'
import { plainSecretsIn } from '../plain-secrets.ts'
import type { PlainSecret } from '../plain-secrets.ts'
import type { Found, Rule } from '../rule.ts'
import type { GitState, Scene } from '../scene.ts'

/** What somebody would call the owner of some secrets in a file. */
interface Owner {
  /** As a message names it; `''`: the file itself. */
  readonly name: string
  readonly provider: string | undefined
  readonly secrets: readonly PlainSecret[]
}

const literalSecret: Rule = {
  code: 'literal-secret',
  severity: 'warning',
  title: 'a key in plain text in a config file',
  cause:
    'whoever gets the file has the key: a copy, a backup, a dotfiles repository; OpenCode also prints it with every syntax error',
  fix: 'move it into the keychain with `opgen import`, or write {env:NAME} or {file:path} in its place',
  source: 'survey 4, 6; contract 1.4; anomalyco/opencode#4318',
  check: (scene) =>
    perOwner(scene, { isTracked: false }, (layer, owner) => ({
      message: `${sayWhere(owner)}${ofFile(scene.git.get(layer.file), layer)}`,
      fix: fixFor(scene, layer, owner),
    })),
}

function ofFile(state: GitState | undefined, { mode = 0 }: ConfigLayer): string {
  const isWide = (mode & 0o077) !== 0
  if (state === undefined) return isWide ? '; others can read the file' : ''
  return `; the file is in a git work tree${isWide ? ', and others can read it' : ''}`
}

const secretInGit: Rule = {
  code: 'secret-in-git',
  severity: 'error',
  title: 'a key in plain text in a file that git tracks',
  cause:
    'whoever gets a copy of the repository has the key, and git keeps it when it is taken out of the file',
  fix: "replace the key where it was issued, for git's history keeps this one, and take it out of the file",
  source: 'survey 4, 6; anomalyco/opencode#4318',
  check: (scene) =>
    perOwner(scene, { isTracked: true }, (layer, owner) => ({
      message: `${sayWhere(owner)}, in a file that git tracks`,
      fix: `replace the key where it was issued, for git's history keeps this one; then ${fixFor(scene, layer, owner)}`,
      ...(owner.secrets.some(({ isSure }) => isSure) ? {} : { severity: 'warning' as const }),
    })),
}

/** What is found of the secrets of each provider, server and so on, in each file. */
function perOwner(
  scene: Scene,
  { isTracked }: { readonly isTracked: boolean },
  faultOf: (layer: ConfigLayer, owner: Owner) => Found,
): readonly Found[] {
  return [...new Set([...scene.layers, ...scene.layersOf2])].flatMap((layer) => {
    const { document, file, text } = layer
    // What was filled in is not in the file, and a variable is none.
    if (document === undefined || layer.filledIn || layer.kind === 'content') return []
    if ((scene.git.get(file) === 'tracked') !== isTracked) return []
    return ownersIn(plainSecretsIn(document)).map((owner) => {
      const { provider } = owner
      const at = { file, text, offset: owner.secrets[0]?.offset ?? 0 }
      return { at, ...(provider === undefined ? {} : { provider }), ...faultOf(layer, owner) }
    })
  })
}

function ownersIn(secrets: readonly PlainSecret[]): readonly Owner[] {
  const owners = new Map<string, { owner: Owner; secrets: PlainSecret[] }>()
  for (const secret of secrets) {
    const owner = ownerOf(secret.path)
    const known = owners.get(owner.name)
    if (known === undefined) owners.set(owner.name, { owner, secrets: [secret] })
    else known.secrets.push(secret)
  }
  return [...owners.values()].map(({ owner, secrets: own }) => ({ ...owner, secrets: own }))
}

function ownerOf(path: Path | undefined): Owner {
  const secrets: readonly PlainSecret[] = []
  if (path === undefined) return { name: 'a comment', provider: undefined, secrets }
  const [top = '', id = ''] = path
  if (path.length > 2 && (top === 'provider' || top === 'providers')) {
    return { name: quote(id), provider: id, secrets }
  }
  if (path.length > 2 && top === 'mcp') {
    const server = id === 'servers' ? (path[2] ?? '') : id
    return { name: `the MCP server ${quote(server)}`, provider: undefined, secrets }
  }
  const name = path.length > 2 ? `${top} ${quote(id)}` : `"${top}"`
  return { name, provider: undefined, secrets }
}

/** The names of the fields, and never a value. */
function sayWhere({ name, secrets }: Owner): string {
  const count = secrets.length === 1 ? 'a key' : 'keys'
  if (name === 'a comment') return `${name} holds ${count} in plain text`
  const fields = [...new Set(secrets.map(({ path = [] }) => path.at(-1) ?? ''))]
  return `${name} has ${count} in plain text (${listed(fields.map(quote))})`
}

function fixFor(
  { managed }: Scene,
  { kind, document }: ConfigLayer,
  { name, provider, secrets }: Owner,
): string {
  if (name === 'a comment') return 'take it out of the comment'
  const refer = 'write {env:NAME} or {file:path} in its place'
  if (provider === undefined || kind !== 'global' || document === undefined) return refer
  const node = nodeAt(document, ['provider', provider])
  const block = node === undefined ? undefined : valueOf(node)
  const key = isJsonObject(block) ? findBlockKey(block, true) : undefined
  const isKey = key?.kind === 'literal' && secrets.some(({ path }) => isAt(path, provider, key.at))
  if (!isKey || !/^[\w.-]+$/.test(provider)) return refer
  return managed.has(provider)
    ? `store it with \`opgen key set ${provider}\`, and take it out here`
    : `run \`opgen import --only ${provider}\`, which moves it into the keychain`
}

function isAt(path: Path | undefined, provider: string, at: Path): boolean {
  const wanted = ['provider', provider, ...at]
  return path?.length === wanted.length && wanted.every((name, index) => path[index] === name)
}

export const secretRules: readonly Rule[] = [literalSecret, secretInGit]
