import { expect, test } from 'vitest'
import { offeredBy } from '../../../../support/offered.ts'

test('vLLM tells the window that it serves, and not that of a LoRA adapter', () => {
  const data = [
    { id: 'Qwen/Qwen3-32B', root: 'Qwen/Qwen3-32B', parent: null, max_model_len: 40_960 },
    { id: 'sql', root: '/loras/sql', parent: 'Qwen/Qwen3-32B', max_model_len: null },
    { id: 'lost', parent: 'nothing' },
  ]
  expect(offeredBy('vllm', { '/v1/models': { object: 'list', data } })).toEqual([
    { id: 'Qwen/Qwen3-32B', facts: { context: 40_960 }, isChat: true },
    { id: 'sql', facts: { context: 40_960 }, isChat: true },
    { id: 'lost', facts: {}, isChat: true },
  ])
})
