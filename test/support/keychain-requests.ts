import { Secret } from '../../src/core/secret.ts'
import type { KeychainAnswer, KeychainRequest } from '../../src/system/system.ts'

/** Requests about entries of the service `opgen`. */
export function read(...accounts: readonly string[]): readonly KeychainRequest[] {
  return accounts.map((account) => ({ op: 'read', service: 'opgen', account }))
}

export function store(account: string, key: string): KeychainRequest {
  return { op: 'store', service: 'opgen', account, secret: new Secret(key) }
}

export function remove(account: string): KeychainRequest {
  return { op: 'remove', service: 'opgen', account }
}

/** Answers as words: the key itself where there is one, else the situation or the status. */
export function shown(answers: readonly KeychainAnswer[]): readonly string[] {
  return answers.map((answer) => {
    if (answer.status === 'present') return answer.secret.reveal()
    return answer.status === 'refused' ? answer.situation : answer.status
  })
}
