import { draftProvider } from '../app/add-provider.ts'
import type { Adding, Draft, DraftField, Drafted } from '../app/add-provider.ts'
import { takesStoredKey } from '../core/plan/plan-key.ts'
import type { FirstKey } from '../app/first-key.ts'
import { requireKey } from '../app/key-store.ts'
import type { PresetEntry } from '../app/list-presets.ts'
import { readOwnEntry } from '../app/own-entry.ts'
import { harmless } from '../core/format-diagnostic.ts'
import { quote } from '../core/manifest/words.ts'
import { didYouMean } from '../core/nearest.ts'
import { describeFailure, InvalidInput, OpgenError } from '../errors.ts'
import type { CommandContext } from './command.ts'
import { COLUMNS, cut } from './cut.ts'
import { complain } from './complain.ts'
import type { Terminal } from './terminal.ts'

/** What the command line says of a new provider. */
export interface GivenProvider {
  readonly preset: string | undefined
  readonly baseURL: string | undefined
  readonly models: readonly string[]
}

/**
 * Ask for what the command line does not say, each until the answer is one.
 *
 * @throws OpgenError `interrupted` for Ctrl-C, and when the input ends
 */
export async function askForProvider(
  context: CommandContext,
  adding: Adding,
  given: GivenProvider,
): Promise<Drafted> {
  const asking: Asking = { ...context, adding }
  const preset = given.preset ?? (await askPreset(asking))
  const named = await draft(asking, { ...given, preset })
  const wrong = named.problems.filter(({ diagnostic }) => !MISSING.has(diagnostic.code))
  // What is wrong with a preset, no later answer mends.
  if (wrong.length > 0) throw new InvalidInput(wrong.map(({ diagnostic }) => diagnostic))
  // A provider that OpenCode knows by itself has its own.
  const hasURL = needs(named, 'baseURL') || defaultURL(asking, preset) !== undefined
  const isAsked = given.baseURL === undefined && hasURL
  const withURL = isAsked ? await askBaseURL(asking, { ...given, preset }) : named
  if (given.models.length > 0 || !needs(withURL, 'models')) return withURL
  return await askModels(asking, withURL)
}

interface Asking extends CommandContext {
  readonly adding: Adding
}

function draft({ session, adding }: Asking, provider: Draft): Promise<Drafted> {
  return draftProvider(session, adding, provider)
}

const MISSING = new Set(['missing-base-url', 'no-models'])

function needs({ problems }: Drafted, field: DraftField): boolean {
  return problems.some((each) => each.field === field && MISSING.has(each.diagnostic.code))
}

/** Tell what is wrong with an answer; false: nothing is. What was not asked for yet does not count. */
function isRefused({ terminal }: Asking, { problems }: Drafted): boolean {
  const wrong = problems.filter(({ diagnostic }) => !MISSING.has(diagnostic.code))
  for (const { diagnostic } of wrong) {
    terminal.err(`  ${harmless(diagnostic.message)}\n`)
    if (diagnostic.hint !== undefined) terminal.err(`  hint: ${harmless(diagnostic.hint)}\n`)
  }
  return wrong.length > 0
}

async function askLine(terminal: Terminal, question: string): Promise<string> {
  const typed = await terminal.ask(question)
  // Whoever is gone has not said all.
  if (typed === undefined) throw new OpgenError({ code: 'interrupted' })
  return typed.trim()
}

async function askPreset({ terminal, adding, paint }: Asking): Promise<string> {
  const { presets, preset } = adding
  const width = Math.max(...presets.map(({ name }) => name.length))
  const lines = presets.map(({ name, about }, index) => {
    const number = String(index + 1).padStart(String(presets.length).length)
    const head = `  ${number}  ${harmless(name).padEnd(width)}  `
    return `${head}${paint.dim(cut(harmless(about), COLUMNS - head.length))}`.trimEnd()
  })
  terminal.err(lines.map((line) => `${line}\n`).join(''))
  for (;;) {
    const typed = await askLine(terminal, `Preset, by name or number [${harmless(preset)}]: `)
    if (typed === '') return preset
    const chosen = chosenPreset(presets, typed)
    if (chosen !== undefined) return chosen.name
    const { hint } = didYouMean(
      typed,
      presets.map(({ name }) => name),
    )
    terminal.err(
      `  unknown preset ${harmless(quote(typed))}${hint === undefined ? '' : `; ${hint}`}\n`,
    )
  }
}

function chosenPreset(presets: readonly PresetEntry[], typed: string): PresetEntry | undefined {
  const named = presets.find(({ name }) => name === typed)
  return named ?? (/^\d+$/.test(typed) ? presets[Number(typed) - 1] : undefined)
}

function defaultURL({ adding }: Asking, preset: string): string | undefined {
  return adding.presets.find(({ name }) => name === preset)?.baseURL ?? undefined
}

async function askBaseURL(asking: Asking, provider: Draft): Promise<Drafted> {
  const { terminal } = asking
  const usual = defaultURL(asking, provider.preset)
  const offer = usual === undefined ? '' : ` [${harmless(usual)}]`
  for (;;) {
    const typed = await askLine(terminal, `Base URL${offer}: `)
    const baseURL = typed === '' || typed === usual ? undefined : typed
    const drafted = await draft(asking, { ...provider, baseURL })
    if (isRefused(asking, drafted)) continue
    if (!needs(drafted, 'baseURL')) return drafted
    terminal.err('  a base URL is needed, such as https://llm.example.com/v1\n')
  }
}

async function askModels(asking: Asking, { provider }: Drafted): Promise<Drafted> {
  const { terminal } = asking
  terminal.err('Models, several with commas or one a line; an empty line ends them.\n')
  for (;;) {
    const models = await readModels(terminal)
    const drafted = await draft(asking, { ...provider, models })
    if (isRefused(asking, drafted)) continue
    if (!needs(drafted, 'models')) return drafted
    terminal.err('  a model is needed: OpenCode shows no provider without one\n')
  }
}

async function readModels(terminal: Terminal): Promise<readonly string[]> {
  const lines = await terminal.askLines('Model: ', 'Another: ')
  if (lines === undefined) throw new OpgenError({ code: 'interrupted' })
  const named = lines.flatMap((line) => line.split(',')).map((model) => model.trim())
  return [...new Set(named.filter((model) => model !== ''))]
}

/** A key that was typed, and whether there is one. */
export interface AskedKey {
  readonly state: FirstKey
  /** Checked, and not stored yet. */
  readonly typed: string | undefined
}

/**
 * Ask for the key of a new provider, where the keychain has none and could keep one.
 *
 * @throws OpgenError `interrupted`
 */
export async function askForKey(
  { session, terminal }: CommandContext,
  { wanted }: Drafted,
  state: FirstKey,
): Promise<AskedKey> {
  if (wanted === undefined || state === 'present' || !takesStoredKey(wanted)) {
    return { state, typed: undefined }
  }
  const { id, key } = wanted
  try {
    if ((await readOwnEntry(session, id)) !== undefined)
      return { state: 'present', typed: undefined }
  } catch (error) {
    if (!(error instanceof OpgenError)) throw error
    const { message } = describeFailure(error.failure)
    terminal.err(`opgen: note: no key is asked for: ${harmless(message)}\n`)
    return { state, typed: undefined }
  }
  if (key.keyPage !== undefined) terminal.err(`Get a key at ${harmless(key.keyPage)}\n`)
  for (;;) {
    const typed = await terminal.askHidden(`Key for "${id}" (not shown; Enter skips): `)
    if (typed === undefined) throw new OpgenError({ code: 'interrupted' })
    if (typed.trim() === '')
      return { state: state === 'unknown' ? 'missing' : state, typed: undefined }
    try {
      requireKey(id, typed, 'key set')
      return { state: 'present', typed }
    } catch (error) {
      if (!(error instanceof OpgenError)) throw error
      complain(terminal, error)
    }
  }
}
