import { harmless } from '../core/format-diagnostic.ts'
import { isJsonObject } from '../core/json.ts'
import { showPrice, showTokens } from '../core/lock/show-values.ts'
import type { ComparedModel } from '../core/offer/compare-offer.ts'
import type { ModelFacts } from '../core/offer/model-facts.ts'
import { isForChats } from '../core/offer/not-chat.ts'
import type { CommandContext } from './command.ts'
import { COLUMNS, fitting } from './cut.ts'
import type { Paint } from './paint.ts'
import { wrapped } from './wrapped.ts'

interface Shown {
  readonly id: string
  readonly baseURL: string | undefined
  readonly models: readonly ComparedModel[]
}

/** The models of a provider, one a line: declared ones first, then those that are new. */
export function renderModels(
  { paint }: Pick<CommandContext, 'paint'>,
  { id, baseURL, models }: Shown,
): string {
  const title = `${paint.bold(id)}${baseURL === undefined ? '' : `  ${paint.dim(baseURL)}`}`
  const width = Math.min(
    36,
    models.reduce((most, model) => Math.max(most, model.id.length), 0),
  )
  const lines = models.flatMap((model) => renderModel(model, width, paint))
  return [title, ...lines, '', closingLine(models)].map((line) => `${line.trimEnd()}\n`).join('')
}

function closingLine(models: readonly ComparedModel[]): string {
  const count = (...states: readonly ComparedModel['state'][]): number =>
    models.filter(({ state }) => states.includes(state)).length
  const [declared, fresh, gone] = [count('declared'), count('new'), count('gone', 'renamed')]
  const offered = `${declared + fresh} offered`
  const missing = gone === 0 ? '' : `, ${gone} declared and not offered`
  return `${offered}: ${declared} declared, ${fresh} not declared${missing}.`
}

const SIGNS = { declared: ' ', new: '+', gone: '-', renamed: '-' } as const

function renderModel(model: ComparedModel, width: number, paint: Paint): readonly string[] {
  const { id, state, offered } = model
  const shade = { declared: plain, new: paint.green, gone: paint.red, renamed: paint.red }[state]
  const head = `  ${shade(SIGNS[state])} ${harmless(id).padEnd(width)}`
  const notes = [...notesOn(model), ...(offered?.notes ?? [])]
  const room = COLUMNS - Math.max(width, id.length) - 6
  const known = fitting(describe(offered?.facts ?? {}), room)
  const summary = state === 'gone' || state === 'renamed' ? 'not offered' : known
  const kind = offered !== undefined && !isForChats(offered) ? 'not for chats' : summary
  const below = notes.flatMap((note) => wrapped(harmless(note), COLUMNS - 6))
  return [`${head}  ${kind}`, ...below.map((line) => `      ${paint.dim(line)}`)]
}

function plain(text: string): string {
  return text
}

function notesOn({ suggestion, key, differences, declared }: ComparedModel): readonly string[] {
  return [
    ...(key === undefined ? [] : [`called "${key}" in OpenCode`]),
    ...(suggestion === undefined ? [] : [`is it "${suggestion}" now?`]),
    ...(declared !== undefined && !isJsonObject(declared['limit'])
      ? ['declared without a limit']
      : []),
    ...differences.map(
      (one) =>
        `${one.field} ${showTokens(one.declared)} in the manifest, ${showTokens(one.offered)} at the server`,
    ),
  ]
}

/** What a server says of a model, in a few words. */
function describe({
  context,
  output,
  cost,
  modalities,
  reasoning,
  tool_call: tools,
}: ModelFacts): readonly string[] {
  const inputs = modalities?.input.filter((kind) => kind !== 'text') ?? []
  return [
    ...(context === undefined ? [] : [`context ${showTokens(context)}`]),
    ...(output === undefined ? [] : [`output ${showTokens(output)}`]),
    ...(cost === undefined ? [] : [`${showPrice(cost.input)} in, ${showPrice(cost.output)} out`]),
    ...inputs,
    ...(reasoning === true ? ['reasoning'] : []),
    ...(tools === false ? ['no tools'] : []),
  ]
}
