import {
  cost,
  costOfLongContext,
  interleavedField,
  limit,
  modality,
  modalities,
  modelFields,
  modelItem,
  modelProvider,
  variant,
} from '../manifest/model-schema.ts'
import type { modelShape } from '../manifest/model-schema.ts'
import { discovery, modelInList, models, shortForm } from '../manifest/schema.ts'
import { EXTRA, object, part } from './definition.ts'
import type { Definition } from './definition.ts'

const MODEL_FIELDS: Readonly<Record<keyof typeof modelShape, string>> = {
  name: "Label in OpenCode's list; the id by default",
  family: 'Name of the family that the model belongs to',
  release_date: 'Day of release, such as "2026-01-31", in quotes',
  attachment: 'Whether files can be attached; false by default',
  reasoning: 'Whether the model reasons before it answers; false by default',
  temperature: 'Whether the model takes a temperature; false by default',
  tool_call: 'Whether the model can call tools; true by default',
  interleaved: 'Whether reasoning comes between the parts of an answer, or in which field it does',
  cost: 'Prices in US dollars for a million tokens',
  limit: 'How much fits, in tokens',
  modalities: 'Kinds of content; text alone by default',
  experimental: 'OpenCode 1.18 accepts it and makes no use of it',
  status: 'OpenCode hides what is "deprecated", and unless told otherwise what is "alpha"',
  provider: 'Another adapter or base URL for this model alone',
  options: 'Options of every request, such as reasoningEffort',
  headers: 'HTTP headers of every request; never one that holds a key',
  variants: "Named sets of options to choose from in OpenCode, merged over OpenCode's own",
  extra: EXTRA,
}

const PRICES = {
  input: 'For a million tokens of the question',
  output: 'For a million tokens of the answer',
  cache_read: 'For a million tokens read from the cache; none by default',
  cache_write: 'For a million tokens written to the cache; none by default',
}

/** Models, in all their forms. */
export const MODEL_DEFINITIONS: readonly Definition[] = [
  part(models, 'models'),
  part(modelInList, 'modelInList', 'A model: its id, `id: Name`, or a map with "id"'),
  part(shortForm, 'modelWithName', 'The id of a model and its label, `id: Name`'),
  object(modelItem, {
    name: 'model',
    fields: { id: "The model's id, for OpenCode and for the API", ...MODEL_FIELDS },
  }),
  object(modelFields, {
    name: 'modelInMap',
    fields: { id: 'Id that the API knows, where it is not the name in this map', ...MODEL_FIELDS },
  }),
  object(discovery, {
    name: 'discovery',
    fields: {
      discover: 'true: take the models that `opgen update` found at the provider',
      include: 'Patterns of ids to take; all by default',
      exclude: 'Patterns of ids to leave out; none by default',
      add: 'Models beside those that were found, in any form of a list',
    },
  }),
  object(cost, {
    name: 'cost',
    fields: {
      ...PRICES,
      context_over_200k:
        'Prices of requests of more than 200,000 tokens; OpenCode 1.18 accepts and ignores them',
    },
  }),
  object(costOfLongContext, { name: 'costOfLongContext', fields: PRICES }),
  object(limit, {
    name: 'limit',
    fields: {
      context: 'Tokens of question and answer together',
      input: 'Tokens of the question alone; what the answer leaves by default',
      output: 'Tokens of the answer; above 0 and below "context", or OpenCode compacts without end',
    },
  }),
  object(interleavedField, {
    name: 'interleavedField',
    fields: { field: 'Field of an answer that holds the reasoning, such as reasoning_content' },
  }),
  object(modalities, {
    name: 'modalities',
    fields: {
      input: 'What the model takes; text by default',
      output: 'What the model gives; text by default',
    },
  }),
  part(modality, 'modality'),
  object(modelProvider, {
    name: 'modelProvider',
    fields: {
      npm: 'SDK adapter of this model, an npm package without a version',
      api: 'Base URL of this model; "baseURL" of the provider comes before it',
    },
  }),
  object(variant, { name: 'variant', fields: { disabled: 'true: not to be chosen' } }),
]
