import type { OfferedModel } from './model-facts.ts'

/** Words that stand alone in the names of models with which nobody chats. */
const NO_CHAT =
  /(?:^|[^a-z0-9])(?:embed(?:ding)?s?|rerank(?:er|ing)?|whisper|tts|transcribe|transcription|moderation|dall-?e|gpt-image|stable-diffusion|sdxl|imagen|sora|veo|bge)(?:[^a-z]|$)/i

/** Whether a model is for embeddings, images, speech or the like, by its name: no server has to say so. */
export function isNotChatByName(name: string): boolean {
  return NO_CHAT.test(name)
}

/** Whether a model answers chats, as far as its server and its name tell. */
export function isForChats({ id, isChat }: OfferedModel): boolean {
  return isChat && !isNotChatByName(id)
}
