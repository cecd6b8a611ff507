/**
 * Keeps room for VMs on second nodes (`healing.standby`): chooses it, moves it when its node leaves
 * service, and gives it back. One server does it, under the lease.
 */
import {
  explainStandbyGap,
  explainStandbys,
} from '@novacron/engine/healing/recover/explain-standbys';
import type { StandbyChoice, StandbyGap } from '@novacron/engine/healing/recover/model/standby';
import { planStandbys } from '@novacron/engine/healing/recover/plan-standbys';
import type { ChangeSet } from '../../../ports/store.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { EVENT_SUBJECT } from '../../kernel/events/relay-events.ts';
import { platformContext } from '../../kernel/operations/platform-caller.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { chooseStandby } from '../../resources/vm/standby/choose-standby.ts';
import {
  type ObservedStandbys,
  observeStandbys,
} from '../../resources/vm/standby/observe-standbys.ts';
import { releaseStandby } from '../../resources/vm/standby/standby-room.ts';
import { replan } from '../../rows/resource-problems.ts';

/** Time that a VM may be without its standby before a new standby is chosen. Unit: ms. */
const LOOK_MS = 10_000;

/** Chosen in one round; the others wait for the next one. */
const CHOSEN_PER_ROUND_MAX = 64;

/** Pause before the next round while VMs wait for one. Unit: ms. */
const NEXT_ROUND_MS = 1_000;

/** Dependencies of maintaining standbys. */
export interface StandbyParts {
  readonly deps: CapabilityDeps;
}

/** Keeps them. */
export function standbys(parts: StandbyParts): Reconciler {
  return {
    name: 'standbys',
    summary: 'Reserves capacity on second nodes for VMs with a standby.',
    everyMs: LOOK_MS,
    lease: 'reconcilers',
    // What it was held for has ended, or its node leaves service.
    subscribe: (_budget, wake) =>
      parts.deps.bus.subscribe(EVENT_SUBJECT, ({ type }) => {
        const name = String(type);
        if (name.startsWith('node.') || name === 'vm.recover.succeeded') wake();
      }),
    run: async (budget) => {
      const left = await keepSome(parts, budget);
      return left > 0 ? { nextMs: NEXT_ROUND_MS } : undefined;
    },
  };
}

/** @returns how many VMs have their turn in the next round */
async function keepSome({ deps }: StandbyParts, budget: ReconcilerBudget): Promise<number> {
  const observed = await observeStandbys(deps.store);
  const plan = planStandbys(observed.input);
  let changed = 0;
  for (const id of plan.release) {
    const row = observed.held.get(id);
    if (row === undefined || !budget.mayContinue()) continue;
    const done = await commitUnder(budget.guard, deps, releaseStandby(row));
    if (done.ok) changed += 1;
  }
  const now = plan.choose.slice(0, CHOSEN_PER_ROUND_MAX);
  for (const choice of now) {
    if (!budget.mayContinue()) break;
    if (await keepOne(deps, budget, { choice, observed })) changed += 1;
  }
  if (changed > 0) for (const line of explainStandbys(plan)) deps.logger.info({}, line);
  return plan.choose.length - now.length;
}

/** @returns whether anything has changed */
async function keepOne(
  deps: CapabilityDeps,
  budget: ReconcilerBudget,
  { choice, observed }: { readonly choice: StandbyChoice; readonly observed: ObservedStandbys },
): Promise<boolean> {
  const vm = observed.vms.get(choice.vm.id);
  if (vm === undefined) return false;
  const { row } = vm;
  const held = observed.held.get(row.id);
  const context = platformContext(deps, row.tenant_id, 'healer');
  const nowMs = deps.clock.nowMs();
  const chosen = await chooseStandby({ ...vm, choice, held }, { deps, context, nowMs });
  const isSame = chosen.kind === 'gap' && held?.reason === chosen.reason;
  if (isSame) return false;
  const said = { tenantId: row.tenant_id, source: 'vm', target: row.id } as const;
  const changes: ChangeSet =
    chosen.kind === 'held'
      ? [
          ...chosen.changes,
          eventChange(deps, {
            ...said,
            type: 'vm.standby_held',
            priority: 'normal',
            data: { name: row.name, node: chosen.node },
          }),
        ]
      : [
          ...(held === undefined ? [] : releaseStandby(held)),
          missing(choice, chosen.reason, { tenantId: row.tenant_id, nowMs }),
          eventChange(deps, {
            ...said,
            type: 'vm.standby_missing',
            priority: 'high',
            data: { name: row.name, reason: explainStandbyGap(chosen.reason, choice.vm.home) },
          }),
        ];
  const done = await commitUnder(budget.guard, deps, changes);
  if (!done.ok) deps.logger.info({ vm: row.id, problem: done.error }, 'a standby is chosen again');
  return done.ok;
}

function missing(
  { vm }: StandbyChoice,
  reason: StandbyGap,
  { tenantId, nowMs }: { readonly tenantId: string; readonly nowMs: number },
): ChangeSet[number] {
  return {
    kind: 'insert',
    into: 'standbys',
    row: {
      id: vm.id,
      tenant_id: tenantId,
      node_id: null,
      node: null,
      allocation_id: null,
      cpu_cores: vm.amounts.cpuCores,
      memory_mib: vm.amounts.memoryMib,
      disk_gb: vm.amounts.diskGb,
      reason,
      since_ms: nowMs,
    },
    otherwise: replan(`The standby of ${vm.name}`),
  };
}
