/** A whole manifest, how `plan` ends, and the codes of its diagnostics. */
export type ManifestCase = readonly [name: string, text: string, exit: number, codes: string]

export function withModels(models: string): string {
  return `version: 1\nproviders:\n  p:\n    preset: ollama\n    models:${models}`
}

/** What YAML makes of lists of models. */
export const MODEL_LISTS: readonly ManifestCase[] = [
  ['with models as lines', withModels('\n      - a\n      - b\n'), 0, ''],
  ['with models not indented', withModels('\n    - a\n    - b\n'), 0, ''],
  ['with a model in the short form', withModels('\n      - a: A\n'), 0, ''],
  ['with a model in the short form in braces', withModels('\n      - {a: A}\n'), 0, ''],
  ['with models as a map', withModels('\n      a:\n      b: { name: B }\n'), 0, ''],
  ['with models as explicit names', withModels('\n      ? a\n      ? b\n'), 0, ''],
  ['with models as names in braces', withModels(' {a, b}\n'), 0, ''],
  [
    'with a model id with a blank after its colon',
    withModels(' [qwen3: 30b]\n'),
    65,
    'bad-model-id',
  ],
  ['with a model id with a colon at its end', withModels('\n      - qwen3:\n'), 65, 'bad-model-id'],
  ['with a number for a model id', withModels('\n      - 7\n'), 65, 'bad-model-id'],
  ['with a fraction for a model id', withModels('\n      - 4.10\n'), 65, 'bad-model-id'],
  ['with a number too large for a model id', withModels('\n      - 1e999\n'), 65, 'bad-number'],
  ['with a boolean for a model id', withModels('\n      - true\n'), 65, 'bad-model-id'],
  ['with no for a model id', withModels('\n      - no\n'), 0, ''],
  ['with a date for a model id', withModels('\n      - 2026-11-23\n'), 0, ''],
  ['with null for a model id', withModels('\n      -\n'), 65, 'bad-model-id'],
  ['with an empty model id', withModels('\n      - ""\n'), 65, 'bad-model-id'],
  ['with a list for a model', withModels('\n      - [a]\n'), 65, 'bad-model-id'],
  ['with a dash for a model', withModels('\n      - -\n'), 65, 'bad-model-id'],
  ['with a model twice', withModels(' [a, a]\n'), 65, 'duplicate-model'],
  ['with a model twice by an alias', withModels(' [&a x, *a]\n'), 65, 'duplicate-model'],
  ['with a model id that is an anchor alone', withModels(' [&a]\n'), 65, 'bad-model-id'],
  ['with a model called toString', withModels(' [toString]\n'), 65, 'bad-model-id'],
  [
    'with a model called constructor',
    withModels('\n      - constructor\n      - prototype\n'),
    65,
    'bad-model-id',
  ],
  [
    'with a model called constructor in a map',
    withModels('\n      constructor: { name: C }\n'),
    65,
    'bad-model-id',
  ],
  ['with a model called __proto__', withModels(' [__proto__]\n'), 65, 'bad-model-id'],
  ['with a model called __proto__ in a map', withModels('\n      __proto__: {}\n'), 65, 'bad-name'],
  ['with a model id over two lines', withModels('\n      - a\n        b\n'), 0, ''],
  ['with a model id of a line separator', withModels(' ["a\\Lb"]\n'), 0, ''],
  ['with a model id that is half a character', withModels(' ["\\uD83D"]\n'), 0, ''],
  ['with an open list of models', withModels(' [a, b\n'), 65, 'yaml-syntax'],
  ['with a comma for a dash', withModels('\n      , a\n'), 65, 'yaml-syntax'],
  ['with no blank after a dash', withModels('\n      -a\n      -b\n'), 65, 'wrong-type'],
  ['with models below a comment', withModels(' # none\n'), 65, 'wrong-type'],
  ['with models in one text', withModels(' a, b\n'), 65, 'wrong-type'],
]
