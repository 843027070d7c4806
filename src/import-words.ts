import type { LeftReason } from './core/import/make-import.ts'
import type { Failure, Words } from './errors.ts'

/** A block that is not imported. */
export interface LeftBlock {
  readonly id: string
  readonly reason: LeftReason
}

/** Why nothing came into a manifest. */
export type ImportFailure =
  | {
      readonly code: 'nothing-to-import'
      readonly left: readonly LeftBlock[]
      /** Ids in the form of OpenCode 2. */
      readonly native: readonly string[]
    }
  | {
      readonly code: 'manifest-there'
      readonly path: string
    }
  | {
      readonly code: 'other-keys'
      /** Of the providers of which the keychain has another key than OpenCode's files. */
      readonly ids: readonly string[]
    }

const CODES: Readonly<Record<ImportFailure['code'], true>> = {
  'nothing-to-import': true,
  'manifest-there': true,
  'other-keys': true,
}

export function isImportFailure(failure: Failure): failure is ImportFailure {
  return Object.hasOwn(CODES, failure.code)
}

export function describeImport(failure: ImportFailure): Words {
  switch (failure.code) {
    case 'nothing-to-import': {
      const { left, native } = failure
      const reasons = [
        ...left.map(({ id, reason }) => `"${id}" ${describeLeft(reason)}`),
        ...native.map((id) => `"${id}" ${NATIVE}`),
      ]
      return {
        message: `there is nothing to import${reasons.length === 0 ? '' : `: ${reasons.join('; ')}`}`,
        hint: left.some(({ reason }) => reason === 'maintained' || reason === 'managed')
          ? 'name one with `opgen import --only ID` to import it all the same'
          : '`opgen init` writes a first manifest',
      }
    }
    case 'manifest-there':
      return {
        message: `${failure.path} is there already; nothing was written`,
        hint: 'name another file with `--out FILE`, or take over single providers with `opgen add`',
      }
    case 'other-keys': {
      const [first = 'ID'] = failure.ids
      const names = failure.ids.map((id) => `"${id}"`).join(', ')
      return {
        message: `the keychain holds another key for ${names}; nothing was written`,
        hint: `remove it with \`opgen key remove ${first}\`, or leave keys where they are with \`opgen import --keep-keys\``,
      }
    }
  }
}

/** What is said of OpenCode 2's own blocks. */
export const NATIVE = "is in OpenCode 2's own form (`providers`)"

/** Why a block is left alone, after its id. */
export function describeLeft(reason: LeftReason): string {
  switch (reason) {
    case 'maintained':
      return 'is written by another program'
    case 'managed':
      return "is opgen's already"
    case 'bad-id':
      return 'has an id that no manifest can have'
    case 'similar-id':
      return 'has an id that differs from another only in case or signs'
    case 'incomplete':
      return 'has no address or no models, so that OpenCode never lists it'
    case 'secret-url':
      return 'has a password in its address'
    case 'too-large':
      return 'is larger than a manifest may be'
    case 'address':
      return 'has an address that no manifest can say'
    case 'adapter':
      return 'has an adapter that no manifest can name'
    case 'unsayable':
      return 'holds what a manifest has no words for'
  }
}
