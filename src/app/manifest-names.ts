import { filesOf, mergeFiles, overlaysOf } from '../core/manifest/compose.ts'
import type { ManifestSource } from '../core/manifest/compose.ts'
import { looseNames } from '../core/manifest/loose-names.ts'
import { conditionsOf, readManifestFile } from '../core/manifest/manifest-file.ts'
import type { ManifestText } from '../core/manifest/manifest-file.ts'
import { entriesOf, field, textOf } from '../core/manifest/node.ts'
import type { MapNode } from '../core/manifest/node.ts'
import { findManifest, presetHomes } from './load-manifest.ts'
import { absolute, variable } from './paths.ts'
import { readSources } from './read-sources.ts'
import type { Session } from './session.ts'

export interface Name {
  readonly name: string
  /** A few words for a person; empty where nothing is said. */
  readonly about: string
}

/** The names that a manifest gives, on whatever machine. */
export interface ManifestNames {
  readonly providers: readonly Name[]
  readonly machines: readonly Name[]
  readonly profiles: readonly Name[]
  /** Folders whose `templates` have presets. */
  readonly homes: readonly string[]
}

const NOTHING: ManifestNames = { providers: [], machines: [], profiles: [], homes: [] }

/** In UTF-16 units. Longer texts are gone through line by line: a person waits for each key. */
const LONGEST_READ = 200_000

/**
 * Read the names of the manifest, as many of them as can be told of one that somebody is just writing. There are
 * none where there is no manifest, or one that is not to be had in a moment, such as a pipe.
 */
export async function readManifestNames(session: Session): Promise<ManifestNames> {
  try {
    const file = await findFile(session)
    if (file === undefined) return NOTHING
    const source = await readSource(session, file)
    if (source === undefined) return { ...NOTHING, ...fromLines(file) }
    const homes = presetHomes(source, await session.system.files.resolve(file.path))
    return { ...namesIn(source), homes }
  } catch {
    return NOTHING
  }
}

/** What is named may be a pipe, which would be waited for, or lose what it brings. */
async function findFile(session: Session): Promise<ManifestText | undefined> {
  const { machine, files } = session.system
  const given = session.options.manifest ?? variable(machine, 'OPGEN_MANIFEST')
  if (given !== undefined) {
    const facts = await files.look(await files.resolve(absolute(machine, given)))
    if (facts?.kind !== 'file') return undefined
  }
  return findManifest(session)
}

/** Undefined: the text is too long for that. An include that cannot be read is left out with all others. */
async function readSource(
  { system }: Session,
  file: ManifestText,
): Promise<ManifestSource | undefined> {
  if (file.text.length > LONGEST_READ) return undefined
  try {
    return await readSources(system, file)
  } catch {
    return { file: readManifestFile(file), includes: [], diagnostics: [] }
  }
}

function namesIn(source: ManifestSource): Omit<ManifestNames, 'homes'> {
  const whole = mergeFiles(source)
  const broken = filesOf(source).filter(({ tree }) => tree === undefined)
  const loose = broken.map(fromLines)
  const layers = [whole, ...overlaysOf(whole).map(({ tree }) => tree)]
  return {
    providers: [...layers.flatMap(providersIn), ...loose.flatMap(({ providers }) => providers)],
    machines: [
      ...overlaysOf(whole).map(({ name }) => named(name)),
      ...loose.flatMap(({ machines }) => machines),
    ],
    profiles: profilesIn(whole),
  }
}

function fromLines({ text }: ManifestText): Pick<ManifestNames, 'providers' | 'machines'> {
  const { providers, machines } = looseNames(text)
  return { providers: providers.map(named), machines: machines.map(named) }
}

function named(name: string): Name {
  return { name, about: '' }
}

function providersIn(layer: MapNode): readonly Name[] {
  return entriesOf(field(layer, 'providers')).map(([name, { value }]) => {
    return { name, about: textOf(field(value, 'name')) ?? textOf(field(value, 'preset')) ?? '' }
  })
}

/** Those that a condition asks for by their whole name. */
function profilesIn(tree: MapNode): readonly Name[] {
  return conditionsOf(tree).flatMap((condition) => {
    const asked = field(condition, 'profile')
    const texts = asked?.kind === 'list' ? asked.items.map(textOf) : [textOf(asked)]
    return texts.flatMap((text) => (text === undefined || /[*?]/.test(text) ? [] : [named(text)]))
  })
}
