import type { Failure, Words } from './errors.ts'
import type { RunRefusal } from './system/system.ts'

/** What to say when `opgen run` does not start a program. */
export function describeRun(
  failure: Extract<Failure, { code: 'not-started' | 'bad-content' | 'unfit-key' }>,
): Words {
  switch (failure.code) {
    case 'not-started':
      return describeNotStarted(failure.program, failure.reason)
    case 'bad-content':
      return describeContent(failure.line, failure.column)
    case 'unfit-key':
      return describeUnfit(failure.provider)
  }
}

/** Why a program was not started, and what to do. */
function describeNotStarted(program: string, reason: RunRefusal): Words {
  switch (reason) {
    case 'not-found':
      return {
        message: program.includes('/')
          ? `there is no program at ${program}`
          : `there is no program "${program}" on the PATH`,
        hint: 'check its name; nothing was started',
      }
    case 'shim-not-found':
      return {
        message: `there is no program "${program}" on the PATH`,
        hint: `what npm installs is a script there: \`opgen run -- cmd /c ${program} …\``,
      }
    case 'not-permitted':
      return {
        message: `no permission to run "${program}"`,
        hint: 'check its mode, and those of the folders above it',
      }
    case 'too-large':
      return {
        message: `the config is too large for an environment; "${program}" was not started`,
        hint: 'put it into files instead: `opgen apply`',
      }
    case 'other':
      return {
        message: `"${program}" could not be started`,
        hint: 'try to run it without opgen',
      }
  }
}

/** A caller's config that opgen cannot put its own over. */
function describeContent(line: number, column: number): Words {
  return {
    message: `$OPENCODE_CONFIG_CONTENT is no JSON (line ${line}, column ${column})`,
    hint: 'nothing was started; correct it, or unset it for this run',
  }
}

/** A key that cannot go through the environment as it is. */
function describeUnfit(provider: string): Words {
  return {
    message: `the key for "${provider}" holds \`"\`, \`\\\` or \`{file:\`; nothing was started`,
    hint: 'OpenCode would misread it; `opgen apply` hands it over in a file',
  }
}
