/** Whether a member may get another size now, or waits for the window of its group. */
import type { GroupScaling } from '@novacron/contract/kinds/vm-group/group-scaling';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { MemberChange } from '@novacron/engine/scaling/decide/model/member-size';
import type { VmRow } from '../../../ports/tables/tables.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { restartWindowOf } from '../../resources/vm/update/restart-window.ts';
import { restartsForGrowth } from '../../resources/vm/update/restarts-for-growth.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';

/** The request that gives a member its size. */
export type ResizeInput = ParsedInputOf<'vm.update'>;

/** Effect of a change on a member, and the reason why it waits. */
export interface ResizeCheck {
  readonly input: ResizeInput;
  /** The member restarts for it. */
  readonly isRestarted: boolean;
  /** Reason why it waits, for people; undefined if it may begin. */
  readonly waits: string | undefined;
}

/** Checks. A member that is not ready loses nothing by a restart; others wait for their window. */
export async function checkResize(
  { store, clock }: Pick<CapabilityDeps, 'store' | 'clock'>,
  plan: MemberChange,
  { row, scaling }: { readonly row: VmRow; readonly scaling: GroupScaling },
): Promise<ResizeCheck> {
  const { why, direction, member } = plan;
  const input = toInput(plan, row);
  const isRestarted = await restartsForGrowth(store, row, input);
  const isFree =
    (why === 'revert' && member.state === 'not_ready') || (direction === 'grow' && !isRestarted);
  const waits = isFree ? undefined : findWait(plan, scaling, clock.nowMs());
  return { input, isRestarted, waits };
}

function toInput({ member: { size }, to }: MemberChange, row: VmRow): ResizeInput {
  return {
    id: row.id,
    restart: 'allowed',
    ...(to.cpuCores === size.cpuCores ? {} : { cpu_cores: to.cpuCores }),
    ...(to.memoryGb === size.memoryGb ? {} : { memory_gb: to.memoryGb }),
  };
}

function findWait(
  { direction, member }: MemberChange,
  { vertical_window }: GroupScaling,
  nowMs: number,
): string | undefined {
  const window = restartWindowOf({ restart_window: vertical_window });
  if (window?.openedAt(nowMs) !== undefined) return undefined;
  const what =
    direction === 'shrink'
      ? `${member.name} gets less in vertical_window only`
      : `${member.name} restarts for more, so it gets that in vertical_window only`;
  if (window === undefined) return `${what}, and the group has none.`;
  const nextMs = window.nextAfter(nowMs);
  if (nextMs === undefined) return `${what}, which does not open again.`;
  return `${what}, which opens at ${toTimestamp(nextMs)}.`;
}
