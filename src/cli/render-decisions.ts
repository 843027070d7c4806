import { harmless } from '../core/format-diagnostic.ts'
import { carriedYaml } from '../core/manifest/carry-yaml.ts'
import type { CarriedYaml } from '../core/manifest/carry-yaml.ts'
import type { Decision } from '../core/plan/plan.ts'
import type { Wanted } from '../core/wanted.ts'
import type { Paint } from './paint.ts'

/**
 * Open decisions, each with the flags that answer it and with what would settle it in the manifest.
 *
 * @param wanted as the manifest is now; without it nothing is said of the manifest
 */
export function renderDecisions(
  decisions: readonly Decision[],
  paint: Paint,
  wanted?: Wanted,
): string {
  const blocks = decisions.map((decision) => {
    const title = `${paint.bold(decision.id)} ${paint.yellow(decision.kind)}`
    const details = decision.details.map(
      ({ text }) => `    ${harmless(text).replace(', wanted ', ',\n      wanted ')}`,
    )
    const flags = [decision.flag, ...decision.otherFlags].map((flag) => `\`${flag}\``).join(' or ')
    const ways = [
      ...(decision.hint === undefined ? [] : [decision.hint]),
      ...(decision.vault === undefined ? [] : [`or import it: \`${decision.vault.command}\``]),
      `decide with ${flags}`,
      ...(wanted === undefined ? [] : manifestWay(carriedYaml([decision], wanted))),
    ]
    const lines = [`  ${title}`, ...details, ...ways.map((way) => `    ${way}`)]
    return lines.map((line) => `${line}\n`).join('')
  })
  return blocks.join('\n')
}

function manifestWay(yaml: CarriedYaml): readonly string[] {
  if (yaml.text === undefined) return []
  const lines = yaml.text.trimEnd().split('\n')
  return [
    'or put this into the manifest:',
    ...lines.map((line) => `  ${harmless(line)}`),
    ...leftOutLines(yaml),
  ]
}

/** What of the values on disk does not stand in the YAML. */
export function leftOutLines({ secret, unsayable }: CarriedYaml): readonly string[] {
  return [
    ...secret.map((pointer) => `left out, as it may hold a secret: ${harmless(pointer)}`),
    ...unsayable.map((pointer) => `left out, as a manifest cannot say it: ${harmless(pointer)}`),
  ]
}
