/** A command line of `opgen run`, and what goes with it. */
interface CanaryRun {
  readonly args: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

/**
 * Runs in which a key that opgen keeps, with a quote in it, is refused before anything starts; in which one
 * without is handed to a child; and in which a caller's own config is no JSON beside one.
 */
export function runsOf(canary: string): readonly CanaryRun[] {
  const given = { OPGEN_KEY_HAIMAKER: canary }
  const damaged = { OPENCODE_CONFIG_CONTENT: `{ "apiKey": "${canary}` }
  return [
    { args: ['run', '--', 'true'] },
    { args: ['run', '--json', '--', 'true'] },
    { args: ['run', '--', 'no-such-program'], environment: given },
    { args: ['run', '--json', 'false'], environment: given },
    { args: ['run', '--', 'true'], environment: damaged },
    { args: ['run', '--json', '--', 'true'], environment: { ...given, ...damaged } },
  ]
}
