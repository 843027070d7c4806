import { LOCAL_IDS } from '../../catalogue.ts'
import type { JsonValue } from '../../json.ts'
import { quote } from '../../manifest/words.ts'
import { isNotChatByName } from '../../offer/not-chat.ts'
import { plainTexts } from '../certainty.ts'
import { declaredModels, offerOf } from '../declared-models.ts'
import { mergedAt, placeOf } from '../merged-config.ts'
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
    scene.providers.flatMap((provider): Found[] => [
      ...repeatedInKeys(scene, provider),
      ...repeatedInIds(scene, provider),
    ]),
}

function repeatedInKeys(scene: Scene, provider: SceneProvider): readonly Found[] {
  const { id, node, block } = provider
  const { repeated } = offerOf(scene, provider)
  const [first] = repeated
  const at = first === undefined ? undefined : mergedAt(node, ['models', first])
  if (first === undefined || at === undefined) return []
  const rest = first.slice(id.length + 1)
  const isListed = plainTexts(block['whitelist'])?.includes(rest) === true
  return [
    {
      message: `${quote(id)} declares ${nameSome([...repeated])}, and ${isListed ? 'its whitelist' : "OpenCode's catalogue"} has ${quote(rest)}`,
      cause: `OpenCode puts the id before the key by itself: that model is called ${quote(`${id}/${first}`)}`,
      fix: `write ${quote(rest)} for ${quote(first)}`,
      provider: id,
      at: atName(placeOf(at)),
    },
  ]
}

function repeatedInIds(scene: Scene, provider: SceneProvider): readonly Found[] {
  const { id } = provider
  const wrong = provider.models.flatMap(({ node, block }) => {
    const name = block['id']
    const isRepeated = typeof name === 'string' && name.startsWith(`${id}/`)
    return isRepeated && isWrongId(scene, provider, name) ? [{ node, name }] : []
  })
  const [first] = wrong
  if (first === undefined) return []
  const at = mergedAt(first.node, ['id']) ?? first.node
  return [
    {
      message: `${quote(id)} asks its server for ${nameSome(wrong.map(({ name }) => name))}`,
      cause:
        'OpenCode sends the `id` of a model as it stands, with the id of the provider before it',
      fix: `write ${quote(first.name.slice(id.length + 1))}, unless the server calls it ${quote(first.name)}`,
      provider: id,
      at: atName(placeOf(at)),
    },
  ]
}

/** Some hosts do sell models under their own name: what is known of the catalogue decides. */
function isWrongId(
  { catalogue }: Scene,
  { id, inCatalogue }: SceneProvider,
  name: string,
): boolean {
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
        ({ key, fields }) => keys.has(key) && isNotChatByName(nameToServer(key, fields['id'])),
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
