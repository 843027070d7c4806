import type { Keychain, KeychainAnswer, KeychainRequest } from './system.ts'

/** A keychain that tells of every secret that goes through it, in or out. */
export function learningKeychain(keychain: Keychain, learn: (text: string) => void): Keychain {
  const learnFrom = (each: KeychainRequest | KeychainAnswer): void => {
    if ('secret' in each) for (const text of textsOf(each.secret.reveal())) learn(text)
  }
  return {
    async batch(requests, patience) {
      requests.forEach(learnFrom)
      const answers = await keychain.batch(requests, patience)
      answers.forEach(learnFrom)
      return answers
    },
  }
}

/** A saved login is JSON, and its secrets are the texts in it. */
function textsOf(secret: string): readonly string[] {
  return /^\s*["[{]/.test(secret) ? [secret, ...textsWithin(parsed(secret))] : [secret]
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function textsWithin(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  // The type of a login is a word of OpenCode's.
  return Object.entries(value).flatMap(([name, each]) => (name === 'type' ? [] : textsWithin(each)))
}
