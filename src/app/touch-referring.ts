import { refersTo } from '../core/plan/references.ts'
import type { System } from '../system/system.ts'
import type { Planned } from './planned.ts'

/**
 * Make the config files look new that refer to a key file that changes while they stay: OpenCode 2.x
 * watches them, and not what they refer to. Those that are written anyway are seen as they are.
 */
export async function touchReferring(planned: Planned, { files }: System): Promise<void> {
  const { actual, plan } = planned
  const changed = changedKeyFiles(planned)
  const keyFiles = actual.keyFiles.filter((file) => changed.has(file.path))
  const written = new Set(plan.files.map((file) => file.path))
  for (const { path, document } of actual.config) {
    if (document === undefined || written.has(path)) continue
    if (keyFiles.some((keyFile) => refersTo(document.text, keyFile))) await files.touch(path)
  }
}

/** Those of this run, and those of one before that was interrupted and may have got no further. */
function changedKeyFiles({ plan, stored }: Planned): ReadonlySet<string> {
  const now = plan.files.filter(({ target }) => target === 'keyfile').map((file) => file.path)
  const meant = Object.entries(stored.state.intended ?? {})
    .filter(([, { target }]) => target === 'keyfile')
    .map(([file]) => file)
  return new Set([...now, ...meant])
}
