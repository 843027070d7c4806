import type { PublishFormat } from './core/publish/published.ts'
import type { Words } from './errors.ts'

/** Why nothing is published at a place. */
export type PublishFault = 'link' | 'own-config' | 'no-file'

export function describePublish(path: string, fault: PublishFault): Words {
  switch (fault) {
    case 'link':
      return {
        message: `${path} is a link, and nothing is published through one`,
        hint: 'name the folder that it leads to with `--out DIR`, or remove it',
      }
    case 'own-config':
      return {
        message: `${path} is the folder of your own OpenCode`,
        hint: '`opgen apply` writes there; name another folder with `--out DIR`',
      }
    case 'no-file':
      return {
        message: `${path} is there, and is no file`,
        hint: 'name another folder with `--out DIR`, or remove it',
      }
  }
}

/** Where a file is read by OpenCode, by the name of the system. */
const PLACES: Readonly<Record<'Linux' | 'macOS' | 'Windows', string>> = {
  Linux: '/etc/opencode/opencode.json',
  macOS: '/Library/Application Support/opencode/opencode.json',
  Windows: '%ProgramData%\\opencode\\opencode.json',
}

/** What is to be done with the file, in one line each. */
export function whereItGoes(
  format: PublishFormat,
  { hasLogin }: { readonly hasLogin: boolean },
): readonly string[] {
  if (format === 'managed') {
    return Object.entries(PLACES).map(([system, place]) => `on ${system} it goes to ${place}`)
  }
  return [
    'serve the folder, so that https://HOST/.well-known/opencode is this file',
    hasLogin
      ? 'each laptop runs `opencode auth login https://HOST` once'
      : 'it has no "auth", without which `opencode auth login https://HOST` fails: see docs/fleet.md',
  ]
}
