/**
 * Resets or reboots VMs whose guests are unhealthy, as their restart policies say, and gives up
 * those that stay so. Starts, resets and reboots of NovaCron count together: a VM that crashes and
 * hangs in turn is given up.
 */
import type { VmId } from '@novacron/contract/ids';
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { RESTART_ATTEMPTS } from '@novacron/contract/kinds/vm/vm-healing';
import { explainStrategies } from '@novacron/engine/healing/outcomes/explain-strategies';
import { limitOf, UNHEALTHY_LEVEL } from '@novacron/engine/healing/outcomes/rules/ladder';
import { explainRestarts } from '@novacron/engine/healing/restart/explain-restarts';
import { planRestarts } from '@novacron/engine/healing/restart/plan-restarts';
import { z } from 'zod';
import type { VmRow } from '../../../ports/tables/tables.ts';
import { beginWrite } from '../../kernel/arbitration/begin-write.ts';
import type { BeginParts, Begun } from '../../kernel/arbitration/platform-write.ts';
import type { RefusedWrites } from '../../kernel/arbitration/refused-writes.ts';
import { platformContext } from '../../kernel/operations/platform-caller.ts';
import type { ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { prepareServiceRestart } from '../../resources/vm/power/prepare-service-restart.ts';
import { prepareVmReset } from '../../resources/vm/power/prepare-vm-halt.ts';
import { prepareHungVmReboot } from '../../resources/vm/power/prepare-vm-power.ts';
import { desiredAs, mapReadable, observedOf } from '../../rows/answer-resource.ts';
import { healthOf, resetsBefore, withHealth } from '../../rows/observed/observed-health.ts';
import { restartPolicyOf } from '../../rows/observed/restart-policy.ts';
import { readStrategies } from '../outcomes/read-outcomes.ts';
import { findRestarts } from '../recovery/find-restarts.ts';
import { inWords, recordGivenUp } from '../recovery/record-given-up.ts';

/** Resets under way in the fleet at a time, and on one node: guests boot from the same disks. */
const RESETS_MAX = 32;
const RESETS_ON_NODE_MAX = 4;

/** Dependencies of resetting. */
export interface ResetParts extends BeginParts<CapabilityDeps> {
  readonly refusals: RefusedWrites;
}

/** A VM that is unhealthy. */
export interface Unhealthy {
  readonly id: VmId;
  /** Result of its last failed check, for people. */
  readonly seen: string | null;
  /** Time that it must serve after a reset before a new series of resets begins. Unit: ms. */
  readonly stableMs: number;
}

/** One as it is stored now. */
interface Found extends Unhealthy {
  readonly row: VmRow;
  readonly spec: VmSpec;
}

/** Resets those that are due. @returns the ids of those that are reset */
export async function resetUnhealthy(
  parts: ResetParts,
  unhealthy: readonly Unhealthy[],
  budget: ReconcilerBudget,
): Promise<readonly string[]> {
  const { deps, refusals } = parts;
  const watched = new Map<string, Unhealthy>(unhealthy.map((each) => [each.id, each]));
  refusals.keepOnly(watched);
  if (unhealthy.length === 0) return [];
  const ids = unhealthy.map(({ id }) => id);
  const rows = await deps.store.read({
    from: 'vms',
    where: { id: { in: ids }, status: 'running', busy_operation_id: null },
    damaged: 'blank',
  });
  const found = mapReadable(rows, (row): readonly Found[] => {
    const vm = watched.get(row.id);
    return vm === undefined ? [] : [{ ...vm, row, spec: desiredAs(row, VmSpec) }];
  }).flat();
  const byId = new Map<string, Found>(found.map((each) => [each.id, each]));
  const restarts = await findRestarts(deps, ids);
  const vms = found.map(({ row, spec, stableMs }) => ({
    id: row.id,
    name: row.name,
    node: String(observedOf(row).node),
    priority: spec.priority,
    policy: restartPolicyOf(row, spec),
    ending: 'failure' as const,
    attemptsMax: spec.healing?.attempts ?? RESTART_ATTEMPTS,
    startsMs: restarts.get(row.id) ?? [],
    stableMs,
    givenUpAfter: resetsBefore(observedOf(row)),
    notBeforeMs: refusals.notBeforeMs(row.id) ?? null,
  }));
  const limits = { startsMax: RESETS_MAX, startsOnNodeMax: RESETS_ON_NODE_MAX };
  const plan = planRestarts({ ...limits, vms, startingOn: [] }, { nowMs: deps.clock.nowMs() });
  const giveUp = plan.giveUp.filter(({ vm }) => vm.givenUpAfter === null);
  for (const line of explainRestarts({ ...plan, giveUp })) deps.logger.info({}, line);
  for (const { vm, attempts } of giveUp) {
    const found = byId.get(vm.id);
    if (found === undefined || !budget.mayContinue()) break;
    await endResets(deps, found, attempts, budget.guard);
  }
  const done: string[] = [];
  const orders = createOrders(deps);
  for (const { vm, attempts } of plan.begin) {
    const found = byId.get(vm.id);
    if (found === undefined || !budget.mayContinue()) break;
    const order = await orders.ofTenant(found.row.tenant_id);
    const begun = await restart(parts, budget, found, wayOf(found.spec, order, attempts));
    if (begun.kind === 'started') done.push(vm.id);
    await refusals.note(found.row, begun, budget.guard);
  }
  return done;
}

async function endResets(
  deps: CapabilityDeps,
  found: Found,
  attempts: number,
  guard: ReconcilerBudget['guard'],
): Promise<void> {
  const { id, row, seen } = found;
  const observed = observedOf(row);
  const health = healthOf(observed);
  if (health?.state !== 'unhealthy') return;
  const { name } = row;
  const because = seen === null ? '' : `: ${seen}`;
  await recordGivenUp(deps, row, {
    after: withHealth(observed, { ...health, resets_failed: attempts }),
    type: 'vm.stays_unhealthy',
    data: {
      attempts,
      seen,
      detail:
        `The VM ${name} was ${hasCommand(found.spec) ? 'restarted, ' : ''}reset or rebooted ` +
        `${inWords(attempts)}, and is still unhealthy${because}. NovaCron makes no further ` +
        'attempts.',
      remedy: `Check its guest on the console: novacron vm console ${id}`,
    },
    guard,
  });
}

/** Whether a service of its guest can be restarted without the guest. */
function hasCommand({ healing }: VmSpec): boolean {
  return (healing?.restart_command ?? null) !== null;
}

/**
 * The strategy of an attempt: each in a row is the next one of the level, and what disturbs least
 * comes first.
 * @param order - of the other strategies, as they are tried for the tenant
 * @param attempts - how many were made before
 */
export function wayOf(spec: VmSpec, order: readonly string[], attempts: number): Way {
  const own = [...(hasCommand(spec) ? ['restart_service'] : []), ...order];
  return Way.parse(own[attempts % own.length]);
}

/** The order in which strategies are tried for each tenant, read once a round. */
function createOrders(deps: CapabilityDeps) {
  const orders = new Map<string, readonly string[]>();
  return {
    ofTenant: async (tenantId: string): Promise<readonly string[]> => {
      const known = orders.get(tenantId);
      if (known !== undefined) return known;
      const plan = await readStrategies(deps, tenantId, UNHEALTHY_LEVEL);
      orders.set(tenantId, plan.order);
      if (plan.basis === 'outcomes') {
        for (const line of explainStrategies(plan)) deps.logger.info({ tenant: tenantId }, line);
      }
      return plan.order;
    },
  };
}

/** All leave the VM where it is; a reboot asks the guest to shut down, and powers it off then. */
const WAYS = {
  restart_service: { name: 'vm.restart_service', prepare: prepareServiceRestart },
  reset: { name: 'vm.reset', prepare: prepareVmReset },
  reboot: { name: 'vm.reboot', prepare: prepareHungVmReboot },
} as const;

type Way = keyof typeof WAYS;

const Way = z.enum(['restart_service', 'reset', 'reboot']).catch('reset');

function restart(
  parts: ResetParts,
  { guard }: ReconcilerBudget,
  { row, spec }: Found,
  way: Way,
): Promise<Begun> {
  const { name, prepare } = WAYS[way];
  return beginWrite(parts, {
    who: 'health-checks',
    class: 'recovery',
    target: { kind: 'vm', row, effect: 'interrupts', priority: spec.priority },
    guard,
    limitMs: limitOf(way),
    name,
    input: { id: row.id },
    prepare,
    context: platformContext(parts.deps, row.tenant_id, 'healer'),
  });
}
