import { parseJsonDocument } from '../../jsonc/parse.ts'
import { listed, quote } from '../../manifest/words.ts'
import { AUTH_VARIABLE } from '../auth-logins.ts'
import type { Found, Rule } from '../rule.ts'
import { mayBeLine } from '../scene.ts'
import type { Scene } from '../scene.ts'

const LOST =
  'OpenCode takes the file for empty without a word, and the next login overwrites it: all others are lost'

const authSyntax: Rule = {
  code: 'auth-syntax',
  severity: 'error',
  title: 'an auth.json that is no strict JSON, or holds no object',
  cause: LOST,
  fix: 'correct the place by hand before the next login; comments and trailing commas are not allowed here',
  source: 'contract 3.1, 3.2; anomalyco/opencode#46128',
  check(scene) {
    const { file, text, state, problem } = scene.auth
    if (!mayBeLine(scene, 1) || state !== 'text' || problem === undefined) return []
    const at = { file, text, offset: problem.offset }
    switch (problem.code) {
      case 'no-value':
        return [{ ...EMPTY, at: { file } }]
      case 'root-not-object':
        return [rootFault(text, at)]
      case 'syntax':
      case 'duplicate-key':
        return [{ message: problem.message, at }]
      case 'too-deep':
        return []
    }
  },
}

/** As a write that was cut off leaves it: after a logout OpenCode leaves `{}`. */
const EMPTY: Found = {
  message: 'auth.json is empty, as a write that was cut off leaves it',
  cause: 'OpenCode knows no login',
  fix: 'log in again where OpenCode has to, or run `opgen apply`',
  severity: 'info',
}

function rootFault(text: string, at: NonNullable<Found['at']>): Found {
  const value = text.replace('\uFEFF', '').trim()
  if (value === 'null') {
    return {
      message: 'auth.json holds nothing but null',
      cause: 'every command of OpenCode that looks for a login crashes, "null is not an object"',
      fix: 'write {} in its place',
      at,
    }
  }
  if (!value.startsWith('[')) return { message: 'auth.json does not hold an object', at }
  return {
    message: 'auth.json holds a list, and not an object of logins by id',
    cause: 'OpenCode takes the numbers of its elements for ids, so that no provider has a login',
    fix: 'write an object with the id of a provider before each login',
    at,
  }
}

const authUnreadable: Rule = {
  code: 'auth-unreadable',
  severity: 'error',
  title: 'an auth.json that cannot be read',
  cause: 'OpenCode goes on without a login, and without a word',
  fix: 'put a file in its place that you may read and write',
  source: 'contract 3.1',
  check(scene) {
    const { file, state } = scene.auth
    if (!mayBeLine(scene, 1)) return []
    if (state === 'folder') {
      return [
        {
          message: 'a folder stands where auth.json belongs',
          fix: 'move the folder away; no login can be stored while it is there',
          at: { file },
        },
      ]
    }
    if (state !== 'refused') return []
    return [{ message: 'auth.json is there, and cannot be read', at: { file } }]
  },
}

const authVariable: Rule = {
  code: 'auth-variable',
  severity: 'warning',
  title: 'a variable that takes the place of auth.json',
  cause:
    'OpenCode 1 reads its logins from the variable alone, unchecked, and nothing from the file',
  fix: 'unset OPENCODE_AUTH_CONTENT where OpenCode is started, or put all logins into it',
  source: 'contract 3.1',
  check(scene) {
    const text = scene.machine.env(AUTH_VARIABLE) ?? ''
    if (text === '' || !scene.isWhole || !mayBeLine(scene, 1)) return []
    return [variableFault(scene, text)]
  },
}

function variableFault({ auth, logins }: Scene, text: string): Found {
  const parsed = parseJsonDocument(text, 'strict')
  const at = { file: AUTH_VARIABLE }
  if (text.trim() === 'null') {
    return {
      message: `${AUTH_VARIABLE} holds nothing but null`,
      cause: 'every command of OpenCode that looks for a login crashes',
      severity: 'error',
      at,
    }
  }
  if (!parsed.ok && parsed.problems[0]?.code !== 'root-not-object') {
    return {
      message: `${AUTH_VARIABLE} is set, and is no JSON`,
      cause: 'OpenCode 1 ignores it, and reads auth.json',
      at,
    }
  }
  const lost = [...new Set(auth.entries.map(({ key }) => key))].filter((id) => !logins.has(id))
  if (lost.length === 0) {
    const message = `${AUTH_VARIABLE} is set, and auth.json counts for nothing`
    return { message, severity: 'info', at }
  }
  const ids = listed(lost.map(quote))
  return { message: `${AUTH_VARIABLE} is set, without the logins of auth.json for ${ids}`, at }
}

const wideAuth: Rule = {
  code: 'wide-auth',
  severity: 'warning',
  title: 'an auth.json that others can read',
  cause:
    'who has an account on this machine can take the keys; OpenCode narrows it at its next login',
  fix: 'make its mode 0600',
  source: 'contract 3.2',
  check({ auth: { file, mode = 0, state } }) {
    if (state !== 'text' || (mode & 0o077) === 0) return []
    return [
      {
        message: `others can read auth.json, or write it (mode 0${mode.toString(8)})`,
        at: { file },
        repair: { target: 'mode', file, mode: 0o600 },
      },
    ]
  },
}

const authLink: Rule = {
  code: 'auth-link',
  severity: 'warning',
  title: 'an auth.json that is a symlink',
  cause:
    'OpenCode writes its logins to where the link leads, and what replaces the file cuts the link',
  fix: 'put the file itself in its place',
  source: 'contract 3.2',
  check({ auth: { file, state, linkTo }, machine }) {
    if (linkTo === undefined) return []
    const nothing = state === 'absent' ? ', where nothing is' : ''
    const message = `auth.json is a symlink to ${machine.display(linkTo)}${nothing}`
    return [{ message, at: { file } }]
  },
}

const authInGit: Rule = {
  code: 'auth-in-git',
  severity: 'error',
  title: 'an auth.json in a git work tree',
  cause:
    'git keeps every key that was ever committed, and whoever gets a copy of the repository has it',
  fix: 'keep auth.json outside of the work tree, and replace the keys that were committed',
  source: 'survey 6; contract 3.1',
  check({ auth: { file, linkTo }, git, machine }) {
    const state = git.get(file)
    if (state === undefined) return []
    const what =
      linkTo === undefined ? 'auth.json' : `${machine.display(linkTo)}, where auth.json leads`
    if (state === 'tracked') {
      return [
        {
          message: `git tracks ${what}`,
          fix: "take it out of the work tree, and replace every key in it: git's history keeps them",
          at: { file },
        },
      ]
    }
    return [
      {
        message: `${what} is in a git work tree`,
        cause:
          'git does not track it as far as can be told, and the next `git add` may change that',
        fix: 'keep it outside of the work tree',
        severity: 'warning',
        at: { file },
      },
    ]
  },
}

export const authFileRules: readonly Rule[] = [
  authSyntax,
  authUnreadable,
  authVariable,
  wideAuth,
  authLink,
  authInGit,
]
