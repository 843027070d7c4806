import { describe, expect, test } from 'vitest'
import { answered } from '../../support/answering-server.ts'
import {
  ACME_URL as URL,
  MODEL_A as A,
  offeringManifest as manifest,
  offeringWorld as world,
} from '../../support/offering-world.ts'
import { MANIFEST, opgen, opgenJson } from '../../support/run-opgen.ts'

describe('opgen models', () => {
  test('shows what is offered beside what is declared', async () => {
    const models =
      '[{ id: a, limit: { context: 64000, output: 8000 } }, glm-4.6, missing, { id: b }]'
    const given = world(models, [A, { id: 'glm-4.7' }, { id: 'b' }, { id: 'text-embedding-3' }])
    const { code, out } = await opgen(given, 'models acme')
    expect({ code, out }).toEqual({
      code: 0,
      out: `acme  ${URL}
    a                 context 128k, output 16k
      context 64k in the manifest, 128k at the server
      output 8k in the manifest, 16k at the server
  - glm-4.6           not offered
      is it "glm-4.7" now?
      declared without a limit
  - missing           not offered
      declared without a limit
    b
      declared without a limit
  + glm-4.7
  + text-embedding-3  not for chats

4 offered: 2 declared, 2 not declared, 2 declared and not offered.
`,
    })
  })

  test('has the same as JSON', async () => {
    const given = world('[{ id: a, limit: { context: 64000, output: 8000 } }, glm-4.6]', [
      A,
      { id: 'glm-4.7' },
    ])
    expect(await opgenJson(given, 'models acme')).toMatchObject({
      command: 'models',
      id: 'acme',
      baseURL: URL,
      kind: 'openai',
      models: [
        {
          id: 'a',
          state: 'declared',
          offered: { context: 128_000, output: 16_000, chat: true },
          declared: { limit: { context: 64_000, output: 8000 } },
          differences: [
            { field: 'context', declared: 64_000, offered: 128_000 },
            { field: 'output', declared: 8000, offered: 16_000 },
          ],
        },
        { id: 'glm-4.6', state: 'renamed', suggestion: 'glm-4.7', offered: null },
        { id: 'glm-4.7', state: 'new', declared: null },
      ],
    })
  })

  test('shows discovered models of the lock file as declared', async () => {
    const given = world('{ discover: true }', [A, { id: 'b' }])
    await opgen(given, 'update')
    const { out } = await opgen(given, 'models acme')
    expect(out).toContain('2 offered: 2 declared, 0 not declared.')
  })

  test('fails when there is no answer, and says why', async () => {
    const { code, err } = await opgen(
      world('[a]', () => answered(500)),
      'models acme',
    )
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringContaining('has a fault of its own'),
    })
  })

  test('sends a key to no other address before that is decided', async () => {
    const given = world('[a]', [A])
    await opgen(given, 'apply')
    given.write(MANIFEST, manifest('[a]').replace('acme.example', 'evil.example'))
    const { code, err } = await opgen(given, 'models acme')
    expect({ code, err }).toEqual({ code: 3, err: expect.stringContaining('--trust-origin acme') })
    expect(given.sent).toEqual([])
  })
})
