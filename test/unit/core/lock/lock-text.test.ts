import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Lock, LockedModel, LockedServer } from '../../../../src/core/lock/lock.ts'
import { printLock } from '../../../../src/core/lock/print-lock.ts'
import { usableId } from '../../../../src/core/offer/model-list.ts'
import { readLock } from '../../../../src/core/lock/read-lock.ts'

const FILE = '/home/ana/dotfiles/providers.lock.json'

const TEXT = `{
  "version": 1,
  "providers": {
    "acme": {
      "https://acme.example/v1": {
        "discover": { "include": ["z-ai/*"], "exclude": [] },
        "models": {
          "z-ai/glm-4.6": { "name": "GLM 4.6", "limit": { "context": 200000, "output": 65536 }, "reasoning": true, "from": { "limit.context": "server", "limit.output": "derived", "name": "server", "reasoning": "catalogue" } },
          "z-ai/glm-4.7": { "from": {} }
        }
      }
    },
    "empty": {
      "http://localhost:11434/v1": {
        "models": {}
      }
    }
  }
}
`

function problemIn(text: string): unknown {
  const read = readLock({ path: FILE, text })
  const [problem] = read.diagnostics
  const { line, column } = problem?.source ?? {}
  return read.ok ? 'none' : [problem?.code, problem?.message, line, column]
}

describe('a lock file', () => {
  test('is printed as it was read, one model a line', () => {
    const read = readLock({ path: FILE, text: TEXT })
    expect(read.ok && printLock(read.value)).toBe(TEXT)
  })

  test('knows the line of each model, provider and address', () => {
    const read = readLock({ path: FILE, text: TEXT })
    const server = read.ok
      ? read.value.providers.get('acme')?.get('https://acme.example/v1')
      : undefined
    expect(server?.source).toEqual({ file: FILE, line: 5, column: 7 })
    expect(server?.models.get('z-ai/glm-4.7')?.source).toEqual({ file: FILE, line: 9, column: 11 })
  })

  test('has the same values in any other spelling, only not their places', () => {
    const compact = readLock({ path: FILE, text: `\uFEFF${JSON.stringify(JSON.parse(TEXT))}` })
    expect(compact.ok && printLock(compact.value)).toBe(TEXT)
    const server = compact.ok ? compact.value.providers.get('acme') : undefined
    expect([...(server?.values() ?? [])][0]?.source).toEqual({ file: FILE, line: 1, column: 1 })
  })

  test.each([
    ['', ['bad-lock', expect.any(String), 1, 1]],
    [TEXT.replace('"empty": {', '"empty" {'), ['bad-lock', expect.any(String), 13, 13]],
    [
      TEXT.replace('    "empty"', '<<<<<<< ours\n    "empty"'),
      ['bad-lock', 'the two sides of a merge stand here', 13, 1],
    ],
    [
      TEXT.replace('"version": 1', '"version": 2'),
      ['bad-lock', 'this lock file is of another version', 1, 1],
    ],
    [
      TEXT.replace('200000', '"much"'),
      ['bad-lock', 'the model "z-ai/glm-4.6" is not as `opgen update` writes it', 8, 11],
    ],
    [
      TEXT.replace('"reasoning": true', '"apiKey": "x"'),
      ['bad-lock', 'the model "z-ai/glm-4.6" is not as `opgen update` writes it', 8, 11],
    ],
    [
      TEXT.replace('"models": {}', '"models": []'),
      ['bad-lock', 'what stands here is not as `opgen update` writes it', 14, 7],
    ],
    [
      TEXT.replace('GLM 4.6', '{file:~/.ssh/id_ed25519'),
      ['bad-lock', 'OpenCode would fill this in', 8, 38],
    ],
    ['[]', ['bad-lock', expect.any(String), 1, 1]],
  ])('is refused where it cannot be read (%#)', (text, problem) => {
    expect(problemIn(text)).toEqual(problem)
  })

  test('gives no model a name that OpenCode cannot list', () => {
    const text = TEXT.replace('"z-ai/glm-4.7"', '"__proto__"')
    const read = readLock({ path: FILE, text })
    const server = read.ok
      ? read.value.providers.get('acme')?.get('https://acme.example/v1')
      : undefined
    expect([...(server?.models.keys() ?? [])]).toEqual(['z-ai/glm-4.6'])
  })
})

const source = { file: FILE, line: 1, column: 1 }

const anyId = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 12 })
  .filter((id) => usableId(id) !== undefined)

const anyModel: fc.Arbitrary<LockedModel> = fc.record({
  values: fc.record(
    {
      name: fc.string({ unit: 'binary' }),
      limit: fc.record({ context: fc.nat(), output: fc.nat() }),
      cost: fc.record({
        input: fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 }),
        output: fc.nat(),
      }),
      modalities: fc.constant({ input: ['text', 'image'], output: ['text'] }),
      reasoning: fc.boolean(),
    },
    { requiredKeys: [] },
  ),
  from: fc.dictionary(fc.constantFrom('name', 'cost'), fc.constantFrom('server', 'derived')),
  source: fc.constant(source),
})

const anyServer: fc.Arbitrary<LockedServer> = fc.record({
  discovery: fc.option(fc.record({ exclude: fc.array(fc.string({ unit: 'binary' })) }), {
    nil: undefined,
  }),
  models: fc.array(fc.tuple(anyId, anyModel), { maxLength: 4 }).map((models) => new Map(models)),
  source: fc.constant(source),
})

const anyLock: fc.Arbitrary<Lock> = fc
  .array(fc.tuple(anyId, fc.array(fc.tuple(anyId, anyServer), { maxLength: 3 })), { maxLength: 3 })
  .map((providers) => ({
    path: FILE,
    providers: new Map(providers.map(([id, servers]) => [id, new Map(servers)])),
  }))

describe('whatever a lock holds', () => {
  test('it is read as it was printed, and printed the same again', () => {
    fc.assert(
      fc.property(anyLock, (lock) => {
        const text = printLock(lock)
        const read = readLock({ path: FILE, text })
        expect(read.ok && printLock(read.value)).toBe(text)
      }),
    )
  })

  test('each model has a line of its own, and knows it', () => {
    fc.assert(
      fc.property(anyLock, (lock) => {
        const text = printLock(lock)
        const read = readLock({ path: FILE, text })
        const lines = text.split('\n')
        for (const servers of read.ok ? read.value.providers.values() : []) {
          for (const { models } of servers.values()) {
            for (const [id, model] of models) {
              expect(lines[model.source.line - 1]?.trim()).toContain(`${JSON.stringify(id)}: {`)
            }
          }
        }
      }),
    )
  })
})
