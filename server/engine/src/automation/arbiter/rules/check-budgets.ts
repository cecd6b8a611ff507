/** Whether an intent stays within the budgets of its group, its zone and its VM. */
import type {
  ArbiterInput,
  ArbiterLimits,
  BudgetedGroup,
  Intent,
  WaitReason,
  Work,
} from '../model/arbiter.ts';

/** Usage of budgets: operations under way, and intents with precedence that begin. */
export interface Taken {
  readonly work: readonly Work[];
  readonly earlier: readonly Intent[];
}

/**
 * Whether an intent that comes first counts against budgets while it waits. What waits for an
 * operation or for a budget does not: the operation may need the same budget to end.
 */
export function countsWhileWaiting({ kind }: WaitReason): boolean {
  return kind === 'preempting' || kind === 'zone-limit' || kind === 'cooldown';
}

/**
 * Checks the group of the VM. A member that serves may stop only while fewer members than the
 * budget are missing, down, do not serve, or are being changed. One that runs without serving may
 * be interrupted while fewer are missing, down, start or are being changed. One that is replaced
 * does not wait for others that are down, which may be waiting for the same. An intent whose
 * patience is over waits only for members that are being changed.
 */
export function checkGroup(
  { vm, sinceMs, patienceMs }: Intent,
  groups: readonly BudgetedGroup[],
  { work, earlier, nowMs }: Taken & { readonly nowMs: number },
): WaitReason | undefined {
  const group = groups.find(({ id }) => id === vm?.groupId);
  if (vm === null || group === undefined || vm.effect === 'none') return undefined;
  const changing = [
    ...work.filter(({ groupId }) => groupId === group.id).map(({ vmId }) => vmId),
    ...earlier.filter((each) => each.vm?.groupId === group.id).map((each) => each.vm?.id ?? null),
  ].filter((id) => id !== null);
  const isPatient = patienceMs === null || nowMs - sinceMs < patienceMs;
  const unhealthy = vm.effect === 'stops' ? group.unhealthy : [];
  const down = vm.effect === 'replaces' ? [] : [...group.down, ...group.starting];
  const ids = new Set([...changing, ...(isPatient ? [...down, ...unhealthy] : [])]);
  ids.delete(vm.id);
  const used = ids.size + (isPatient ? group.missing : 0);
  return used < group.downMax ? undefined : { kind: 'group-budget', group, used };
}

/** Checks how much NovaCron changes at a time in one zone; what people do does not count. */
export function checkZones(
  { vm, nodes }: Intent,
  { zoneVmsMax, zoneNodesMax }: ArbiterLimits,
  { work, earlier }: Taken,
): WaitReason | undefined {
  const own = work.filter((each) => each.class !== 'operator');
  const zone = vm?.zone ?? null;
  if (zone !== null) {
    const vms = new Set([
      ...own.filter((each) => each.zone === zone && each.vmId !== null).map(({ vmId }) => vmId),
      ...earlier.filter((each) => each.vm?.zone === zone).map((each) => each.vm?.id ?? null),
    ]);
    vms.delete(vm?.id ?? null);
    if (vms.size >= zoneVmsMax) return { kind: 'zone-limit', zone, of: 'VMs', max: zoneVmsMax };
  }
  const taken = [...own, ...earlier].flatMap((each) => each.nodes).filter(isExclusive);
  for (const node of nodes.filter(isExclusive)) {
    const names = new Set(taken.filter((each) => each.zone === node.zone).map(({ name }) => name));
    names.delete(node.name);
    if (names.size >= zoneNodesMax) {
      return { kind: 'zone-limit', zone: node.zone, of: 'nodes', max: zoneNodesMax };
    }
  }
  return undefined;
}

function isExclusive({ use }: Intent['nodes'][number]): boolean {
  return use === 'exclusive';
}

/** A VM that was healed is not moved or stopped again at once, other than to heal it. */
export function checkCooldown(
  intent: Intent,
  { limits }: Pick<ArbiterInput, 'limits'>,
  nowMs: number,
): WaitReason | undefined {
  const healedMs = intent.vm?.healedMs ?? null;
  if (intent.class === 'recovery' || healedMs === null) return undefined;
  const untilMs = healedMs + limits.cooldownMs;
  return untilMs > nowMs ? { kind: 'cooldown', untilMs } : undefined;
}
