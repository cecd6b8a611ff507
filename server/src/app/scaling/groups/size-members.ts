/**
 * Gives members of VM groups the CPU and memory that they need, where their groups ask for that
 * (`scaling.vertical` = `apply`): one member at a time. One server does it, under the lease.
 */

import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { VmGroupSpec } from '@novacron/contract/kinds/vm-group/vm-group';
import { explainResize } from '@novacron/engine/scaling/decide/explain-member-sizes';
import type { MemberChange } from '@novacron/engine/scaling/decide/model/member-size';
import type { VmRow } from '../../../ports/tables/tables.ts';
import { beginWrite } from '../../kernel/arbitration/begin-write.ts';
import type { BeginParts } from '../../kernel/arbitration/platform-write.ts';
import { readPages } from '../../kernel/lists/read-pages.ts';
import { platformContext } from '../../kernel/operations/platform-caller.ts';
import { concatSagas } from '../../kernel/operations/saga.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { extendPlan } from '../../kernel/write/checked-write.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import type { Check } from '../../resources/scope.ts';
import { keepFailoverRoom } from '../../resources/vm/failover/keep-failover-room.ts';
import { prepareMemberSize } from '../../resources/vm/update/prepare-vm-update.ts';
import { scalingEventChange } from '../../resources/vm-group/scaling-events.ts';
import { desiredAs, mapReadable } from '../../rows/answer-resource.ts';
import { forecastsOff } from './forecast-load.ts';
import { type ObservedGroup, observeGroups } from './observe-groups.ts';
import {
  type KeptNeed,
  MEMBER_SIZING,
  type ObservedSizes,
  observeSizes,
  planSizes,
} from './observe-sizes.ts';
import { checkResize, type ResizeCheck, type ResizeInput } from './resize-window.ts';

/** Interval between checks; agents measure at the same interval. Unit: ms. */
const LOOK_MS = 30_000;

/** Page size: requests are served between pages. */
const GROUPS_PER_PAGE = 100;

type Parts = BeginParts<CapabilityDeps>;

/** Gives members their sizes. */
export function memberSizing(parts: Parts): Reconciler {
  const kept = new Map<string, KeptNeed>();
  return {
    name: MEMBER_SIZING,
    summary: 'Gives members of VM groups the CPU and memory that they need, as their groups ask.',
    everyMs: LOOK_MS,
    lease: 'reconcilers',
    run: async (budget) => {
      await sizeAll({ ...parts, kept }, budget);
      return undefined;
    },
  };
}

type Round = Parts & {
  /** Cached needs of the members of groups, by the id of the group. */
  readonly kept: Map<string, KeptNeed>;
};

async function sizeAll(round: Round, budget: ReconcilerBudget): Promise<void> {
  const { deps } = round;
  const { mayContinue } = budget;
  const read = (after: string) =>
    deps.store.read({
      from: 'vm_groups',
      where: { id: { above: after } },
      limit: GROUPS_PER_PAGE,
      damaged: 'blank',
    });
  const seen = new Set<string>();
  for await (const rows of readPages({ length: GROUPS_PER_PAGE, read, mayContinue })) {
    const asking = mapReadable(rows, (row) =>
      asksForSizes(desiredAs(row, VmGroupSpec)) ? [row] : [],
    ).flat();
    for (const { id } of asking) seen.add(id);
    for (const observed of await observeGroups(deps, asking, forecastsOff)) {
      if (!mayContinue()) return;
      await sizeGroup(round, observed, budget);
    }
  }
  for (const id of round.kept.keys()) if (!seen.has(id)) round.kept.delete(id);
}

/** With the mode `recommend` nothing of the group is changed. */
function asksForSizes({ scaling }: VmGroupSpec): boolean {
  return scaling?.vertical === 'apply' && scaling.mode !== 'recommend';
}

async function sizeGroup(
  round: Round,
  observed: ObservedGroup,
  { guard }: ReconcilerBudget,
): Promise<void> {
  const { deps, kept } = round;
  const sizes = await observeSizes(deps, observed);
  const plan = await planSizes(deps, sizes, kept);
  if (plan.kind !== 'change') return;
  const row = sizes.rows.get(plan.member.id);
  if (row === undefined) return;
  const check = await checkResize(deps, plan, { row, scaling: observed.scaling });
  if (check.waits !== undefined) return;
  await changeMember(round, { sizes, plan, row, check, guard });
}

interface Changing {
  readonly sizes: ObservedSizes;
  readonly plan: MemberChange;
  readonly row: VmRow;
  readonly check: ResizeCheck;
  readonly guard: ReconcilerBudget['guard'];
}

async function changeMember(
  { deps, executor }: Round,
  { sizes, plan, row, check, guard }: Changing,
): Promise<void> {
  const note = explainResize(plan);
  const prepare: Check<ResizeInput> = keepFailoverRoom(async (asked, scope) => {
    const reserve = [recordOf(deps, { sizes, plan }, { operationId: scope.operationId, note })];
    return extendPlan(await prepareMemberSize(asked, scope), (write) => {
      return { ...write, note, saga: concatSagas(write.saga, { reserve }) };
    });
  });
  const begun = await beginWrite(
    { deps, executor },
    {
      who: MEMBER_SIZING,
      class: 'scaling',
      target: {
        kind: 'vm',
        row,
        effect: check.isRestarted ? 'interrupts' : 'none',
        priority: desiredAs(row, VmSpec).priority,
      },
      guard,
      name: 'vm.update',
      input: check.input,
      prepare,
      context: platformContext(deps, row.tenant_id, 'autoscaler'),
    },
  );
  if (begun.kind !== 'refused') return;
  const { code, detail } = begun.problem;
  // It changed meanwhile: the next round looks again.
  if (code === 'conflict' || code === 'not-found') return;
  const refused = recordOf(deps, { sizes, plan }, { operationId: null, note: `${note} ${detail}` });
  await commitUnder(guard, deps, [refused]);
}

function recordOf(
  deps: CapabilityDeps,
  { sizes, plan }: Pick<Changing, 'sizes' | 'plan'>,
  { operationId, note }: { readonly operationId: string | null; readonly note: string },
) {
  const { group, question } = sizes;
  const toSize = ({ cpuCores, memoryGb }: { cpuCores: number; memoryGb: number }) => ({
    cpu_cores: cpuCores,
    memory_gb: memoryGb,
  });
  return scalingEventChange(deps, {
    tenantId: group.tenant_id,
    groupId: group.id,
    trigger: 'vertical',
    policy: null,
    rule: null,
    from: group.size,
    to: group.size,
    operationId,
    reason: note,
    limitedBy: [],
    metrics: { size: group.size },
    prediction: null,
    outcome: operationId === null ? 'refused' : 'running',
    member: {
      vm_id: plan.member.id,
      why: plan.why,
      configured: toSize(question.configured),
      before: toSize(plan.member.size),
      after: toSize(plan.to),
    },
  });
}
