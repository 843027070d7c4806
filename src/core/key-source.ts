import { createHash } from 'node:crypto'
import { KEYCHAIN_SERVICE } from './manifest/read-key.ts'
import type { CommandSource, KeySource } from './wanted.ts'

/**
 * Kind and address of a key source, as messages show it and as keys are bound by it:
 * `keychain:opgen/acme`, `env:ACME_KEY`, `command:op read op://Work/llm/key`, `file:/home/me/.key`.
 */
export function sourceName(source: KeySource): string {
  switch (source.kind) {
    case 'keychain':
      return `keychain:${source.service}/${source.account}`
    case 'env':
      return `env:${source.name}`
    case 'command':
      return `command:${commandLine(source)}`
    case 'file':
      return `file:${source.path}`
    case 'none':
    case 'external':
      return source.kind
  }
}

/** A command as one would type it, so that no two commands look the same. */
export function commandLine({ argv }: Pick<CommandSource, 'argv'>): string {
  return argv
    .map((part) => (/^[\w@%+=:,./~-]+$/.test(part) ? part : JSON.stringify(part)))
    .join(' ')
}

/**
 * What a command is remembered by once it was accepted: SHA-256 of its arguments and its folder, in
 * which the same words may mean another program.
 */
export function commandDigest({ argv, folder }: CommandSource): string {
  return createHash('sha256')
    .update(JSON.stringify([folder, argv]))
    .digest('hex')
}

/** Whether a source is the entry that `key set` writes for this provider. */
export function isOwnEntry(id: string, source: KeySource): boolean {
  return source.kind === 'keychain' && source.service === KEYCHAIN_SERVICE && source.account === id
}
