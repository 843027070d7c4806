import type { Failure, Words } from './errors.ts'

/** What to say when targets cannot be written, or gone back to. */
export function describeWriting(
  failure: Extract<
    Failure,
    { code: 'target-changed' | 'manifest-changed' | 'busy' | 'no-generation' | 'template-target' }
  >,
): Words {
  switch (failure.code) {
    case 'target-changed':
      return {
        message: `${failure.path} was changed by another program while opgen was writing`,
        hint: 'nothing was written; run `opgen apply` again',
      }
    case 'manifest-changed':
      return {
        message: `${failure.path} was changed by another program meanwhile`,
        hint: 'nothing was written; run it again',
      }
    case 'busy':
      return {
        message: 'another opgen is at work on the same files, and did not finish in time',
        hint: 'wait until it has, then run it again',
      }
    case 'no-generation':
      return failure.newest === 0
        ? {
            message: 'nothing has been applied yet',
            hint: '`opgen plan` shows what a first apply would do',
          }
        : {
            message: `there is no generation ${failure.number} to go back to`,
            hint: '`opgen history` lists those that are kept',
          }
    case 'template-target':
      return {
        message: `${failure.path} is a template of a dotfiles manager, not a file of OpenCode's`,
        hint: 'name the rendered file with `--config FILE`',
      }
  }
}

/** What to say when opgen's own record cannot be read. */
export function describeState(
  failure: Extract<Failure, { code: 'state-unreadable' | 'state-too-new' }>,
): Words {
  return failure.code === 'state-unreadable'
    ? {
        message: `opgen's own record ${failure.path} is damaged`,
        hint: 'move it away and run `opgen plan`: what stands as wanted is adopted again',
      }
    : {
        message: `${failure.path} was written by a newer opgen (state version ${failure.version})`,
        hint: 'update opgen on this machine',
      }
}

/** What to do when decisions are open. */
export function afterAsking({
  asked,
  command,
}: Pick<Extract<Failure, { code: 'decision-needed' }>, 'asked' | 'command'>): string {
  switch (asked) {
    case 'nobody':
      return `run \`opgen ${command}\` again with the flags above`
    case 'quit':
      return 'run it again, or with `--no-input` to see the flags that answer'
    case 'manifest':
      return `put the lines above into the manifest, then run \`opgen ${command}\` again`
  }
}
