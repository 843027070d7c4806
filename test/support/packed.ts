import { cp, mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand, type Outcome } from '../../scripts/command.mjs'
import { makeSandbox, type Sandbox } from '../../scripts/sandbox.mjs'
import { root } from '../../scripts/set-up.mjs'
import { succeeds } from './opgen.ts'

/** Of the repository, all that neither git has nor a package is made of. */
const LEFT_OUT = new Set(['node_modules', '.git', '.tools', 'dist', 'test', 'coverage'])

/** A copy of the sources, so that packing, which builds, is not under the feet of the other tests. */
export async function copySources(folder: string): Promise<void> {
  await cp(root, folder, {
    recursive: true,
    filter: (source) => !LEFT_OUT.has(source.slice(root.length).replace(/^[\\/]/, '')),
  })
  // What must not be packed, where the copy has left it out.
  await mkdir(join(folder, 'test'))
  await cp(join(root, 'test', 'tsconfig.json'), join(folder, 'test', 'tsconfig.json'))
}

export interface Packed {
  readonly tarball: string
  /** Bytes. */
  readonly size: number
  readonly unpackedSize: number
  readonly files: readonly string[]
  readonly sandbox: Sandbox
  /** The sources that it was made of. */
  readonly sources: string
}

/** Run the real `npm pack`. The sandbox is the caller's to remove. */
export async function packPackage(): Promise<Packed> {
  const sandbox = await makeSandbox()
  const sources = join(sandbox.folder, 'sources')
  await copySources(sources)
  await symlink(join(root, 'node_modules'), join(sources, 'node_modules'))
  const pack = ['pack', '--json', '--pack-destination', sandbox.folder]
  const { stdout } = await succeeds(npm(sandbox, pack, sources))
  const [{ filename, size, unpackedSize, files }] = JSON.parse(stdout)
  return {
    tarball: join(sandbox.folder, filename),
    size,
    unpackedSize,
    files: files.map(({ path }: { readonly path: string }) => path).toSorted(),
    sandbox,
    sources,
  }
}

/** How this machine reaches the registry. No other setting of the caller's npm is taken over. */
const NETWORK = /^(?:https?_proxy|no_proxy|node_extra_ca_certs|npm_config_registry)$/i

/** Run the real npm in the sandbox's home, with a cache of its own. */
export async function npm(
  sandbox: Sandbox,
  args: readonly string[],
  folder = sandbox.work,
): Promise<Outcome> {
  const {
    npm_config_registry: _,
    npm_config_fetch_retries: __,
    NO_PROXY: ___,
    ...sealed
  } = sandbox.environment
  const network = Object.entries(process.env).filter(([name]) => NETWORK.test(name))
  const environment = {
    ...sealed,
    ...Object.fromEntries(network),
    npm_config_update_notifier: 'false',
  }
  return runCommand('npm', args, { folder, environment, patience: 100_000 })
}

/** Install the tarball as a person does: `npm install -g`, into a prefix of its own. */
export async function installGlobally(
  { sandbox, tarball }: Pick<Packed, 'sandbox' | 'tarball'>,
  prefix: string,
  ...flags: readonly string[]
): Promise<Outcome> {
  return succeeds(npm(sandbox, ['install', '--global', '--prefix', prefix, ...flags, tarball]))
}

/** Run the `opgen` of a prefix as a shell would: through its link on the PATH. */
export function installed(
  sandbox: Sandbox,
  args: readonly string[],
  { at, environment = {}, input = '' }: Installed,
): Promise<Outcome> {
  const PATH = `${join(at, 'bin')}:${sandbox.environment['PATH']}`
  return runCommand('opgen', args, {
    folder: sandbox.work,
    environment: { ...sandbox.environment, ...environment, PATH },
    input,
  })
}

interface Installed {
  /** The prefix. */
  readonly at: string
  readonly environment?: Readonly<Record<string, string>>
  readonly input?: string
}

/** Where npm puts the package below a prefix. */
export function packageOf(at: string): string {
  return join(at, 'lib', 'node_modules', 'opgen')
}
