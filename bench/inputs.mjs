// What is measured with: the same providers and models for opgen and for what people use instead, made
// from two counts, the same each time.

/**
 * @typedef {object} Size
 * @property {number} providers
 * @property {number} models of each provider
 * @property {'manifest' | 'lock'} from who names the models: a person in the manifest, with a name and
 *   limits, or the lock file, with all that servers and catalogues say
 */

/** What people have who use several gateways: each model by hand. */
export const TEN_PROVIDERS = /** @type {const} */ ({ providers: 10, models: 13, from: 'manifest' })

/**
 * A gateway to everything.
 *
 * @param {number} models
 * @returns {Size}
 */
export function gateway(models) {
  return { providers: 1, models, from: 'lock' }
}

/**
 * @param {Size} size
 * @returns {readonly string[]}
 */
export function providerIds({ providers }) {
  return Array.from({ length: providers }, (_, index) => `acme-${index}`)
}

/** @param {string} id */
export function baseUrl(id) {
  return `https://${id}.example/v1`
}

/** @param {string} id */
function title(id) {
  return id.replace('acme', 'Acme').replace('-', ' ')
}

/** @param {string} id */
export function keyVariable(id) {
  return `OPGEN_KEY_${id.toUpperCase().replaceAll('-', '_')}`
}

/** @param {string} id */
export function keyOf(id) {
  return `test-key-${id}`
}

/**
 * @typedef {object} Model
 * @property {string} id
 * @property {Record<string, unknown>} fields as OpenCode has them
 */

/**
 * @param {Size} size
 * @param {number} variant an odd one has another name for the first model than an even one
 * @returns {readonly Model[]} of each provider
 */
export function modelsOf({ models, from }, variant) {
  return Array.from({ length: models }, (_, index) => {
    const vendor = index % 37
    const changed = index === 0 && variant % 2 === 1 ? ' (new)' : ''
    return {
      id: `vendor-${vendor}/model-${index}`,
      fields: {
        name: `Vendor ${vendor}: Model ${index}${changed}`,
        limit: { context: 128_000 + index, output: 16_384 },
        ...(from === 'lock' ? learnt(index) : {}),
      },
    }
  })
}

/** @param {number} index */
function learnt(index) {
  const sees = index % 2 === 0
  return {
    cost: { input: index / 1000, output: index / 100, cache_read: index / 10_000 },
    modalities: { input: sees ? ['text', 'image'] : ['text'], output: ['text'] },
    attachment: sees,
    reasoning: index % 3 === 0,
    tool_call: true,
  }
}

/**
 * providers.yaml as a person writes it.
 *
 * @param {Size} size
 * @param {number} [variant]
 */
export function manifestText(size, variant = 0) {
  const models = size.from === 'lock' ? [] : modelsOf(size, variant)
  const list =
    size.from === 'lock'
      ? '    models: { discover: true }\n'
      : `    models:\n${models
          .map(({ id, fields }) => `      - id: ${id}\n${yamlFields(fields, '        ')}`)
          .join('')}`
  const blocks = providerIds(size).map(
    (id) => `  ${id}:\n    name: ${title(id)}\n    baseURL: ${baseUrl(id)}\n${list}`,
  )
  return `version: 1\n\nproviders:${blocks.length === 0 ? ' {}' : ''}\n${blocks.join('')}`
}

/**
 * providers.lock.json in the form in which `opgen update` writes it; undefined where it has nothing to say.
 *
 * @param {Size} size
 * @param {number} [variant]
 */
export function lockText(size, variant = 0) {
  if (size.from !== 'lock') return undefined
  const models = modelsOf(size, variant).toSorted((one, other) => (one.id < other.id ? -1 : 1))
  const lines = models.map(({ id, fields }) => {
    const names = Object.keys(fields).toSorted()
    const from = Object.fromEntries(names.map((name) => [name, 'server']))
    return `          ${JSON.stringify(id)}: ${onOneLine({ ...fields, from })}`
  })
  const blocks = providerIds(size).map((id) =>
    [
      `    ${JSON.stringify(id)}: {\n      ${JSON.stringify(baseUrl(id))}: {`,
      `        "discover": { "exclude": [] },\n        "models": {\n${lines.join(',\n')}`,
      '        }\n      }\n    }',
    ].join('\n'),
  )
  return `{\n  "version": 1,\n  "providers": {\n${blocks.join(',\n')}\n  }\n}\n`
}

/**
 * The same for what people use instead: a map that a template can walk through.
 *
 * @param {Size} size
 * @param {number} [variant]
 */
export function plainManifest(size, variant = 0) {
  const models = Object.fromEntries(modelsOf(size, variant).map(({ id, fields }) => [id, fields]))
  return {
    providers: Object.fromEntries(
      providerIds(size).map((id) => [
        id,
        {
          npm: '@ai-sdk/openai-compatible',
          name: title(id),
          baseURL: baseUrl(id),
          models,
        },
      ]),
    ),
  }
}

/**
 * That map in YAML.
 *
 * @param {Size} size
 * @param {number} [variant]
 */
export function plainYaml(size, variant = 0) {
  const models = modelsOf(size, variant)
    .map(({ id, fields }) => `      ${id}:\n${yamlFields(fields, '        ')}`)
    .join('')
  const blocks = Object.entries(plainManifest({ ...size, models: 0 }).providers).map(
    ([id, { npm, name, baseURL }]) =>
      [
        `  ${id}:\n    npm: "${npm}"\n    name: ${name}\n    baseURL: ${baseURL}\n`,
        `    models:\n${models}`,
      ].join(''),
  )
  return `providers:\n${blocks.join('')}`
}

/**
 * @param {Record<string, unknown>} fields
 * @param {string} indent
 */
function yamlFields(fields, indent) {
  const lines = Object.entries(fields).map(
    ([name, value]) => `${indent}${name}: ${onOneLine(value)}`,
  )
  return `${lines.join('\n')}\n`
}

/**
 * JSON with the blanks that make a long line readable. It is YAML, too.
 *
 * @param {unknown} value
 * @returns {string}
 */
function onOneLine(value) {
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(
    ([name, each]) => `${JSON.stringify(name)}: ${onOneLine(each)}`,
  )
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}
