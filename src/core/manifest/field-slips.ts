import { didYouMean, nearest } from '../nearest.ts'

/** What people write for a field, in lower case without `-` and `_`. From configurations found in the wild. */
const SLIPS: ReadonlyMap<string, readonly string[]> = new Map([
  ['api', ['baseURL']],
  ['apibase', ['baseURL']],
  ['apiurl', ['baseURL']],
  ['endpoint', ['baseURL']],
  ['host', ['baseURL', 'hostname']],
  ['computer', ['hostname']],
  ['machine', ['machines', 'hostname']],
  ['platform', ['os']],
  ['system', ['os']],
  ['username', ['user']],
  ['overlays', ['machines']],
  ['if', ['when']],
  ['only', ['when']],
  ['includes', ['include']],
  ['extends', ['include']],
  ['import', ['include']],
  ['url', ['baseURL']],
  ['model', ['models']],
  ['provider', ['providers']],
  ['label', ['name']],
  ['title', ['name']],
  ['displayname', ['name']],
  ['adapter', ['npm']],
  ['package', ['npm']],
  ['sdk', ['npm']],
  ['template', ['preset']],
  ['type', ['preset']],
  ['protocol', ['preset']],
  ['disabled', ['enabled']],
  ['context', ['limit']],
  ['contextlength', ['limit']],
  ['contextwindow', ['limit']],
  ['limits', ['limit']],
  ['maxoutput', ['limit']],
  ['maxoutputtokens', ['limit']],
  ['maxtokens', ['limit', 'output']],
  ['numctx', ['limit']],
  ['output', ['limit']],
  ['functioncalling', ['tool_call']],
  ['toolcalling', ['tool_call']],
  ['tools', ['tool_call']],
  ['attachments', ['attachment']],
  ['images', ['attachment']],
  ['vision', ['attachment']],
  ['thinking', ['reasoning']],
  ['price', ['cost']],
  ['pricing', ['cost']],
  ['variables', ['vars']],
])

/** Fields that hold a key elsewhere. */
const KEY_NAME = /^(?:x?apikey|apitoken|authtoken|accesstoken|token|secret|authorization|bearer)$/

/** Provider options of OpenCode that are easily written one level too high. */
const OPTIONS = /^(?:headers?|timeout|headertimeout|chunktimeout|setcachekey|enterpriseurl)$/

/** A hint for a field that does not exist, given those that do at its place. */
export function suggestField(name: string, allowed: readonly string[]): { readonly hint?: string } {
  const plain = withoutSeparators(name)
  if (KEY_NAME.test(plain) && allowed.includes('key')) {
    return {
      hint: 'a key never stands here: store it with `opgen key set`, or say where it is with "key"',
    }
  }
  if (OPTIONS.test(plain) && allowed.includes('options')) {
    return { hint: 'write it under "options"' }
  }
  const known = SLIPS.get(plain)?.find((field) => allowed.includes(field))
  if (known === 'limit') return { hint: 'write `limit: { context: 200000, output: 32000 }`' }
  return known === undefined
    ? didYouMean(plainest(name, plain), allowed)
    : didYouMean(known, [known])
}

/** The field that a name stands for, rightly or wrongly spelt; undefined when there is none like it. */
export function meantField(name: string, allowed: readonly string[]): string | undefined {
  if (allowed.includes(name)) return name
  const plain = withoutSeparators(name)
  return (
    SLIPS.get(plain)?.find((field) => allowed.includes(field)) ??
    nearest(plainest(name, plain), allowed)
  )
}

function withoutSeparators(name: string): string {
  return name.toLowerCase().replaceAll(/[-_\s]/g, '')
}

/** Separators are no difference: `base_url` is as near to `baseURL` as `baseUrl` is. */
function plainest(name: string, plain: string): string {
  return plain.length < name.length && !name.includes('_call') ? plain : name
}
