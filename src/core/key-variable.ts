/**
 * The environment variable that beats a provider's declared key source: `my-gw.eu` is
 * `OPGEN_KEY_MY_GW_EU` (keys.md). Two ids may share one; the manifest check refuses that.
 */
export function keyVariable(id: string): string {
  return `OPGEN_KEY_${id.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`
}
