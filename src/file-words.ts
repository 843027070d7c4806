import type { FileRefusal, KeysFolderFault, Words } from './errors.ts'

/** Why a file could not be read or written, and what to do. */
export function describeRefusal(path: string, reason: FileRefusal): Words {
  switch (reason) {
    case 'not-permitted':
      return {
        message: `no permission for ${path}`,
        hint: `check the owner and mode of it and of its folder: \`ls -la ${folderOf(path)}\``,
      }
    case 'read-only':
      return { message: `${path} is on a read-only file system`, hint: 'mount it writable' }
    case 'disk-full':
      return {
        message: `no space left to write ${path}`,
        hint: 'free some space, then run it again',
      }
    case 'no-file':
      return { message: `${path} is a pipe or a device, not a file`, hint: 'name a file' }
    case 'is-a-folder':
      return { message: `${path} is not a file`, hint: 'name a file, or move the folder away' }
    case 'not-utf8':
      return { message: `${path} is not UTF-8 text`, hint: 'convert it, then run it again' }
    case 'link-loop':
      return { message: `${path} is a symlink that leads back to itself`, hint: 'remove the link' }
    case 'no-folder':
      return {
        message: `${path} cannot be made: a part of its path is not a folder`,
        hint: 'check the path',
      }
    case 'in-use':
      return {
        message: `${path} is a mount or open in another program, and cannot be replaced`,
        hint: 'mount the folder that it is in instead, or close the program',
      }
    case 'other':
      return {
        message: `${path} could not be read or written`,
        hint: `look at \`ls -la ${folderOf(path)}\``,
      }
  }
}

/** Why no key is written to where the key files should be. */
export function describeKeysFolder(path: string, fault: KeysFolderFault): Words {
  const message = {
    link: `${path} is a symlink, and keys are only written where they seem to be`,
    'in-git': `${path} is really inside a git work tree, where keys do not belong`,
    character: `no config file can refer to ${path}: the path holds a brace, a quote or a backslash`,
  }[fault]
  const way = fault === 'link' ? 'remove the link' : 'point $XDG_DATA_HOME elsewhere'
  return { message, hint: `${way}, or let keys go through auth.json (\`delivery\`, \`keyIn\`)` }
}

function folderOf(path: string): string {
  return path.replace(/[/\\][^/\\]*$/, '') || '/'
}
