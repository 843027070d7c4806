/** The lines of OpenCode that get their keys in different ways. */
export type OpenCodeLine = 1 | 2

/** The line of a version; undefined where that is not known, as of a build from source. */
export function lineOf(version: string): OpenCodeLine | undefined {
  if (version.startsWith('1.')) return 1
  // Before 2.0.0 its builds were numbered by their channel.
  return /^(?:2\.|0\.0\.0-(?:next|beta)\b)/.test(version) ? 2 : undefined
}

/** The version in what `--version` printed: a line with nothing else but perhaps the program's name. */
export function versionIn(printed: string): string | undefined {
  const found = /^(?:opencode2?[ \t]+)?v?(\d{1,4}(?:\.\d{1,9}){2}(?:-[\w.-]{1,60})?)[ \t]*\r?$/m
  return found.exec(printed)?.[1]
}
