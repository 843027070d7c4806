import { expect, test } from 'vitest'
import { isNotChatByName } from '../../../../src/core/offer/not-chat.ts'

test.each([
  'text-embedding-3-small',
  'nomic-embed-text',
  'whisper-large-v3',
  'tts-1',
  'BAAI/bge-m3',
])('%s does not chat', (name) => {
  expect(isNotChatByName(name)).toBe(true)
})

test.each(['gpt-5', 'qwen3-coder:30b', 'z-ai/glm-4.6', 'embedded-llama', ''])(
  '%j may chat',
  (name) => {
    expect(isNotChatByName(name)).toBe(false)
  },
)
