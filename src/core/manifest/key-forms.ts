import { AFTER_PREFIX, generatedIn, isGenerated, isVaried, placesOf } from './generated-text.ts'
import type { KeyPlace } from './generated-text.ts'

/**
 * The forms that API keys have, told apart from what else stands in a manifest: model ids, package
 * names, URLs, ARNs. The work is in proportion to the length of a line: every pattern reads at most a
 * fixed number of characters from where it starts.
 */

/** Everything in a line that has the form of a key, in order; what touches is one. */
export function keysIn(line: string): readonly KeyPlace[] {
  if (!SUSPECT.test(line)) return []
  // As long as before, so that places stay what they are.
  const rest = line.replaceAll(HARMLESS, (span) => ' '.repeat(span.length))
  return joined(line, [
    ...knownKeysIn(line),
    ...placesOf(line, PASSWORD),
    ...placesOf(rest, UUID).filter((place) => isVaried(partOf(line, place))),
    ...placesOf(rest, RUN).flatMap((run) =>
      generatedIn(partOf(line, run)).map(({ start, end }) => ({
        start: run.start + start,
        end: run.start + end,
      })),
    ),
  ])
}

/** What every form has something of: most lines have nothing, and are looked at once instead of with each. */
const SUSPECT = /[\w+/-]{16}|@|\bBearer[ \t]|-----BEGIN /i

/** What is a key by what stands before it: a vendor's prefix, or `Bearer`. */
export function knownKeysIn(line: string): readonly KeyPlace[] {
  return [
    ...VENDOR_FORMS.flatMap((form) => placesOf(line, form)).filter((place) =>
      isNoPlaceholder(partOf(line, place)),
    ),
    ...placesOf(line, PEM),
    ...placesOf(line, NAMED).filter((place) => isNoName(partOf(line, place))),
    ...placesOf(line, BEARER).filter((place) => isNoPlaceholder(partOf(line, place))),
  ]
}

/** Prefixes that no word has, with what the vendor puts behind them. */
const VENDOR_FORMS: readonly RegExp[] = [
  // NVIDIA, Perplexity, Cerebras, GitLab, Tavily, Google OAuth, Slack
  /(?<![A-Za-z0-9])(?:nvapi|pplx|csk|glpat|tvly|GOCSPX|xapp|xox[abeoprs])-[\w-]{16,300}/g,
  // Together, DigitalOcean, GitHub
  /(?<![A-Za-z0-9])(?:tgp_v1|dop_v1|github_pat)_[\w-]{30,300}/g,
  // Groq, GitHub, npm, Vercel
  /(?<![A-Za-z0-9])(?:gsk|gh[pousr]|npm|vck)_[A-Za-z0-9]{30,300}/g,
  // Google, AWS, Databricks
  /(?<![A-Za-z0-9])AIza[\w-]{30,60}/g,
  /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Za-z0-9])/g,
  /(?<![A-Za-z0-9])dapi[\da-f]{32}/g,
  // Google OAuth, HashiCorp Vault
  /(?<![A-Za-z0-9])(?:ya29|hvs)\.[\w-]{20,300}/g,
  // JSON Web Tokens: base64 of `{"`. The parts after the first are found as generated text.
  /(?<![A-Za-z0-9])eyJ[\w-]{16,300}/g,
  /AGE-SECRET-KEY-(?:PQ-)?1[A-Z0-9]{20,200}/g,
]

/**
 * Prefixes that names may have too: OpenAI, Anthropic, OpenRouter, DeepSeek, LiteLLM and many more (`sk-`),
 * Stripe, xAI, Hugging Face, Replicate, Fireworks.
 */
const NAMED = /(?<![A-Za-z0-9])(?:[spr]k[-_]|xai-|(?:hf|r8|fw)_)[\w-]{16,300}/g

/** A private key as OpenSSL and OpenSSH write it. */
const PEM = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY/g

/** Preceded by the word, so that the place is that of the key itself. */
const BEARER = /(?<=\bBearer[ \t]{1,8})[\w.~+/-]{8,300}/gi

/** The password in a URL. A part that OpenCode or a shell fills in is none. */
const PASSWORD = /(?<=:\/\/[^\s/@:"'{}$]{0,64}:)[^\s/@"'{}$<>*]{1,128}(?=@)/g

const UUID = /(?<![A-Za-z0-9])[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?![A-Za-z0-9])/gi

/** Text without white space or punctuation, as base64 and base64url have it. */
const RUN = /[\w+/-]{20,400}/g

/**
 * Long ids that are meant to be public: files and password managers' items that are only referred to,
 * schema addresses, digests, commits, Cloudflare's accounts.
 */
const HARMLESS =
  /\{file:[^{}]{1,300}\}|\bop:\/\/[^\s"'\]},]{1,300}|\$schema["']?\s{0,4}[:=]\s{0,4}\S{1,300}|\bsha(?:1|256|384|512)[:-][\w+/=-]{1,200}|\b(?:tree|blob|commit|raw|resolve)\/[\da-f]{40}\b|\braw\.githubusercontent\.com\/[\w.-]{1,64}\/[\w.-]{1,100}\/[\da-f]{40}\b|\/accounts\/[\da-f]{32}\b/gi

/** All patterns that are run over whole lines. */
export const LINE_PATTERNS: readonly RegExp[] = [
  ...VENDOR_FORMS,
  PEM,
  NAMED,
  BEARER,
  PASSWORD,
  UUID,
  RUN,
  HARMLESS,
]

function partOf(line: string, { start, end }: KeyPlace): string {
  return line.slice(start, end)
}

/** More than `sk-xxxxxxxx`, `nvapi-your-key-comes-here` and `YOUR_KEY`. */
function isNoPlaceholder(text: string): boolean {
  return isVaried(text, 7) && (/\d|[a-z][A-Z]/.test(text) || /^(?:AKIA|ASIA)/.test(text))
}

/** Model ids and the like may begin so too: a key is generated, or has a long part with digits. */
function isNoName(text: string): boolean {
  const body = text.replace(/^[A-Za-z]{1,3}\d?[-_]/, '')
  if (!isVaried(body)) return false
  const hasLongPart = body
    .split(/[-_]/)
    .some((part) => part.length >= 20 && /\d/.test(part) && /[A-Za-z]/.test(part))
  return hasLongPart || isGenerated(body, AFTER_PREFIX)
}

/** In order, and what overlaps or is held together by a dot, as a JSON Web Token is, as one. */
function joined(line: string, places: readonly KeyPlace[]): readonly KeyPlace[] {
  const result: KeyPlace[] = []
  for (const place of places.toSorted((a, b) => a.start - b.start)) {
    const last = result.at(-1)
    const reach = last === undefined ? -1 : line[last.end] === '.' ? last.end + 1 : last.end
    if (last === undefined || place.start > reach) result.push(place)
    else result[result.length - 1] = { start: last.start, end: Math.max(last.end, place.end) }
  }
  return result
}
