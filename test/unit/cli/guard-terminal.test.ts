import { describe, expect, test } from 'vitest'
import { guardTerminal } from '../../../src/cli/guard-terminal.ts'
import type { Terminal } from '../../../src/cli/terminal.ts'
import { memoryTerminal } from '../../support/memory-terminal.ts'

describe('a guarded terminal', () => {
  test('shows nothing that it was told of on any of its ways out', async () => {
    const terminal = memoryTerminal({ answers: ['yes', 'one', '', 'typed'] })
    const guarded = guardTerminal(terminal)
    guarded.learn('test-key-gw')
    guarded.out('out test-key-gw\n')
    guarded.err('err test-key-gw\n')
    expect(await guarded.ask('ask test-key-gw ')).toBe('yes')
    expect(await guarded.askLines('first test-key-gw ', 'next test-key-gw ')).toEqual(['one'])
    expect(await guarded.askHidden('hidden test-key-gw ')).toBe('typed')
    expect(terminal.text()).toBe(
      'out ***\nerr ***\nask *** yes\nfirst *** one\nnext *** \nhidden *** \n',
    )
  })

  test('shows neither what is piped in nor what is typed unseen', async () => {
    const terminal = memoryTerminal({ stdin: 'test-key-piped\n', answers: ['test-key-typed'] })
    const guarded = guardTerminal(terminal)
    await guarded.readStdin()
    await guarded.askHidden('')
    guarded.err('test-key-piped and test-key-typed')
    expect(terminal.stderr()).toBe('\n*** and ***')
  })

  test('shows a key where that is what is meant', () => {
    const terminal = memoryTerminal()
    const guarded = guardTerminal(terminal)
    guarded.learn('test-key-gw')
    guarded.reveal('test-key-gw')
    expect(terminal.stdout()).toBe('test-key-gw')
  })

  test('looks at the streams behind it when they are needed', () => {
    let looks = 0
    const terminal: Terminal = {
      ...memoryTerminal(),
      get stdoutIsTerminal() {
        looks += 1
        return true
      },
    }
    const before = looks
    const guarded = guardTerminal(terminal)
    expect(looks).toBe(before)
    expect(guarded.stdoutIsTerminal).toBe(true)
  })
})
