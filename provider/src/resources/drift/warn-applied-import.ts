/** Warns of an import of what another state may still manage: then either can delete it. */
import type { Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import type { Session } from '../../rpc/session.ts';

/** Context of the read that follows an import. */
interface Context {
  readonly client: Session;
  readonly diagnostics: Diagnostics;
  readonly signal: AbortSignal;
}

/**
 * Warns if an apply of Terraform has left a baseline of an imported resource. The server cannot
 * tell whether that state still has it: Terraform calls no provider for `terraform state rm`.
 */
export async function warnAppliedImport(
  { client: { client }, diagnostics, signal }: Context,
  { id, label }: { readonly id: string; readonly label: string },
): Promise<void> {
  const found = await client.call('drift_baseline.get', { id }, { signal });
  if (!found.ok) return;
  const { deployment, applied_at: at, applied_by: by } = found.value;
  diagnostics.warning({
    summary: `May be in another state: import ${label}`,
    detail:
      `The deployment ${JSON.stringify(deployment)} applied it at ${at} (by ${by}). ` +
      'If a state of another workspace or directory still contains it, both states manage it, ' +
      'and `terraform destroy` of either deletes it.\n\nLook for it in each workspace and ' +
      `directory that uses this deployment: terraform state list -id=${id}. Remove it there ` +
      'with `terraform state rm` before you apply here.',
  });
}
