import type { RecordedState } from '../state/recorded.ts'
import type { ActualState } from './actual.ts'
import type { Drafts } from './draft.ts'
import { askFor, forceOrKeep } from './draft.ts'
import type { Change, Choices } from './plan.ts'
import { answerTo } from './plan.ts'

/** Where a symlinked auth.json leads. */
export interface AuthLink {
  readonly to: string
  readonly insideGit: boolean
}

interface Scene {
  readonly authLink: AuthLink | undefined
  readonly choices: Choices
}

const AUTH_LINK = { id: '/auth', kind: 'symlink' } as const

/** Whether a symlinked auth.json is left alone, with what is behind it. */
export function isAuthLinkKept({ authLink, choices }: Scene): boolean {
  return authLink !== undefined && answerTo(choices, AUTH_LINK) === 'keep'
}

export function planSymlink(drafts: Drafts, input: Scene, writesAuth: boolean): void {
  const link = input.authLink
  if (link === undefined || !writesAuth) return
  if (answerTo(input.choices, AUTH_LINK) === 'force') return
  const where = link.insideGit ? ', inside a git work tree' : ''
  const text = `auth.json is a symlink to ${link.to}${where}; keys would be written there (asked at every apply that would)`
  askFor(drafts, { ...AUTH_LINK, details: [{ text }] }, forceOrKeep(AUTH_LINK.id))
}

/** What is left to say of changes when the file of the keys is not written. */
export function withoutAuth(changes: readonly Change[]): readonly Change[] {
  return changes.map((change) => ({
    ...change,
    paths: change.paths.filter(({ target }) => target !== 'auth'),
    notes: isKeyInAuth(change) ? [...change.notes, 'its key is not written'] : change.notes,
  }))
}

function isKeyInAuth({ key, paths }: Change): boolean {
  return key === 'set' && paths.every(({ target }) => target !== 'keyfile')
}

/** What is recorded when a symlinked auth.json is left alone: of that file, what was recorded before. */
export function keptAuth(
  { files }: RecordedState,
  { actual, recorded }: { readonly actual: ActualState; readonly recorded: RecordedState },
): RecordedState['files'] {
  const { [actual.auth.path]: _, ...others } = files
  const before = recorded.files[actual.auth.path]
  return before === undefined ? others : { ...others, [actual.auth.path]: before }
}
