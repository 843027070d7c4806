import type { Failure, Words } from './errors.ts'

/** What would read a key that is printed, where that is not a person. */
export type KeyReader = 'agent' | 'json' | 'pipe'

type ShowFailure = Extract<Failure, { code: 'not-revealed' | 'no-key-used' | 'not-here' }>

/** Why a key is not shown. */
export function describeShowing(failure: ShowFailure): Words {
  const { provider } = failure
  switch (failure.code) {
    case 'not-revealed':
      return {
        message: `the key for "${provider}" is not printed ${PLACES[failure.to]}`,
        hint: `\`opgen key show ${provider} --reveal\` prints it all the same`,
      }
    case 'no-key-used':
      return failure.external
        ? {
            message: `opgen does not read the key for "${provider}": its \`key\` is \`external\``,
            hint: '`opencode auth list` shows what OpenCode logs in with',
          }
        : {
            message: `"${provider}" uses no key here: its \`key\` comes to \`none\``,
            hint: 'name a source under its `key` in the manifest if it does use one',
          }
    case 'not-here':
      return {
        message: `"${provider}" is not on this machine`,
        hint: 'look at its `when` and `enabled` in the manifest, or name a `--profile`',
      }
  }
}

const PLACES: Readonly<Record<KeyReader, string>> = {
  agent: 'inside a coding agent',
  json: 'as JSON',
  pipe: 'to anything but a terminal',
}
