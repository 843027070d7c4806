import { describe, expect, test } from 'vitest'
import { emptyFile, emptyState } from '../../../../src/core/state/recorded.ts'
import type {
  OwnedValue,
  RecordedFile,
  RecordedState,
} from '../../../../src/core/state/recorded.ts'
import { renderState } from '../../../../src/core/state/parse-state.ts'
import { findingsOn } from '../../../support/doctor-findings.ts'
import { AUTH, CONFIG, STATE } from '../../../support/run-opgen.ts'

function owned(values: readonly string[], origin: OwnedValue['origin'] = 'written'): RecordedFile {
  const own = (pointer: string): OwnedValue => {
    return { unit: 'acme', origin, value: { json: pointer }, before: null }
  }
  return {
    ...emptyFile,
    manifest: '/home/ana/providers.yaml',
    values: Object.fromEntries(values.map((pointer) => [pointer, own(pointer)])),
  }
}

function recorded(state: Partial<RecordedState>): string {
  return renderState({ ...emptyState, generation: 1, ...state })
}

const BLOCK = '{ "provider": { "acme": { "options": { "baseURL": "https://x.example/v1" } } } }'

describe('lost-login', () => {
  const files = { [AUTH]: owned(['/acme/type', '/acme/key']) }
  const world = (auth: string, config = BLOCK, state: Partial<RecordedState> = { files }) => {
    return { files: { [AUTH]: auth, [CONFIG]: config, [STATE]: recorded(state) } }
  }

  test('is no error where the provider has another key', async () => {
    const inBlock = '{ "provider": { "acme": { "options": { "apiKey": "{file:k}" } } } }'
    const inVariable = '{ "provider": { "acme": { "env": ["ACME_KEY"] } } }'
    const content = '{ "acme": { "type": "api", "key": "test-key-acme" } }'
    for (const [machine, severity] of [
      [world('{}'), 'error'],
      [world('{}', inBlock), 'warning'],
      [world('{}', inVariable), 'error'],
      [{ ...world('{}', inVariable), env: { ACME_KEY: 'test-key-acme' } }, 'warning'],
      [{ ...world('{}'), env: { OPENCODE_AUTH_CONTENT: content } }, 'warning'],
    ] as const) {
      const found = await findingsOn(machine, 'lost-login')
      expect(found.map((finding) => finding.severity)).toEqual([severity])
    }
  })

  test('is not said while auth.json cannot be read, or an apply is not settled', async () => {
    const intended = { [AUTH]: owned([]) }
    for (const machine of [
      world('{ "acme"'),
      world(''),
      world('[]'),
      world('{}', BLOCK, { files, intended }),
    ]) {
      expect(await findingsOn(machine, 'lost-login')).toEqual([])
    }
  })

  test('is not said of what somebody changed, of a kept value, or of another file', async () => {
    const kept = { [AUTH]: owned(['/acme/type', '/acme/key'], 'kept') }
    const elsewhere = { '/srv/auth.json': owned(['/acme/type', '/acme/key']) }
    for (const machine of [
      world('{ "acme": { "type": "oauth" } }'),
      world('{}', BLOCK, { files: kept }),
      world('{}', BLOCK, { files: elsewhere }),
    ]) {
      expect(await findingsOn(machine, 'lost-login')).toEqual([])
    }
  })
})

describe('lost-block', () => {
  const values = ['/provider/acme/npm', '/provider/acme/options/baseURL', '/model']
  const world = (config: Readonly<Record<string, string>>, file = CONFIG) => {
    return { files: { ...config, [STATE]: recorded({ files: { [file]: owned(values) } }) } }
  }

  test('is said once, also where the file is gone', async () => {
    for (const machine of [world({ [CONFIG]: '{}' }), world({})]) {
      const found = await findingsOn(machine, 'lost-block')
      expect(found.map(({ provider, file }) => [provider, file])).toEqual([['acme', CONFIG]])
    }
  })

  test('is not said of one that moved to another file, nor where a file cannot be read', async () => {
    const other = CONFIG.replace('.jsonc', '.json')
    for (const config of [
      { [CONFIG]: '{}', [other]: BLOCK },
      { [CONFIG]: '{ "provider' },
      { [CONFIG]: '{}', [other]: '{ "provider' },
    ]) {
      expect(await findingsOn(world(config), 'lost-block')).toEqual([])
    }
  })

  test('is not said of a file that doctor does not look at', async () => {
    const config = { [CONFIG]: '{}' }
    for (const file of ['/srv/opencode.jsonc', '/home/ana/.config/opencode-other/opencode.jsonc']) {
      expect(await findingsOn(world(config, file), 'lost-block')).toEqual([])
    }
    const args = ['--config', '/srv/opencode.jsonc']
    expect(await findingsOn(world(config), 'lost-block', args)).toEqual([])
  })

  test('is not said before an interrupted apply is settled', async () => {
    const own = { [CONFIG]: owned(values) }
    const state = recorded({ files: own, intended: { [CONFIG]: owned([]) } })
    const machine = { files: { [CONFIG]: '{}', [STATE]: state } }
    expect(await findingsOn(machine, 'lost-block')).toEqual([])
    expect(await findingsOn(machine, 'interrupted-apply')).toHaveLength(1)
  })
})
