/** Says in plans of updates which nodes would hold the standbys of VMs from then on. */
import type { PreviewableOperation } from '@novacron/contract/admission/admission';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { previewStandbyChange } from '../../resources/vm/standby/preview-standby-change.ts';
import type { CapabilityDeps } from '../deps.ts';

/** A previewed write that would be admitted. */
interface PlannedWrite {
  readonly operation: PreviewableOperation;
  readonly input: Readonly<Record<string, unknown>>;
  /** The desired fields of the resource after the write; undefined where they are not known. */
  readonly wanted: unknown;
}

/** A notice for each VM whose standby changes; creates explain their placement instead. */
export async function previewStandbys(
  deps: CapabilityDeps,
  context: CallContext,
  { operation, input: { id }, wanted }: PlannedWrite,
): Promise<readonly string[]> {
  if (operation !== 'vm.update' || typeof id !== 'string') return [];
  const { tenantId } = context.principal;
  const [row] = await deps.store.read({ from: 'vms', where: { id, tenant_id: tenantId } });
  if (row === undefined) return [];
  const scope = { deps, context, nowMs: deps.clock.nowMs() };
  return previewStandbyChange({ row, wanted }, scope);
}
