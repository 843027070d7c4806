import path from 'node:path'
import { nodeAt, valueOf } from '../core/jsonc/parse.ts'
import type { JsonDocument } from '../core/jsonc/parse.ts'
import { idsIn } from '../core/run-config.ts'
import type { ProviderLists } from '../core/run-config.ts'
import type { System } from '../system/system.ts'
import { readLayers } from './config-layers.ts'
import { absolute, variable, xdgFolder } from './paths.ts'

/** OpenCode's own folder for config, as apply would write it. */
export function configFolder({ machine }: System): string {
  const chosen = variable(machine, 'OPENCODE_CONFIG_DIR')
  return chosen === undefined
    ? path.join(xdgFolder(machine, 'CONFIG'), 'opencode')
    : absolute(machine, chosen)
}

/**
 * The lists of provider ids that an OpenCode started here would go by: of all its config files the last that
 * has one. A file that cannot be read or parsed is OpenCode's to complain about.
 */
export async function readLists(system: System): Promise<ProviderLists> {
  let lists: ProviderLists = { enabled: undefined, disabled: undefined }
  // The run has the variable with the content for itself, and asks its caller's by its own means.
  for (const { kind, document } of (await readLayers(system)).of1) {
    if (kind !== 'content' && document !== undefined) lists = listsOver(lists, document)
  }
  return lists
}

export function listsOver(below: ProviderLists, document: JsonDocument): ProviderLists {
  const listed = (name: string): readonly string[] | undefined => {
    const node = nodeAt(document, [name])
    return node === undefined ? undefined : idsIn(valueOf(node))
  }
  return {
    enabled: listed('enabled_providers') ?? below.enabled,
    disabled: listed('disabled_providers') ?? below.disabled,
  }
}
