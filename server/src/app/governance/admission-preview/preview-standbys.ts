/** Says in plans of VMs and groups which nodes would hold the standbys of VMs from then on. */
import type { PreviewableOperation } from '@novacron/contract/admission/admission';
import { VmGroupSpec } from '@novacron/contract/kinds/vm-group/vm-group';
import type { MemberPreview } from '@novacron/contract/placement/placement-preview';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { previewStandbyChange } from '../../resources/vm/standby/preview-standby-change.ts';
import {
  previewChangedMemberStandbys,
  previewNewMemberStandbys,
} from '../../resources/vm-group/preview-member-standbys.ts';

/** A previewed write that would be admitted. */
interface PlannedWrite {
  readonly operation: PreviewableOperation;
  readonly input: Readonly<Record<string, unknown>>;
  /** The desired fields of the resource after the write; undefined where they are not known. */
  readonly wanted: unknown;
  /** The places of the members of a new group. */
  readonly members: readonly MemberPreview[];
  /** The run of the client, which has placed them; undefined where it has named none. */
  readonly session: string | undefined;
}

/** Notices of standbys that change; the create of a VM explains its placement instead. */
export async function previewStandbys(
  deps: CapabilityDeps,
  context: CallContext,
  { operation, input: { id }, wanted, members, session }: PlannedWrite,
): Promise<readonly string[]> {
  const { tenantId } = context.principal;
  const where = { id: String(id), tenant_id: tenantId };
  switch (operation) {
    case 'vm.update': {
      const [row] = await deps.store.read({ from: 'vms', where });
      if (row === undefined) return [];
      const scope = { deps, context, nowMs: deps.clock.nowMs() };
      return previewStandbyChange({ row, wanted }, scope);
    }
    case 'vm_group.create': {
      const { data: spec } = VmGroupSpec.safeParse(wanted);
      if (spec === undefined || session === undefined) return [];
      return previewNewMemberStandbys(deps, context, { spec, session, members });
    }
    case 'vm_group.update': {
      const { data: after } = VmGroupSpec.safeParse(wanted);
      const [row] = await deps.store.read({ from: 'vm_groups', where });
      if (row === undefined || after === undefined) return [];
      return previewChangedMemberStandbys(deps, context, { row, after });
    }
    default:
      return [];
  }
}
