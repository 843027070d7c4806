import { fillIn } from './filled.ts'
import type { Filled } from './filled.ts'
import { mergedAt, membersAt, nameOf, placeOf } from './merged-config.ts'
import type { MergedNode } from './merged-config.ts'
import type { Scene } from './scene.ts'

/** A text that an MCP server is given. */
export interface McpText {
  /** As a message names it: `TOKEN of the MCP server "tracker"`. */
  readonly what: string
  readonly node: MergedNode
  readonly raw: string
  readonly filled: Filled
}

/** The variables and headers of the MCP servers that are not switched off. */
export function mcpTextsOf(scene: Scene): readonly McpText[] {
  const servers = membersAt(scene.config, ['mcp'])
  return servers
    .filter((server) => mergedAt(server, ['enabled'])?.value !== false)
    .flatMap((server) =>
      ['environment', 'headers'].flatMap((field) =>
        membersAt(server, [field]).flatMap((node): McpText[] => {
          if (typeof node.value !== 'string') return []
          const raw = node.value
          const filled = fillIn(scene, placeOf(node).layer, raw)
          const what = `"${nameOf(node)}" of the MCP server "${nameOf(server)}"`
          return [{ what, node, raw, filled }]
        }),
      ),
    )
}
