import { quote } from '../manifest/words.ts'

const MOST = 3

/** Names as a finding counts them: `"a", "b"`, and of many `"a", "b", "c" and 7 more`. */
export function nameSome(names: readonly string[]): string {
  const shown = names.slice(0, MOST).map(quote)
  const left = names.length - MOST
  if (left > 0) return `${shown.join(', ')} and ${left} more`
  const [last = '', ...others] = shown.toReversed()
  return others.length === 0 ? last : `${others.toReversed().join(', ')} and ${last}`
}

/** `1 model`, `7 models`. */
export function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}
