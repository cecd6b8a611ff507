/**
 * Predicts the next healing steps for VMs of an incident that are down, and the levels that healing
 * skips.
 */
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { RESTART_ATTEMPTS } from '@novacron/contract/kinds/vm/vm-healing';
import { explainGap, explainGrowth } from '@novacron/engine/healing/escalate/explain-escalation';
import type { GivenUpVm, GrowthGap } from '@novacron/engine/healing/escalate/model/escalation';
import { planEscalation } from '@novacron/engine/healing/escalate/plan-escalation';
import { UNHEALTHY_LEVEL } from '@novacron/engine/healing/outcomes/rules/ladder';
import { planRestarts } from '@novacron/engine/healing/restart/plan-restarts';
import type { IncidentMemberRow, IncidentRow } from '../../../ports/tables/incident-rows.ts';
import type { VmRow } from '../../../ports/tables/tables.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { desiredAs, desiredOf, mapReadable, observedOf } from '../../rows/answer-resource.ts';
import { shownHealth } from '../../rows/observed/observed-health.ts';
import { restartPolicyOf } from '../../rows/observed/restart-policy.ts';
import { consoleTailOf } from '../../rows/observed-machine.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { faultOfGivenUp, GROWTH, toGivenUpVm } from '../escalation/given-up-vms.ts';
import { wayOf } from '../health-checks/restart-unhealthy.ts';
import { stableMsOf } from '../health-checks/watch-health.ts';
import { readStrategies } from '../outcomes/read-outcomes.ts';
import { findRestarts } from '../recovery/find-restarts.ts';
import { findRefusals, type Refusal } from '../waiting/find-refusals.ts';
import type { WaitingChange } from '../waiting/waiting-change.ts';

/** VMs of one answer. */
const VMS_MAX = 20;

/** Known facts about an incident. */
interface NextScope {
  readonly members: readonly IncidentMemberRow[];
  /** Changes about it that healing cannot make yet. */
  readonly waiting: readonly WaitingChange[];
  /** Start of the trouble. Unit: ms since the Unix epoch. */
  readonly fromMs: number;
}

/** Next steps, one sentence each. */
export interface NextSteps {
  readonly next: readonly string[];
  /** Reasons why levels of the ladder are skipped. */
  readonly gaps: readonly string[];
}

/** Reasons why a VM that may grow does not grow. */
const GAPS: ReadonlySet<string> = new Set<GrowthGap>(['no_shortage', 'at_ceiling', 'attempts']);

const NOTHING: NextSteps = { next: [], gaps: [] };

/** Finds it; nothing once the incident is resolved. */
export async function findNext(
  deps: CapabilityDeps,
  row: IncidentRow,
  scope: NextScope,
): Promise<NextSteps> {
  if (row.state === 'resolved') return NOTHING;
  const down = scope.members.filter(({ up_at_ms }) => up_at_ms === null);
  const where = { id: { in: down.map(({ vm_id }) => vm_id) }, tenant_id: row.tenant_id };
  const vms = await deps.store.read({ from: 'vms', where, limit: VMS_MAX, damaged: 'blank' });
  const known = await readKnown(deps, row, { scope, vms });
  const found = mapReadable(vms, (vm) => nextOf(deps, vm, known));
  return {
    next: found.flatMap(({ next }) => next),
    gaps: found.flatMap(({ gaps }) => gaps),
  };
}

/** Known facts about the VMs, by their ids. */
interface Known {
  readonly waiting: ReadonlyMap<string | null, WaitingChange>;
  /** Kinds of the operations that hold them. */
  readonly underWay: ReadonlyMap<string, string>;
  readonly members: ReadonlySet<string>;
  /** Reasons why they do not grow, as last reported by the server that heals. */
  readonly refusals: ReadonlyMap<string, Pick<Refusal, 'reason' | 'detail'>>;
  readonly startsMs: ReadonlyMap<string, readonly number[]>;
  readonly order: readonly string[];
}

async function readKnown(
  deps: CapabilityDeps,
  { tenant_id }: IncidentRow,
  { scope, vms }: { readonly scope: NextScope; readonly vms: readonly VmRow[] },
): Promise<Known> {
  const ids = vms.map(({ id }) => id);
  const { operations, members } = await deps.store.snapshot({
    operations: {
      from: 'operations',
      where: { id: { in: vms.flatMap(({ busy_operation_id: id }) => id ?? []) } },
      damaged: 'blank',
    },
    members: { from: 'vm_group_members', where: { id: { in: ids } } },
  });
  const sinceMs = new Map<string, number>(ids.map((id) => [id, scope.fromMs]));
  return {
    // Growth is explained with its level.
    waiting: new Map(
      scope.waiting.filter(({ who }) => who !== GROWTH).map((each) => [each.vmId, each]),
    ),
    underWay: new Map(operations.map(({ id, kind }) => [id, kind])),
    members: new Set<string>(members.map(({ id }) => id)),
    refusals: await findRefusals(deps, 'vm.not_grown', sinceMs),
    startsMs: await findRestarts(deps, ids),
    order: (await readStrategies(deps, tenant_id, UNHEALTHY_LEVEL)).order,
  };
}

function nextOf(deps: CapabilityDeps, vm: VmRow, known: Known): NextSteps {
  const { id, name, busy_operation_id: busyId } = vm;
  if (busyId !== null) {
    const kind = known.underWay.get(busyId) ?? 'an operation';
    return { next: [`${name}: ${kind} is in progress.`], gaps: [] };
  }
  const waits = known.waiting.get(id);
  if (waits?.givenUp !== undefined) {
    const count = `${waits.operation} was tried ${waits.givenUp.attempts} times in a row`;
    return { next: endOf(`${name}: ${count}`, []), gaps: [] };
  }
  if (waits !== undefined) {
    return { next: [`${name}: ${waits.operation} is next, but is waiting.`], gaps: [] };
  }
  const fault = faultOfGivenUp(vm);
  if (fault !== undefined) return afterRestarts(deps, vm, { fault, known });
  const observed = observedOf(vm);
  return shownHealth(desiredOf(vm), observed, observed.status) === 'unhealthy'
    ? { next: nextRestart(deps, vm, known), gaps: [] }
    : NOTHING;
}

/**
 * Returns the steps that follow the restarts of a VM: its growth, and the replacement of a member
 * of a group.
 */
function afterRestarts(
  { clock }: CapabilityDeps,
  vm: VmRow,
  { fault, known }: { readonly fault: GivenUpVm['fault']; readonly known: Known },
): NextSteps {
  const { id, name } = vm;
  // What guests were measured to use is known to the server that heals alone, which has said it.
  const signs = {
    console: consoleTailOf(observedOf(vm)),
    memoryAvailableRatios: [],
    cpuUsedRatios: [],
  };
  const given = toGivenUpVm(vm, fault, { signs, notBeforeMs: undefined });
  const input = { vms: [given], growing: 0, growingMax: 1 };
  const { begin, wait, left } = planEscalation(input, { nowMs: clock.nowMs() });
  const [gap] = left;
  const isAllowed = gap?.why !== 'not_allowed';
  const said = isAllowed ? known.refusals.get(id) : undefined;
  const isEnd = said !== undefined && GAPS.has(said.reason);
  const grows = [
    ...begin.map((growth) => `${explainGrowth(growth)}.`),
    ...wait.map(({ growth, atMs }) => `${explainGrowth(growth)}; not before ${toTimestamp(atMs)}.`),
  ];
  const level = `${name}: grow is next (level 3)`;
  const next = known.members.has(id)
    ? [`${name}: replace_member is next (level 3), by its group.`]
    : [];
  if (said !== undefined) {
    const again = isEnd ? [] : [`${level}, as soon as nothing blocks it.`];
    return { next: [...again, ...next, ...endOf(name, [...again, ...next])], gaps: [said.detail] };
  }
  // Nothing has been looked for yet where its owner lets it grow.
  const isOpen = gap?.why === 'no_shortage';
  const own = isOpen ? [`${level}, if its guest is short of memory or CPU.`] : [];
  const all = [...grows.map((text) => `${level}: ${text}`), ...own, ...next];
  const gaps = gap === undefined || isOpen ? [] : [`${explainGap(name, gap.why)}.`];
  return { next: [...all, ...endOf(name, all)], gaps };
}

/** Returns the sentence that is shown if there is no next step. */
function endOf(name: string, next: readonly string[]): readonly string[] {
  return next.length > 0
    ? []
    : [`${name}: no automatic action remains. Manual action is required.`];
}

/** The next attempt for one that runs and does not serve. */
function nextRestart({ clock }: CapabilityDeps, vm: VmRow, known: Known): readonly string[] {
  const { id, name } = vm;
  const spec = desiredAs(vm, VmSpec);
  const check = spec.healing?.health_check;
  if (check === undefined || check === null) return [];
  const attemptsMax = spec.healing?.attempts ?? RESTART_ATTEMPTS;
  const stopped = {
    id,
    name,
    node: String(observedOf(vm).node),
    priority: spec.priority,
    policy: restartPolicyOf(vm, spec),
    ending: 'failure' as const,
    attemptsMax,
    startsMs: known.startsMs.get(id) ?? [],
    stableMs: stableMsOf(check),
    givenUpAfter: null,
    notBeforeMs: null,
  };
  const limits = { startingOn: [], startsMax: 1, startsOnNodeMax: 1 };
  const { begin, wait, giveUp } = planRestarts(
    { vms: [stopped], ...limits },
    { nowMs: clock.nowMs() },
  );
  const describe = (attempts: number): string => {
    const count = `attempt ${attempts + 1} of ${attemptsMax}`;
    return `${wayOf(spec, known.order, attempts)} is next (level 1, ${count})`;
  };
  if (begin.length + wait.length + giveUp.length === 0) {
    return [`${name}: no automatic action, because healing.restart is ${stopped.policy}.`];
  }
  return [
    ...begin.map(({ attempts }) => `${name}: ${describe(attempts)}.`),
    ...wait.map(({ attempts, atMs }) => {
      return `${name}: ${describe(attempts)}, not before ${toTimestamp(atMs)}.`;
    }),
    ...giveUp.map(() => `${name}: all attempts were made without success so far.`),
  ];
}
