import * as z from 'zod/mini'
import type { Checked, Diagnostic } from '../diagnostic.ts'
import { parseJsonDocument } from '../jsonc/parse.ts'
import { textList } from '../manifest/model-schema.ts'
import { usableId } from '../offer/model-list.ts'
import { positionFinder } from '../positions.ts'
import { mayBeFilledIn } from '../tokens.ts'
import type { Source } from '../source.ts'
import type { Lock, LockedModel, LockedServer, LockedValues } from './lock.ts'
import { lockedShape } from './locked-fields.ts'
import { lockLines } from './lock-lines.ts'
import type { LockLines } from './lock-lines.ts'

const origin = z.enum(['server', 'catalogue', 'derived', 'manifest'])

const lockedModel = z.strictObject({ ...lockedShape, from: z.record(z.string(), origin) })

const lockedServer = z.strictObject({
  discover: z.optional(z.strictObject({ include: z.optional(textList), exclude: textList })),
  models: z.record(z.string(), lockedModel),
})

const lockSchema = z.strictObject({
  version: z.literal(1),
  providers: z.record(z.string(), z.record(z.string(), lockedServer)),
})

/** What has been checked against it. */
interface LockJson {
  readonly providers: Readonly<Record<string, Readonly<Record<string, ServerJson>>>>
}

interface ServerJson {
  readonly discover?: LockedServer['discovery']
  readonly models: Readonly<Record<string, LockedValues & Pick<LockedModel, 'from'>>>
}

/**
 * Read a lock file. One that cannot be read is an error: without it an apply would take models away that
 * it was to bring.
 */
export function readLock({
  path,
  text: written,
}: {
  readonly path: string
  readonly text: string
}): Checked<Lock> {
  const parsed = parse(written)
  if (!parsed.ok) return failed(syntaxProblem(path, written))
  if (mayBeFilledIn(written)) return failed(filledIn(path, written))
  const checked = z.safeParse(lockSchema, parsed.value)
  const lines = lockLines(written)
  if (!checked.success) {
    const [issue] = checked.error.issues
    return failed(unfit(path, issue?.path ?? [], lines))
  }
  return { ok: true, value: lockOf(path, parsed.value, lines), diagnostics: [] }
}

function parse(
  written: string,
): { readonly ok: true; readonly value: LockJson } | { readonly ok: false } {
  try {
    return { ok: true, value: JSON.parse(written.replace(/^\uFEFF/, '')) }
  } catch {
    return { ok: false }
  }
}

function lockOf(path: string, { providers }: LockJson, lines: LockLines): Lock {
  const sourceAt = (...place: readonly string[]): Source => ({
    file: path,
    ...(lines.at(place) ?? { line: 1, column: 1 }),
  })
  const serverOf = (id: string, url: string, { discover, models }: ServerJson): LockedServer => ({
    discovery: discover,
    models: new Map(
      Object.entries(models)
        .filter(([model]) => usableId(model) !== undefined)
        .map(([model, { from, ...values }]) => {
          return [model, { values, from, source: sourceAt(id, url, model) }]
        }),
    ),
    source: sourceAt(id, url),
  })
  return {
    path,
    providers: new Map(
      Object.entries(providers).map(([id, servers]) => [
        id,
        new Map(Object.entries(servers).map(([url, server]) => [url, serverOf(id, url, server)])),
      ]),
    ),
  }
}

function failed(problem: Diagnostic): {
  readonly ok: false
  readonly diagnostics: readonly Diagnostic[]
} {
  return { ok: false, diagnostics: [problem] }
}

const HINT = 'run `opgen update`, which writes it anew'

function syntaxProblem(file: string, written: string): Diagnostic {
  const conflict = /^<{7}(?: |$)/m.exec(written)
  if (conflict !== null) {
    return badLock(file, positionFinder()(written, conflict.index), {
      message: 'the two sides of a merge stand here',
      hint: 'take one side (`git checkout --ours` or `--theirs`), then run `opgen update`',
    })
  }
  const result = parseJsonDocument(written, 'strict')
  const problem = result.ok ? undefined : result.problems[0]
  return badLock(file, positionFinder()(written, problem?.offset ?? 0), {
    message: problem?.message ?? 'this is no JSON',
    hint: HINT,
  })
}

/** What a server says is data, and must not name files or variables of this machine. */
function filledIn(file: string, written: string): Diagnostic {
  const offset = written.search(/\{(?:env|file):/)
  return badLock(file, positionFinder()(written, offset), {
    message: 'OpenCode would fill this in',
    hint: HINT,
  })
}

/** @param path of the JSON, from its root */
function unfit(file: string, path: readonly PropertyKey[], lines: LockLines): Diagnostic {
  const [top, ...rest] = path.map(String)
  if (top === 'version') {
    return badLock(
      file,
      { line: 1, column: 1 },
      {
        message: 'this lock file is of another version',
        hint: 'update opgen, or write it anew: delete it, then run `opgen update`',
      },
    )
  }
  const [id = '', url = '', , model = ''] = rest
  const place = lines.at([id, url, model]) ?? lines.at([id, url]) ?? { line: 1, column: 1 }
  const what = rest.length > 3 ? `the model ${JSON.stringify(model)}` : 'what stands here'
  return badLock(file, place, {
    message: `${what} is not as \`opgen update\` writes it`,
    hint: HINT,
  })
}

function badLock(
  file: string,
  place: { readonly line: number; readonly column: number },
  words: Pick<Diagnostic, 'message'> & { readonly hint: string },
): Diagnostic {
  return { code: 'bad-lock', severity: 'error', ...words, source: { file, ...place } }
}
