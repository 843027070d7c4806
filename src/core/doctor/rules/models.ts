import { LOCAL_IDS } from '../../catalogue.ts'
import type { JsonValue } from '../../json.ts'
import { quote } from '../../manifest/words.ts'
import { plainTexts } from '../certainty.ts'
import { declaredModels, offerOf } from '../declared-models.ts'
import type { DeclaredModel } from '../declared-models.ts'
import { mergedAt, placeOf } from '../merged-config.ts'
import type { MergedNode } from '../merged-config.ts'
import { counted, nameSome } from '../name-some.ts'
import { hidingLists } from '../provider-lists.ts'
import { atName } from '../rule.ts'
import type { Found, Rule } from '../rule.ts'
import type { Scene, SceneProvider } from '../scene.ts'
import { modelNameRules } from './model-names.ts'

const repeatedId: Rule = {
  code: 'repeated-id',
  severity: 'warning',
  title: "a model whose key or `id` begins with its provider's id",
  cause:
    'OpenCode puts the id of the provider before the key by itself, and sends `id` to the server as it stands',
  fix: 'take the id of the provider and its slash out of the name',
  source: 'contract 4.3; survey 4',
  check: (scene) =>
    scene.providers.flatMap((provider): Found[] => {
      const { id, models } = provider
      if (!models.some((model) => repeats(id, model.key) || repeats(id, model.block['id'])))
        return []
      const wrong = wrongKey(scene, provider)
      const keys = models.filter(({ key }) => repeats(id, key) && wrong(key))
      const ids = models.filter(
        ({ block }) => repeats(id, block['id']) && wrongId(scene, provider, block['id']),
      )
      return [
        ...found(
          id,
          keys.map(({ node, key }) => ({ node, name: key })),
          'key',
        ),
        ...found(id, ids.flatMap(idOf), 'id'),
      ]
    }),
}

function repeats(id: string, name: JsonValue | undefined): name is string {
  return typeof name === 'string' && name.startsWith(`${id}/`)
}

function found(id: string, names: readonly Named[], what: 'key' | 'id'): readonly Found[] {
  const [first] = names
  if (first === undefined) return []
  const shown = nameSome(names.map(({ name }) => name))
  const short = first.name.slice(id.length + 1)
  return [
    {
      message:
        what === 'key'
          ? `${shown} under ${quote(id)} ${names.length === 1 ? 'repeats' : 'repeat'} its id, and ${quote(short)} is what it has`
          : `${quote(id)} asks its server for ${shown}, with its own id before ${names.length === 1 ? 'the name' : 'each name'}`,
      fix: `write ${quote(short)}${what === 'id' ? `, unless the server calls it ${quote(first.name)}` : ''}`,
      provider: id,
      at: atName(placeOf(first.node)),
    },
  ]
}

interface Named {
  readonly node: MergedNode
  readonly name: string
}

function idOf({ node, block }: DeclaredModel | SceneProvider['models'][number]): readonly Named[] {
  const at = mergedAt(node, ['id'])
  return at === undefined || typeof block['id'] !== 'string'
    ? []
    : [{ node: at, name: block['id'] }]
}

/** A key that is legal as it is, unless the whitelist or the catalogue has it without the id, and not with it. */
function wrongKey({ catalogue }: Scene, { id, block }: SceneProvider): (key: string) => boolean {
  const listed = new Set(plainTexts(block['whitelist']))
  const known = catalogue.models(id) ?? {}
  return (key) => {
    const short = key.slice(id.length + 1)
    const isOther = (has: (name: string) => boolean): boolean => has(short) && !has(key)
    return isOther((name) => listed.has(name)) || isOther((name) => Object.hasOwn(known, name))
  }
}

/** Some hosts do sell models under their own name: what is known of the catalogue decides. */
function wrongId({ catalogue }: Scene, { id, inCatalogue }: SceneProvider, name: string): boolean {
  if (!inCatalogue || LOCAL_IDS.has(id)) return true
  const known = catalogue.models(id)
  return known !== undefined && !Object.hasOwn(known, name)
}

const smallModelUnset: Rule = {
  code: 'small-model-unset',
  severity: 'info',
  title: "no `small_model` beside providers of one's own",
  cause:
    'OpenCode 1.18 has titles written by a small model of the same provider where it knows one by its family, else by the large one; older versions send them to OpenCode Zen',
  fix: 'set `small_model` to a small model of yours',
  source: 'contract 2; anomalyco/opencode#8609, #1243, #2640, #16207',
  check: (scene) => {
    const { config, providers } = scene
    const at = mergedAt(config, ['provider'])
    const isSet = [['small_model'], ['agent', 'title', 'model'], ['mode', 'title', 'model']].some(
      (path) => mergedAt(config, path) !== undefined,
    )
    if (at === undefined || isSet) return []
    const hiding = hidingLists(scene)
    const own = providers.find(
      (provider) =>
        !provider.inCatalogue &&
        hiding(provider.id) === undefined &&
        offerOf(scene, provider).keys.size > 0,
    )
    if (own === undefined) return []
    return [
      {
        message: `no "small_model" is set, and ${quote(own.id)} is not of OpenCode's catalogue`,
        fix: `set "small_model" to a small model of ${quote(own.id)}`,
        at: atName(placeOf(at)),
      },
    ]
  },
}

/** Words that stand alone in the names of models with which nobody chats. */
const NO_CHAT =
  /(?:^|[^a-z0-9])(?:embed(?:ding)?s?|rerank(?:er|ing)?|whisper|tts|transcribe|transcription|moderation|dall-?e|gpt-image|stable-diffusion|sdxl|imagen|sora|veo|bge)(?:[^a-z]|$)/i

const notAChatModel: Rule = {
  code: 'not-a-chat-model',
  severity: 'info',
  title: 'a model that is not for chats, by its name',
  cause: 'OpenCode lists it among the models for chats, and a server refuses what is sent to it',
  fix: 'take it out of `models`, or put it into `blacklist`',
  source: 'survey 4; contract 2',
  check: (scene) =>
    scene.providers.flatMap((provider): Found[] => {
      const { keys } = offerOf(scene, provider)
      const odd = declaredModels(scene, provider).filter(
        ({ key, fields }) => keys.has(key) && NO_CHAT.test(nameToServer(key, fields['id'])),
      )
      const [first] = odd
      if (first === undefined) return []
      const count = counted(odd.length, 'model')
      return [
        {
          message: `${quote(provider.id)} lists ${count} that ${odd.length === 1 ? 'is' : 'are'} not for chats by name: ${nameSome(odd.map(({ key }) => key))}`,
          provider: provider.id,
          at: atName(placeOf(first.node)),
        },
      ]
    }),
}

function nameToServer(key: string, id: JsonValue | undefined): string {
  return typeof id === 'string' ? id : key
}

export const modelRules: readonly Rule[] = [
  ...modelNameRules,
  repeatedId,
  smallModelUnset,
  notAChatModel,
]
