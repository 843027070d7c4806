/** What the manual says of a command that its `--help` does not. */
interface CommandNotes {
  /** More sentences. */
  readonly about?: string
  /** Beside 0, 64 and those of every program. */
  readonly exits: readonly number[]
  /** Markdown; its sessions are run like those of any page (doc-sessions.ts). */
  readonly example?: string
}

const KEYED = '<!-- world: laptop with a key -->'
const APPLIED = `${KEYED}\n<!-- before: opgen apply -->`

/** A session of these commands; what is JSON, and long, is folded away. */
function session(world: string, ...commands: readonly string[]): string {
  const [first = '', ...rest] = commands.map((command, index) => {
    const block = ['```console', `$ opgen ${command}`, '```'].join('\n')
    const whole = index === 0 && world !== '' ? `${world}\n${block}` : block
    return command.includes('--json') ? folded(command, whole) : whole
  })
  return [first, ...rest].join('\n\n')
}

function folded(command: string, block: string): string {
  return `<details><summary><code>opgen ${command}</code></summary>\n\n${block}\n\n</details>`
}

const MISSPELT = `<!-- world: set up by hand -->
<!-- file: ~/.config/opencode/opencode.jsonc -->
\`\`\`jsonc
{ "model": "haimkaer/glm-4.6", "provider": { "haimaker": { "models": { "glm-4.6": {} } } } }
\`\`\``

/** By the words behind `opgen`. A command that is missing here gets a section without these. */
export const COMMAND_NOTES: Readonly<Record<string, CommandNotes>> = {
  apply: {
    about:
      'Where a value of somebody else is in the way, a key is missing, or a key would go somewhere new, it asks on a terminal and ends with 3 elsewhere, having written nothing.',
    exits: [1, 3, 65],
    example: session(KEYED, 'apply', 'apply --json'),
  },
  plan: {
    about: 'It ends with 0 also when there is something to do, but with `--check`.',
    exits: [1, 2, 65],
    example: session(KEYED, 'plan --check', 'plan --only ollama --json'),
  },
  status: { exits: [1, 65], example: session(APPLIED, 'status', 'status --json') },
  render: { exits: [1, 65], example: session(KEYED, 'render --json') },
  'key set': {
    about: 'A key is never an argument.',
    exits: [1],
    example: session('<!-- world: laptop -->', 'key set haimaker'),
  },
  'key rotate': {
    example: session(APPLIED, 'key rotate haimaker'),
    about: 'The list of models is asked for with it, and once more with a text that is no key.',
    exits: [1, 3, 65],
  },
  'key list': { exits: [1, 65], example: session(APPLIED, 'key list', 'key list --json') },
  'key trust': { exits: [1, 65], example: session(APPLIED, 'key trust haimaker --json') },
  'key show': {
    about: 'Where no terminal is, as JSON, and inside a coding agent it takes `--reveal`.',
    exits: [1, 65],
    example: session(APPLIED, 'key show haimaker --reveal --json'),
  },
  'key remove': { exits: [1], example: session(APPLIED, 'key remove haimaker --json') },
  'key export': {
    exits: [1, 65],
    example: session(KEYED, 'key export --to keys.age', 'key import keys.age --json'),
  },
  'key import': { exits: [1, 3, 65] },
  run: {
    about:
      'Once the program has started, standard output and the exit code are its own; if a signal ended it, 128 and the number of the signal.',
    exits: [1, 3, 65],
  },
  history: {
    about:
      'With `--json` each has its `number`, `time`, `cause`, `changes`, the `manifest` (path and digest), the `machine` and the version of opgen; `current` is the number of the newest.',
    exits: [1],
    example: session(APPLIED, 'history'),
  },
  rollback: { exits: [1, 3, 65], example: session(APPLIED, 'rollback --dry-run --json') },
  unmanage: {
    exits: [1, 65],
    example: session(APPLIED, 'unmanage ollama', 'unmanage haimaker --json'),
  },
  destroy: { exits: [1, 3, 65], example: session(APPLIED, 'destroy', 'destroy --json') },
  init: {
    exits: [1],
    example: session('<!-- world: new -->', 'init --no-input', 'init --json'),
  },
  import: {
    about: 'The other way round from `apply`: [moving in](guides/moving-in.md).',
    exits: [1, 65],
  },
  add: {
    exits: [1, 65],
    example: session(
      '<!-- world: laptop -->',
      'add corp --base-url https://llm.corp.example/v1 --model gpt-5.4 --no-input',
      'add llamacpp --base-url http://localhost:8080/v1 --model gpt-oss --json',
    ),
  },
  remove: { exits: [1, 65], example: session('<!-- world: laptop -->', 'remove ollama --json') },
  check: {
    about: '[Checking a manifest before it is shared](ci.md) has the hook and the workflow.',
    exits: [1, 65],
    example: session('<!-- world: laptop -->', 'check', 'check --json'),
  },
  publish: {
    about:
      'What laptops would send unasked, and blocks that the manifest does not have, are for you to decide: it ends with 3, and with 2 where `--check` finds a difference. [A fleet](fleet.md) says how a company runs it.',
    exits: [1, 2, 3, 65],
    example: session(
      '<!-- world: laptop -->',
      'publish --format managed --out public',
      'publish --format well-known --out public --json',
    ),
  },
  presets: {
    exits: [1, 65],
    example: session('<!-- world: laptop -->', 'presets', 'presets --json'),
  },
  schema: { exits: [1] },
  doctor: {
    about: '[All that it knows](doctor.md).',
    exits: [1],
    example: `${MISSPELT}\n\n${session('', 'doctor', 'doctor --json').trim()}`,
  },
  explain: {
    exits: [1, 65],
    example: session(APPLIED, 'explain haimaker', 'explain ollama --json'),
  },
  verify: {
    exits: [1, 3, 65],
    example: session(APPLIED, 'verify haimaker', 'verify haimaker --json'),
  },
  models: {
    exits: [1, 3, 65],
    example: session(APPLIED, 'models haimaker', 'models haimaker --json'),
  },
  update: {
    about: 'With `--check` it writes nothing, and ends with 2 when the lock file would change.',
    exits: [1, 2, 3, 65],
    example: session(APPLIED, 'update haimaker', 'update haimaker --json'),
  },
}
