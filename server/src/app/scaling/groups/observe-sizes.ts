/** Reads what the sizes of the members of a group depend on, and plans which changes next. */
import {
  type GroupScaling,
  MEMBER_MEMORY_GB_MIN,
  type VerticalLimit,
} from '@novacron/contract/kinds/vm-group/group-scaling';
import type { VmGroupSpec } from '@novacron/contract/kinds/vm-group/vm-group';
import type {
  MemberResize,
  MemberSize,
  MemberSizesPlan,
  MemberSizesQuestion,
  SizedMember,
} from '@novacron/engine/scaling/decide/model/member-size';
import { isSame, planMemberSizes } from '@novacron/engine/scaling/decide/plan-member-sizes';
import { resolveSettings } from '@novacron/engine/scaling/decide/rules/resolve-settings';
import type { ScalingEventRow } from '../../../ports/tables/orchestration-rows.ts';
import type { VmGroupRow, VmRow } from '../../../ports/tables/tables.ts';
import { recommendSize } from '../../fleet/usage/recommend-size.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { restartWindowOf } from '../../resources/vm/update/restart-window.ts';
import { desiredOf, observedOf } from '../../rows/answer-resource.ts';
import { asConfigured, grownOf } from '../../rows/observed/grown-size.ts';
import { isOutOfContact } from '../../rows/observed/node-suspicion.ts';
import type { ObservedGroup } from './observe-groups.ts';
import { eventAction } from './scaling-event-answers.ts';

/** Metric of the memory that members could still use. */
const AVAILABLE = 'memory_available_bytes';

/** Name under which size changes of members are requested from the arbiter. */
export const MEMBER_SIZING = 'member-sizing';

/** Changes that are looked at: those of an hour in which members are watched. */
const EVENTS_MAX = 100;

/** A recommendation reads two weeks of measurements, and follows from hours of them. Unit: ms. */
const NEED_MS = 900_000;

/** A group with its members and their sizes. */
export interface ObservedSizes {
  readonly group: VmGroupRow;
  readonly scaling: GroupScaling;
  readonly question: MemberSizesQuestion;
  readonly rows: ReadonlyMap<string, VmRow>;
  /** The record of the latest change; undefined where there is none. */
  readonly latest: ScalingEventRow | undefined;
}

/** Reads them. */
export async function observeSizes(
  { store, clock }: Pick<CapabilityDeps, 'store' | 'clock'>,
  { row, spec, scaling, group, hold }: ObservedGroup,
): Promise<ObservedSizes> {
  const ids = group.members.map(({ id }) => id);
  const resizesOfGroup = { cluster_id: row.id, trigger_type: 'vertical' };
  const latestFirst = { column: 'id', direction: 'desc' } as const;
  const { vms, nodes, events, done } = await store.snapshot({
    vms: { from: 'vms', where: { id: { in: ids } }, damaged: 'blank' },
    nodes: { from: 'nodes' },
    events: {
      from: 'scaling_events',
      where: resizesOfGroup,
      orderBy: latestFirst,
      limit: EVENTS_MAX,
    },
    // Refusals may be more than are looked at.
    done: {
      from: 'scaling_events',
      where: { ...resizesOfGroup, scaling_outcome: { in: ['measuring', 'succeeded'] } },
      orderBy: latestFirst,
      limit: 1,
    },
  });
  const rows = new Map<string, VmRow>(vms.map((vm) => [vm.id, vm]));
  const lost = new Set(nodes.filter(isOutOfContact).map(({ name }) => name));
  const members = group.members.flatMap(({ id, state }): SizedMember[] => {
    const vm = rows.get(id);
    if (vm === undefined) return [];
    const desired = desiredOf(vm);
    const { cpu_cores: cores, memory_gb: memory } = desired;
    const size = { cpuCores: Number(cores), memoryGb: Number(memory) };
    const isBusy = vm.busy_operation_id !== null;
    const own = asConfigured(desired);
    const isOwn = own.cpu_cores !== spec.vm.cpu_cores || own.memory_gb !== spec.vm.memory_gb;
    const isKept = isOwn || (grownOf(desired)?.times ?? 0) > 0;
    const isLost = lost.has(String(observedOf(vm).node));
    return [{ id, name: vm.name, size, state, isBusy, isKept, isLost }];
  });
  const [latest] = events;
  const known = new Set(events.map(({ id }) => id));
  const window = restartWindowOf({ restart_window: scaling.vertical_window });
  const question: MemberSizesQuestion = {
    ...limitsOf(spec, scaling),
    members,
    isBusy: group.isBusy,
    isHeld: hold?.direction === 'both',
    cooldownMs: resolveSettings(scaling).cooldownMs,
    mayShrink: window?.openedAt(clock.nowMs()) !== undefined,
    resizes: [...events, ...done.filter(({ id }) => !known.has(id))].flatMap(toResize),
    recommended: undefined,
  };
  return { group: row, scaling, question, rows, latest };
}

/** Required size of members of a given size, and the time of its lookup. */
export interface KeptNeed {
  readonly base: MemberSize;
  readonly needed: MemberSize;
  readonly atMs: number;
}

/** Plans. @param kept - by the id of a group: what members need is looked up now and then */
export async function planSizes(
  deps: CapabilityDeps,
  sizes: ObservedSizes,
  kept: Map<string, KeptNeed>,
): Promise<MemberSizesPlan> {
  const { group, question } = sizes;
  const nowMs = deps.clock.nowMs();
  const first = planMemberSizes(question, { nowMs });
  if (first.kind !== 'ask') return first;
  const known = kept.get(group.id);
  const isFresh =
    known !== undefined && isSame(known.base, first.base) && Math.abs(nowMs - known.atMs) < NEED_MS;
  const needed = isFresh ? known.needed : await findNeed(deps, sizes, first);
  if (!isFresh) kept.set(group.id, { base: first.base, needed, atMs: nowMs });
  return planMemberSizes({ ...question, recommended: needed }, { nowMs });
}

async function findNeed(
  deps: CapabilityDeps,
  { group, scaling }: ObservedSizes,
  { base, members }: Extract<MemberSizesPlan, { kind: 'ask' }>,
): Promise<MemberSize> {
  const isScaled = (metric: string): boolean =>
    scaling.rules?.some((rule) => rule.metric === metric) ?? false;
  const found = await recommendSize(deps, {
    name: `the members of ${group.name}`,
    vmIds: members.map(({ id }) => id),
    configured: base,
    allocated: base,
    scaled: {
      cpu: isScaled('cpu_utilization_ratio'),
      memory: isScaled('memory_utilization_ratio') || isScaled(AVAILABLE),
    },
  });
  return {
    cpuCores: found.cpu_cores.recommended ?? base.cpuCores,
    memoryGb: found.memory_gb.recommended ?? base.memoryGb,
  };
}

function limitsOf({ vm }: VmGroupSpec, scaling: GroupScaling) {
  const configured: MemberSize = { cpuCores: vm.cpu_cores, memoryGb: vm.memory_gb };
  const limit = (given: VerticalLimit | null, other: MemberSize): MemberSize => ({
    cpuCores: given?.cpu_cores ?? other.cpuCores,
    memoryGb: given?.memory_gb ?? other.memoryGb,
  });
  const least = { cpuCores: 1, memoryGb: MEMBER_MEMORY_GB_MIN };
  return {
    configured,
    max: limit(scaling.vertical_max, configured),
    min: limit(scaling.vertical_min, least),
  };
}

/** @returns nothing for a record that cannot be read */
function toResize(event: ScalingEventRow): MemberResize[] {
  const { member } = eventAction(event);
  if (member === null) return [];
  const toSize = (size: { cpu_cores: number; memory_gb: number }): MemberSize => ({
    cpuCores: size.cpu_cores,
    memoryGb: size.memory_gb,
  });
  const { scaling_outcome: outcome, ended_at_ms: endedMs, timestamp } = event;
  const resize: MemberResize = {
    memberId: member.vm_id,
    before: toSize(member.before),
    after: toSize(member.after),
    configured: toSize(member.configured),
    why: member.why === 'follow' || member.why === 'revert' ? member.why : 'recommended',
    outcome: OUTCOMES[outcome ?? ''] ?? 'failed',
    atMs: endedMs ?? timestamp,
  };
  return [resize];
}

const OUTCOMES: Readonly<Record<string, MemberResize['outcome']>> = {
  running: 'running',
  measuring: 'succeeded',
  succeeded: 'succeeded',
  refused: 'refused',
};
