import type { Decision, Plan } from '../core/plan/plan.ts'
import { namingManifest } from '../errors.ts'
import type { LoadedManifest } from './load-manifest.ts'
import type { Session } from './session.ts'

/** Say of each missing key that the manifest's vault, where there is one, may have it. */
export async function offerVault(
  session: Session,
  manifest: LoadedManifest,
  plan: Plan,
): Promise<Plan> {
  const fromKeychain = new Set(
    manifest.wanted.providers
      .filter(({ key }) => key.sources.some(({ kind }) => kind === 'keychain'))
      .map(({ id }) => id),
  )
  const isMissing = ({ kind, id }: Decision): boolean =>
    kind === 'missing-key' && fromKeychain.has(id)
  if (!plan.decisions.some(isMissing)) return plan
  // Loaded where a key is missing: most runs open no vault.
  const { vaultOf } = await import('./vault-file.ts')
  const vault = await vaultOf(session, manifest)
  if (vault === undefined) return plan
  const { files } = session.system
  if ((await files.look(await files.resolve(vault)))?.kind !== 'file') return plan
  const command = `opgen key import${namingManifest(session.options.manifest)}`
  const decisions = plan.decisions.map((decision) =>
    isMissing(decision) ? { ...decision, vault: { path: vault, command } } : decision,
  )
  return { ...plan, decisions }
}
