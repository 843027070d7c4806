import { MODEL_LISTS, withModels } from './model-lists.ts'
import type { ManifestCase } from './model-lists.ts'

const OLLAMA = 'preset: ollama, models: [m]'

function top(fields: string): string {
  return `version: 1\nproviders: { p: { ${OLLAMA} } }\n${fields}`
}

function provider(fields: string): string {
  return `version: 1\nproviders:\n  p:\n    preset: ollama\n${fields}`
}

/** Manifests that are odd as YAML, or that YAML makes odd. */
export const MANIFESTS: readonly ManifestCase[] = [
  // Every way to write the same
  ['in one line of braces', `{version: 1, providers: {p: {${OLLAMA}}}}`, 0, ''],
  ['as JSON', '{"version":1,"providers":{"p":{"preset":"ollama","models":["m"]}}}', 0, ''],
  [
    'with explicit names',
    '? version\n: 1\n? providers\n: ? p\n  : ? preset\n    : ollama\n    ? models\n    : - m\n',
    0,
    '',
  ],
  ['with Windows line ends', withModels(' [m]\n').replaceAll('\n', '\r\n'), 0, ''],
  ['with old Macintosh line ends', withModels(' [m]\n').replaceAll('\n', '\r'), 0, ''],
  ['with a byte order mark', `\uFEFF${withModels(' [m]\n')}`, 0, ''],
  ['between document markers', `---\n${withModels(' [m]\n')}...\n`, 0, ''],
  [
    'with everything in quotes',
    '"version": 1\n"providers":\n  "p":\n    "preset": "ollama"\n    "models": ["m"]\n',
    0,
    '',
  ],
  [
    'with tags where they belong',
    '!!map\nversion: !!int "1"\nproviders: !!map\n  p:\n    preset: !!str ollama\n    models: !!seq [!!str m]\n',
    0,
    '',
  ],
  [
    'with values on lines of their own',
    'version:\n  1\nproviders:\n  p:\n    preset:\n      ollama\n    models:\n    -\n     m\n',
    0,
    '',
  ],
  [
    'with comments everywhere',
    '# a\nversion: 1 # b\n# c\nproviders: # d\n  # e\n  p: # f\n    preset: ollama # g\n    models: # h\n      # i\n      - m # j\n# k\n',
    0,
    '',
  ],
  ['with the version in another base', `version: 0x1\nproviders: { p: { ${OLLAMA} } }\n`, 0, ''],
  ['with the version as a fraction', `version: 1.0\nproviders: { p: { ${OLLAMA} } }\n`, 0, ''],
  ['without providers in it', 'version: 1\nproviders: {}\n', 0, ''],
  [
    'with a merged provider',
    `version: 1\nproviders:\n  p: &p { ${OLLAMA} }\n  q: { <<: *p, name: Q }\n`,
    0,
    '',
  ],
  [
    'with a provider that is an alias',
    `version: 1\nproviders:\n  p: &p { ${OLLAMA} }\n  q: *p\n`,
    0,
    '',
  ],
  [
    'with models that are an alias',
    'version: 1\nproviders:\n  p: { preset: ollama, models: &m [a, b] }\n  q: { preset: ollama, models: *m }\n',
    0,
    '',
  ],
  [
    'with all of it merged',
    '<<: { version: 1, providers: { p: { preset: ollama, models: [m] } } }\n',
    0,
    '',
  ],

  // Nothing, or something else
  ['that is empty', '', 65, 'empty-manifest'],
  ['of comments', '# a\n# b\n', 65, 'empty-manifest'],
  ['of a byte order mark', '\uFEFF', 65, 'empty-manifest'],
  ['that is null', 'null\n', 65, 'wrong-type'],
  ['that is a tilde', '~\n', 65, 'wrong-type'],
  ['that is an empty text', '""\n', 65, 'wrong-type'],
  ['that is a list', '- version: 1\n', 65, 'wrong-type'],
  ['that is a number', '1\n', 65, 'wrong-type'],
  ['that is a text', 'version 1\n', 65, 'wrong-type'],
  ['that is an anchor alone', '&a\n', 65, 'empty-manifest'],
  ['that is an alias', '*a\n', 65, 'bad-alias wrong-type'],
  ['that is an empty map', '{}\n', 65, 'bad-version missing-field'],
  ['in UTF-16', '\uFFFDv\0e\0r\0', 65, 'yaml-syntax'],

  // The top level
  ['without a version', `providers: { p: { ${OLLAMA} } }\n`, 65, 'bad-version'],
  ['with an empty version', `version:\nproviders: {}\n`, 65, 'bad-version'],
  ['with a version that is a list', 'version: [1]\nproviders: {}\n', 65, 'bad-version'],
  ['with infinity for a version', 'version: .inf\nproviders: {}\n', 65, 'bad-number'],
  ['with a version twice', 'version: 1\nversion: 1\nproviders: {}\n', 65, 'duplicate-key'],
  [
    'with providers twice',
    `version: 1\nproviders: {}\nproviders: { p: { ${OLLAMA} } }\n`,
    65,
    'duplicate-key',
  ],
  ['with empty providers', 'version: 1\nproviders:\n', 65, 'wrong-type'],
  ['with a list of providers', 'version: 1\nproviders:\n  - p\n', 65, 'wrong-type'],
  ['with a text for providers', 'version: 1\nproviders: p\n', 65, 'wrong-type'],
  [
    'with providers not indented',
    'version: 1\nproviders:\np:\n  models: [m]\n',
    65,
    'wrong-type unknown-field',
  ],
  ['with __proto__ at the top', top('__proto__: { x: 1 }\n'), 65, 'bad-name'],
  ['with constructor at the top', top('constructor: 1\n'), 65, 'unknown-field'],
  ['with prototype at the top', top('prototype: 1\n'), 65, 'unknown-field'],
  ['with toString at the top', top('toString: 1\n'), 65, 'unknown-field'],
  ['with hasOwnProperty at the top', top('hasOwnProperty: 1\n'), 65, 'unknown-field'],
  ['with a number as a field', top('1: x\n'), 65, 'unknown-field'],
  ['with null as a field', top('~: x\n'), 65, 'unknown-field'],
  ['with an empty field', top(': x\n'), 65, 'bad-name'],
  ['with a list as a field', top('? [a]\n: x\n'), 65, 'bad-name'],
  ['with a field merged in that is unknown', top('<<: { modles: 1 }\n'), 65, 'unknown-field'],
  ['with a merge of a text', top('<<: x\n'), 65, 'bad-merge'],
  ['with a date for a model', top('model: 2026-11-23\n'), 65, 'bad-model-reference'],
  ['with a number for a model', top('model: 7\n'), 65, 'wrong-type'],
  ['with a second document', `${top('')}---\nversion: 1\n`, 65, 'yaml-syntax'],
  ['with an old directive', `%YAML 1.1\n---\n${top('')}`, 65, 'yaml-syntax'],
  ['with a tab', top('\tmodel: p/m\n'), 65, 'yaml-syntax'],

  // Providers
  ['with a provider that is null', 'version: 1\nproviders:\n  p:\n', 65, 'wrong-type'],
  ['with a provider that is a list', 'version: 1\nproviders:\n  p: [a]\n', 65, 'wrong-type'],
  ['with a number for an id', `version: 1\nproviders: { 7: { ${OLLAMA} } }\n`, 65, 'bad-id'],
  ['with null for an id', `version: 1\nproviders: { ~: { ${OLLAMA} } }\n`, 65, 'bad-id'],
  ['with a number in quotes for an id', `version: 1\nproviders: { "7": { ${OLLAMA} } }\n`, 0, ''],
  ['with an empty id', `version: 1\nproviders: { "": { ${OLLAMA} } }\n`, 65, 'bad-name'],
  [
    'with __proto__ for an id',
    `version: 1\nproviders: { __proto__: { ${OLLAMA} } }\n`,
    65,
    'bad-name',
  ],
  [
    'with constructor for an id',
    `version: 1\nproviders: { constructor: { ${OLLAMA} } }\n`,
    65,
    'bad-id',
  ],
  [
    'with prototype for an id',
    `version: 1\nproviders: { prototype: { ${OLLAMA} } }\n`,
    65,
    'bad-id',
  ],
  ['with toString for an id', `version: 1\nproviders: { toString: { ${OLLAMA} } }\n`, 65, 'bad-id'],
  [
    'with hasOwnProperty for an id',
    `version: 1\nproviders: { hasOwnProperty: { ${OLLAMA} } }\n`,
    65,
    'bad-id',
  ],
  ['with an id of emoji', `version: 1\nproviders: { 🚀: { ${OLLAMA} } }\n`, 65, 'bad-id'],
  ['with an id of a line end', `version: 1\nproviders: { "a\\n": { ${OLLAMA} } }\n`, 65, 'bad-id'],
  [
    'with an id twice',
    `version: 1\nproviders:\n  p: { ${OLLAMA} }\n  p: { ${OLLAMA} }\n`,
    65,
    'duplicate-key',
  ],
  ['with a field twice', provider('    preset: ollama\n    models: [m]\n'), 65, 'duplicate-key'],
  ['with a field indented too far', provider('      models: [m]\n'), 65, 'yaml-syntax'],
  ['with a field indented too little', provider('   models: [m]\n'), 65, 'yaml-syntax'],
  [
    'with toString as a field of a provider',
    provider('    models: [m]\n    toString: 1\n'),
    65,
    'unknown-field',
  ],
  [
    'with a preset called constructor',
    `version: 1\nproviders: { p: { preset: constructor, models: [m] } }\n`,
    65,
    'unknown-preset',
  ],
  [
    'with a preset called toString',
    `version: 1\nproviders: { p: { preset: toString, models: [m] } }\n`,
    65,
    'unknown-preset',
  ],
  [
    'with a preset that leads elsewhere',
    `version: 1\nproviders: { p: { preset: ../../x, models: [m] } }\n`,
    65,
    'unknown-preset',
  ],
  ['with yes for a boolean', provider('    models: [m]\n    enabled: yes\n'), 65, 'wrong-type'],
  [
    'with a base URL over two lines',
    provider('    models: [m]\n    baseURL: http://localhost\n      /v1\n'),
    65,
    'bad-url',
  ],
  [
    'with a base URL in a literal text',
    provider('    models: [m]\n    baseURL: |\n      http://localhost/v1\n'),
    65,
    'bad-url',
  ],
  [
    'with a name in a folded text',
    provider('    models: [m]\n    name: >-\n      A\n      B\n'),
    0,
    '',
  ],
  ['with an own tag', provider('    models: [m]\n    name: !secret x\n'), 65, 'yaml-tag'],
  ['with bytes', provider('    models: [m]\n    name: !!binary aGVsbG8=\n'), 65, 'yaml-tag'],
  ['with pairs', provider('    models: !!pairs [m: a]\n'), 65, 'yaml-tag'],
  ['with an ordered map', provider('    models: !!omap [m: {}]\n'), 65, 'yaml-tag'],
  ['with a set', provider('    models: !!set {a, b}\n'), 65, 'yaml-tag'],
  [
    'with a number too large',
    provider('    models: [m]\n    options: { x: 1e999 }\n'),
    65,
    'bad-number',
  ],
  ['with an expression', provider('    models: [m]\n    name: "{{x}}"\n'), 65, 'bad-expression'],
  [
    'with an expression without quotes',
    provider('    models: [m]\n    name: {{x}}\n'),
    65,
    'wrong-type bad-name',
  ],

  ...MODEL_LISTS,
]
