import { expect, test } from 'vitest'
import { opgen, worldWith } from '../../support/run-opgen.ts'

test('key list says once what is the matter with a keychain that does not answer', async () => {
  const manifest = [
    'version: 1',
    'providers:',
    '  gw: { baseURL: "https://gw.example/v1", models: [m] }',
    '  other: { baseURL: "https://o.example/v1", models: [m] }',
  ].join('\n')
  const world = worldWith(manifest, { keychainRefuses: 'module-missing' })
  expect(await opgen(world, 'key list')).toMatchObject({
    code: 0,
    err: `opgen: note: the keychain module could not be loaded for "gw", "other"
opgen: hint: reinstall opgen without \`--omit=optional\`, or let \`key\` name an \`env\`, \`file\` or \`command\`, or set $OPGEN_KEY_GW
`,
  })
})
