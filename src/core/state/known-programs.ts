import * as z from 'zod/mini'

/** A program that was asked for its version, and what its file was then. */
export interface KnownProgram {
  readonly path: string
  readonly realPath: string
  readonly size: number
  readonly mtimeMs: number
  /** Null: it did not say. */
  readonly version: string | null
  /** Milliseconds since 1970 until which that holds; null: as long as the file is the same. */
  readonly until: number | null
}

/** How long an answer holds that the file alone does not vouch for: a day, in milliseconds. */
const SHORT_LIVED = 24 * 60 * 60 * 1000

/** Until when an answer holds that was given at a time; the clock is read only where that matters. */
export function untilOf(
  { version, lasts }: { readonly version: string | undefined; readonly lasts: boolean },
  now: () => number,
): number | null {
  return lasts && version !== undefined ? null : now() + SHORT_LIVED
}

/** Whether what is known of a program still holds for the file as it is now. */
export function stillHolds(
  known: KnownProgram,
  file: Pick<KnownProgram, 'path' | 'realPath' | 'size' | 'mtimeMs'>,
  now: () => number,
): boolean {
  const isSame =
    known.path === file.path &&
    known.realPath === file.realPath &&
    known.size === file.size &&
    known.mtimeMs === file.mtimeMs
  if (!isSame || known.until === null) return isSame
  // A clock that was wrong must not make it hold for years.
  const left = known.until - now()
  return left > 0 && left <= SHORT_LIVED
}

const knownPrograms = z.object({
  version: z.literal(1),
  programs: z.array(
    z.object({
      path: z.string(),
      realPath: z.string(),
      size: z.number(),
      mtimeMs: z.number(),
      version: z.nullable(z.string()),
      until: z.nullable(z.number()),
    }),
  ),
})

/** Read what is known; nothing is, where the text is damaged or of another version of opgen. */
export function parseKnownPrograms(text: string): readonly KnownProgram[] {
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch {
    return []
  }
  const parsed = z.safeParse(knownPrograms, raw)
  return parsed.success ? parsed.data.programs : []
}

export function renderKnownPrograms(programs: readonly KnownProgram[]): string {
  return `${JSON.stringify({ version: 1, programs }, null, 2)}\n`
}
