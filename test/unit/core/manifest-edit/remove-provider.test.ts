import { describe, expect, test } from 'vitest'
import { removeProvider } from '../../../../src/core/manifest-edit/remove-provider.ts'
import type { RemovedProvider } from '../../../../src/core/manifest-edit/remove-provider.ts'
import { InvalidInput } from '../../../../src/errors.ts'

function removal(text: string, id = 'x'): RemovedProvider {
  return removeProvider({ path: 'providers.yaml', text }, id, 'go')
}

function remove(text: string, id = 'x'): string {
  return removal(text, id).text
}

/** A manifest whose providers are these lines. */
function manifest(...lines: readonly string[]): string {
  return ['version: 1', 'providers:', ...lines, ''].join('\n')
}

const a = ['  a:', '    preset: ollama']
const b = ['  b:', '    preset: vllm']
const x = ['  x: # why', '    preset: ollama', '', '    # inside', '    models:', '      - m # m']

describe('a removed provider', () => {
  test('takes its lines, and the comments in them', () => {
    expect(remove(manifest(...a, ...x, ...b))).toBe(manifest(...a, ...b))
    expect(remove(manifest(...x, ...a))).toBe(manifest(...a))
    expect(remove(manifest(...a, ...x))).toBe(manifest(...a))
    expect(removal(manifest(...a, ...x)).lines).toEqual({ first: 5, last: 10 })
  })

  test('takes one of two blank lines', () => {
    expect(remove(manifest(...a, '', ...x, '', ...b))).toBe(manifest(...a, '', ...b))
    expect(remove(manifest(...x, '', ...a))).toBe(manifest(...a))
    expect(remove(manifest(...a, '', ...x))).toBe(manifest(...a))
    expect(remove(manifest(...a, '', ...x, '', 'machines: {}'))).toBe(
      manifest(...a, '', 'machines: {}'),
    )
  })

  test('leaves the comment above it, and says so', () => {
    const text = manifest(...a, '', '  # About x.', ...x, '', ...b)
    const { text: left, facts } = removal(text)
    expect(left).toBe(manifest(...a, '', '  # About x.', '', ...b))
    expect(facts).toEqual([{ what: 'comment-above', line: 6 }])
    expect(removal(manifest(...a, '  # Apart.', '', ...x)).facts).toEqual([])
  })

  test('takes comments below it that are indented more, and no others', () => {
    const text = manifest(...a, ...x, '      # on', '', '    #name: X', '  #y: {}', '# end')
    expect(remove(text)).toBe(manifest(...a, '  #y: {}', '# end'))
  })

  test('leaves braces when it was the last one', () => {
    expect(remove(manifest(...x))).toBe('version: 1\nproviders: {}\n')
    expect(remove('version: 1\nproviders: # mine\n  # About x.\n  x: {}\n  #y: {}\n')).toBe(
      'version: 1\nproviders: {} # mine\n  # About x.\n  #y: {}\n',
    )
  })

  test.each([
    ['{ x: {} }', '{}'],
    ['{ x: {}, a: {} }', '{ a: {} }'],
    ['{ a: {}, x: {} }', '{ a: {} }'],
    ['{ a: {}, x: {}, b: {} }', '{ a: {}, b: {} }'],
    ['{ a: {}, x: {}, }', '{ a: {}, }'],
    ['{\n  a: {}, # a\n  x: {} # x\n}', '{\n  a: {} # a\n}'],
    ['{\n  a: {},\n  # x\n  x: {},\n  b: {}\n}', '{\n  a: {},\n  # x\n  b: {}\n}'],
  ])('is taken out of braces: %j', (before, after) => {
    expect(remove(`version: 1\nproviders: ${before}\n`)).toBe(`version: 1\nproviders: ${after}\n`)
  })

  test('does not let a text above it grow', () => {
    const text = manifest('  a:', '    name: |+', '      A', ...x, '', '', ...b)
    expect(remove(text)).toBe(manifest('  a:', '    name: |+', '      A', ...b))
  })

  test('keeps CRLF, a byte order mark and a last line without a break', () => {
    expect(remove('\uFEFFversion: 1\r\nproviders:\r\n  a: {}\r\n  x: {}')).toBe(
      '\uFEFFversion: 1\r\nproviders:\r\n  a: {}',
    )
  })
})

describe('what names a removed provider', () => {
  const text = `version: 1

# The usual one.
model: x/m # m
small_model: xx/m
enabled_providers: [a, x] # two
disabled_providers:
  - x

providers:
  a: {}
  x: {}
machines:
  # At work.
  work:
    providers: { x: { enabled: false } }
    enabled_providers: [x]
  home:
    when: { os: linux }
    model: x/m
    providers:
      x: { enabled: false }
      a: { enabled: false }
`

  test('goes too, and empty things with it', () => {
    const { text: left, facts } = removal(text)
    expect(left).toBe(`version: 1

# The usual one.
small_model: xx/m
enabled_providers: [a] # two

providers:
  a: {}
machines:
  # At work.
  home:
    when: { os: linux }
    providers:
      a: { enabled: false }
`)
    expect(facts).toEqual([
      { what: 'comment-above', line: 3 },
      { what: 'reference', field: 'model', machine: undefined, line: 4 },
      { what: 'element', field: 'enabled_providers', machine: undefined, line: 6 },
      { what: 'list', field: 'disabled_providers', machine: undefined, line: 7 },
      { what: 'comment-above', line: 14 },
      { what: 'overlay', machine: 'work', line: 15 },
      { what: 'overlay-provider', machine: 'work', line: 16 },
      { what: 'list', field: 'enabled_providers', machine: 'work', line: 17 },
      { what: 'reference', field: 'model', machine: 'home', line: 20 },
      { what: 'overlay-provider', machine: 'home', line: 22 },
    ])
  })

  test('stays where another file has the provider as well', () => {
    const { text: left } = removeProvider({ path: 'providers.yaml', text }, 'x', 'stay')
    expect(left).toContain('model: x/m # m')
    expect(left).toContain('[a, x]')
    expect(left).not.toContain('x: {')
  })

  test('takes "machines" with it when nothing is left of them', () => {
    const only =
      'version: 1\nproviders: { a: {} }\nmachines:\n  work:\n    providers:\n      x: {}\n'
    const { text: left, lines } = removal(only)
    expect(left).toBe('version: 1\nproviders: { a: {} }\n')
    expect(lines).toBeUndefined()
  })

  test('goes as a group with one of the blank lines around it', () => {
    const grouped = 'version: 1\n\nmodel: x/m\nsmall_model: x/m\n\nproviders:\n  x: {}\n'
    expect(remove(grouped)).toBe('version: 1\n\nproviders: {}\n')
  })
})

describe('an alias that stays', () => {
  test.each([
    'version: 1\nproviders:\n  x: &x { preset: ollama }\n  a: *x\n',
    'version: 1\nproviders:\n  x: { models: &m [a] }\n  a: { models: *m }\n',
    'version: 1\nproviders:\n  x: &x\n    preset: ollama\n  a:\n    <<: *x\n',
    'version: 1\nvars: &v { x: {} }\nproviders:\n  x: {}\n  <<: *v\n',
  ])('keeps what it stands for from being removed: %j', (text) => {
    expect(() => remove(text)).toThrow(InvalidInput)
  })

  test('does no harm inside of what is removed, nor where an anchor of its name comes later', () => {
    const inside = 'version: 1\nproviders:\n  x: { models: &m [a], whitelist: *m }\n  a: {}\n'
    expect(remove(inside)).toBe('version: 1\nproviders:\n  a: {}\n')
    const later =
      'version: 1\nproviders:\n  x: { models: &m [a] }\n  a: { models: &m [b] }\n  b: { models: *m }\n'
    expect(remove(later)).not.toContain('x:')
  })
})
