import path from 'node:path'
import { run } from '../../src/cli/run.ts'
import type { Terminal } from '../../src/cli/terminal.ts'
import { fencedBlocks } from '../unit/docs/markdown.ts'
import type { FencedBlock, Note } from '../unit/docs/markdown.ts'
import { DOTFILES, WORLDS } from './doc-worlds.ts'
import type { DocWorld } from './doc-worlds.ts'
import { HOME } from './memory-system.ts'
import type { MemoryWorld } from './memory-system.ts'
import { memoryTerminal } from './memory-terminal.ts'

/*
 * The `console` blocks of a page are sessions: each line that begins with `$ ` is done, one after the other, on
 * one computer, and what it prints is what stands below it. Comments right above a block say more:
 *
 * - `<!-- world: NAME -->`: from here on, on that computer (doc-worlds.ts); else `laptop`;
 * - `<!-- file: PATH -->`: the block, of whatever language, is that file from here on; `~/` or in ~/dotfiles;
 * - `<!-- installed: VERSION -->`: the OpenCode that is there from here on;
 * - `<!-- before: opgen apply; opgen update -->`: what was done before, unseen;
 * - `<!-- typed: y, n -->`: what is answered to the questions of the session, in order.
 *
 * Keys that are asked for are typed unseen: `test-key-ID`. Beside opgen there are `cat`, `export`, `cd`, `echo $?`,
 * `opencode models`, and what the world has.
 */

/** The page, with what its sessions print. */
export async function withOutputs(page: string): Promise<string> {
  const lines = page.split('\n')
  const replaced: { readonly block: FencedBlock; readonly text: string }[] = []
  let session = start('laptop', undefined)
  for (const block of fencedBlocks(page)) {
    const world = noted(block.notes, 'world')
    if (world !== undefined) session = start(world, session.world)
    const installed = noted(block.notes, 'installed')
    if (installed !== undefined) install(session.world, installed)
    const file = noted(block.notes, 'file')
    if (file !== undefined) session.world.write(placeOf(session, file), block.text)
    if (block.language === 'console') {
      const answers = noted(block.notes, 'typed')?.split(', ') ?? []
      for (const command of noted(block.notes, 'before')?.split('; ') ?? []) {
        await printedBy(command, session, [])
      }
      replaced.push({ block, text: await played(block, session, answers) })
    }
  }
  for (const { block, text } of replaced.toReversed()) {
    const body = text.split('\n').map((line) => (line === '' ? '' : `${block.indent}${line}`))
    lines.splice(block.line, block.length, ...body)
  }
  return lines.join('\n')
}

interface Session extends DocWorld {
  cwd: string
  status: number
}

function noted(notes: readonly Note[], name: string): string | undefined {
  return notes.find((note) => note.name === name)?.value
}

function start(name: string, before: MemoryWorld | undefined): Session {
  const make = WORLDS[name]
  if (make === undefined) throw new Error(`no world is called "${name}"`)
  return { ...make(before), cwd: DOTFILES, status: 0 }
}

function install({ openCode }: MemoryWorld, version: string): void {
  openCode.isPackaged = true
  openCode.installed.set('/usr/bin/opencode', version)
}

function placeOf({ cwd }: Session, file: string): string {
  return file.startsWith('~') ? `${HOME}${file.slice(1)}` : path.posix.join(cwd, file)
}

async function played(
  { text, line }: FencedBlock,
  session: Session,
  answers: readonly string[],
): Promise<string> {
  const commands = text.split('\n').flatMap((each) => /^\$ (.+)$/.exec(each)?.[1] ?? [])
  if (commands.length === 0) throw new Error(`line ${line}: a session without a command`)
  const left = [...answers]
  const steps: string[] = []
  for (const command of commands) {
    const printed = (await printedBy(command, session, left)).trimEnd()
    steps.push(printed === '' ? `$ ${command}\n` : `$ ${command}\n${printed}\n\n`)
  }
  if (left.length > 0) throw new Error(`line ${line}: nobody asked for ${left.join(', ')}`)
  return steps.join('').trimEnd()
}

async function printedBy(command: string, session: Session, answers: string[]): Promise<string> {
  const { world, commands } = session
  const [program = '', ...args] = wordsOf(command)
  if (commands[command] !== undefined) return commands[command]
  switch (program) {
    case 'opgen':
      return await printedByOpgen(args, session, answers)
    case 'cat':
      return args.map((file) => readOrFail(session, file)).join('')
    case 'cd':
      session.cwd = placeOf(session, args[0] ?? '~')
      return ''
    case 'export': {
      const [, name = '', value = ''] = /^(\w+)=(.*)$/.exec(args[0] ?? '') ?? []
      world.setEnv({ [name]: value })
      return ''
    }
    case 'echo':
      if (command === 'echo $?') return String(session.status)
      break
    case 'opencode':
      if (command === 'opencode models') return listedModels(world)
      break
  }
  throw new Error(`nothing stands for \`${command}\``)
}

/** Words, of which single quotes keep some together. */
function wordsOf(command: string): readonly string[] {
  return (command.match(/'[^']*'|[^\s']+/g) ?? []).map((word) => word.replaceAll("'", ''))
}

function readOrFail(session: Session, file: string): string {
  const text = session.world.read(placeOf(session, file))
  if (text === undefined) throw new Error(`there is no ${file} to show`)
  return text
}

async function printedByOpgen(
  args: readonly string[],
  session: Session,
  answers: string[],
): Promise<string> {
  const { world, cwd } = session
  const terminal = memoryTerminal()
  const answered = async (question: string): Promise<string | undefined> => {
    const typed = answers.shift()
    if (typed === undefined) throw new Error(`nothing is typed where opgen asks: ${question}`)
    terminal.err(`${question}${typed}\n`)
    return typed
  }
  const person: Terminal = {
    ...terminal,
    stdinIsTerminal: true,
    stderrIsTerminal: true,
    ask: answered,
    askHidden: async (question) => {
      terminal.err(`${question}\n`)
      return typedUnseen(question)
    },
  }
  const machine = { ...world.system.machine, cwd }
  session.status = await run(args, { ...world.system, machine }, person)
  const printed = terminal.text()
  // No page shows wrong usage, or a bug.
  if (session.status === 64 || session.status === 70) throw new Error(printed)
  return printed
}

function typedUnseen(question: string): string {
  const [, isNew, id] = /^ *(New k|K)ey for "([^"]*)"/.exec(question) ?? []
  if (id === undefined) return PASSPHRASE
  return isNew === 'K' ? `test-key-${id}` : `test-key-${id}-2`
}

const PASSPHRASE = 'seven quiet lamps under the old bridge'

/** As `opencode models` lists them, which the end-to-end tests see; here they are only read. */
function listedModels(world: MemoryWorld): string {
  const config: { readonly provider: Record<string, { readonly models: object }> } = JSON.parse(
    world.read(`${HOME}/.config/opencode/opencode.jsonc`) ?? '',
  )
  return Object.entries(config.provider)
    .flatMap(([id, { models }]) => Object.keys(models).map((model) => `${id}/${model}`))
    .toSorted()
    .join('\n')
}
