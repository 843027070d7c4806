/**
 * What the process exits with (commands.md "Exit codes"). Scripts rely on these: a change is a
 * breaking change.
 */
export const ExitCode = {
  ok: 0,
  failure: 1,
  differences: 2,
  decision: 3,
  usage: 64,
  badInput: 65,
  bug: 70,
  interrupted: 130,
} as const
