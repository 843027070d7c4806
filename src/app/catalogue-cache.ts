import path from 'node:path'
import { CATALOGUE_IDS } from '../core/catalogue.ts'
import { membersAt, nameOf } from '../core/doctor/merged-config.ts'
import type { MergedNode } from '../core/doctor/merged-config.ts'
import { modelReferences } from '../core/doctor/model-references.ts'
import { providerList } from '../core/doctor/provider-lists.ts'
import type { Catalogue } from '../core/doctor/scene.ts'
import { isJsonObject, objectAt } from '../core/json.ts'
import type { JsonObject, JsonValue } from '../core/json.ts'
import { InvalidInput, OpgenError } from '../errors.ts'
import type { System } from '../system/system.ts'
import { absolute, variable, xdgFolder } from './paths.ts'
import { readIfFile } from './read-text.ts'

/**
 * What OpenCode knows by itself. The copy of the catalogue that it keeps on disk has the models, too, and some
 * megabytes: it is read only where a configuration has to do with one of its providers.
 */
export async function readCatalogue(
  system: System,
  config: MergedNode | undefined,
): Promise<Catalogue> {
  return catalogueOf(concernsCatalogue(config) ? await readCatalogueCopy(system) : undefined)
}

/** The same, whatever the configuration has to do with it. */
export async function readWholeCatalogue(system: System): Promise<Catalogue> {
  return catalogueOf(await readCatalogueCopy(system))
}

/**
 * What is to be taken for the catalogue, as the user names it.
 *
 * @throws OpgenError `file-refused`
 * @throws InvalidInput `bad-catalogue`
 */
export async function readCatalogueFile(
  { files, machine }: System,
  given: string,
): Promise<JsonObject> {
  const file = absolute(machine, given)
  const text = await files.read(file)
  if (text === undefined) {
    throw new OpgenError({ code: 'file-refused', path: file, reason: 'no-file' })
  }
  const catalogue = parseObject(text)
  if (catalogue !== undefined) return catalogue
  throw new InvalidInput([
    {
      code: 'bad-catalogue',
      severity: 'error',
      message: 'this is no catalogue of models',
      source: { file, line: 1, column: 1 },
      hint: 'take a file like the models.json in the cache folder of OpenCode',
    },
  ])
}

function catalogueOf(copy: JsonObject | undefined): Catalogue {
  const entry = (id: string): JsonObject | undefined => {
    const found = copy !== undefined && Object.hasOwn(copy, id) ? copy[id] : undefined
    return isJsonObject(found) ? found : undefined
  }
  return {
    has: (id) => CATALOGUE_IDS.has(id) || entry(id) !== undefined,
    ids: () => new Set([...CATALOGUE_IDS, ...Object.keys(copy ?? {})]),
    models: (id) => {
      const found = entry(id)
      return found === undefined ? undefined : objectAt(found, 'models')
    },
    variables: (id) => {
      const names: JsonValue | undefined = entry(id)?.['env']
      if (!Array.isArray(names)) return undefined
      return names.filter((name) => typeof name === 'string')
    },
    adapter: (id) => textOf(entry(id)?.['npm']),
    address: (id) => textOf(entry(id)?.['api']),
  }
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** Whether a block, or what names a provider, may be of one in the catalogue, which may be newer than ours. */
function concernsCatalogue(config: MergedNode | undefined): boolean {
  const own = new Set(membersAt(config, ['provider']).map(nameOf))
  if ([...own].some((id) => CATALOGUE_IDS.has(id))) return true
  if (modelReferences({ config }).some(({ provider }) => !own.has(provider ?? ''))) return true
  const lists = (['enabled_providers', 'disabled_providers'] as const).flatMap(
    (name) => providerList({ config }, name) ?? [],
  )
  const listed = lists.flatMap(({ places }) => [...places.keys()])
  return listed.some((id) => !own.has(id) && !CATALOGUE_IDS.has(id))
}

/** `<cache>/models.json`, unless a variable names another file (contract 4.1). */
export async function readCatalogueCopy({
  files,
  machine,
}: System): Promise<JsonObject | undefined> {
  const named = variable(machine, 'OPENCODE_MODELS_PATH')
  const file =
    named === undefined
      ? path.join(xdgFolder(machine, 'CACHE'), 'opencode', 'models.json')
      : absolute(machine, named)
  return parseObject((await readIfFile(files, file)) ?? '')
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const parsed: JsonValue = JSON.parse(text)
    return isJsonObject(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}
