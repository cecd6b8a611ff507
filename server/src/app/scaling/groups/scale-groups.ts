/**
 * Chooses the sizes of VM groups that have scaling: observes them, has the engine decide, and
 * carries out what it decides. One server does it for all that share a store, under the lease.
 */
import { explainScaling } from '@novacron/engine/scaling/decide/explain-scaling';
import { planScaling } from '@novacron/engine/scaling/decide/plan-scaling';
import type { Change } from '../../../ports/store.ts';
import type { VmGroupRow } from '../../../ports/tables/tables.ts';
import type { BeginParts } from '../../kernel/arbitration/platform-write.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { readPages } from '../../kernel/lists/read-pages.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import type { Aftermath } from '../../resources/vm-group/stored-decision.ts';
import type { ReadForecast } from './forecast-load.ts';
import { observeGroups } from './observe-groups.ts';
import {
  aftermathOf,
  type DecidedGroup,
  isDue,
  recordOf,
  runDecision,
  type ScalingRound,
  storeDecision,
} from './run-decision.ts';
import { settleEvents } from './settle-events.ts';

/** Interval between checks; agents measure at the same interval. Unit: ms. */
const LOOK_MS = 30_000;

/** Page size: requests are served between pages. */
const GROUPS_PER_PAGE = 100;

/** Changes that follow one observation: each takes some commits, and loads go on meanwhile. */
const CHANGES_PER_LOOK = 4;

/** Scales VM groups. */
export function groupScaling(
  parts: BeginParts<CapabilityDeps>,
  readForecast: ReadForecast,
): Reconciler {
  return {
    name: 'group-scaling',
    summary: 'Chooses the sizes of VM groups that have scaling.',
    everyMs: LOOK_MS,
    lease: 'reconcilers',
    run: async (budget) => {
      await settleEvents(parts.deps, budget);
      await scaleAll({ ...parts, readForecast }, budget);
      return undefined;
    },
  };
}

async function scaleAll(
  parts: BeginParts<CapabilityDeps> & { readonly readForecast: ReadForecast },
  { guard, mayContinue }: ReconcilerBudget,
): Promise<void> {
  const { deps } = parts;
  const read = (after: string) =>
    deps.store.read({
      from: 'vm_groups',
      where: { id: { above: after } },
      limit: GROUPS_PER_PAGE,
      damaged: 'blank',
    });
  const round = { ...parts, guard, mayContinue };
  const scaled = new Set<string>();
  for await (const rows of readPages({ length: GROUPS_PER_PAGE, read, mayContinue })) {
    const { found, later } = await scaleSome(round, rows);
    for (const id of found) scaled.add(id);
    for (let at = 0; at < later.length && mayContinue(); at += CHANGES_PER_LOOK) {
      await scaleSome(round, later.slice(at, at + CHANGES_PER_LOOK));
    }
  }
  if (mayContinue()) await forgetOthers(round, scaled);
}

interface Round extends ScalingRound, Pick<ReconcilerBudget, 'mayContinue'> {
  readonly readForecast: ReadForecast;
}

/**
 * Decides about some groups, and carries out as many of the changes as one observation serves.
 * @returns the groups that are scaled, and those to look at again because their change has to wait
 */
async function scaleSome(
  round: Round,
  rows: readonly VmGroupRow[],
): Promise<{ readonly found: readonly string[]; readonly later: readonly VmGroupRow[] }> {
  const { deps, mayContinue, readForecast } = round;
  const groups = await observeGroups(deps, rows, readForecast);
  const nowMs = deps.clock.nowMs();
  const decisions = planScaling({ groups: groups.map(({ group }) => group) }, { nowMs });
  const decided = groups.flatMap((observed, at): DecidedGroup[] => {
    const decision = decisions[at];
    return decision === undefined ? [] : [{ observed, decision }];
  });
  const isCarriedOut = (each: DecidedGroup) =>
    each.observed.scaling.mode !== 'recommend' && isDue(each, nowMs);
  const due = decided.filter(isCarriedOut);
  await note(
    round,
    decided.filter((each) => !isCarriedOut(each)),
  );
  for (const each of due.slice(0, CHANGES_PER_LOOK)) {
    if (!mayContinue()) break;
    await runDecision(round, each);
  }
  return {
    found: groups.map(({ row }) => row.id),
    later: due.slice(CHANGES_PER_LOOK).map(({ observed }) => observed.row),
  };
}

/** Deletes what is remembered of groups that are deleted, or not scaled any more. */
async function forgetOthers(
  { deps: { store }, guard }: ScalingRound,
  scaled: ReadonlySet<string>,
): Promise<void> {
  const rows = await store.read({ from: 'group_scalings' });
  const gone = rows
    .filter(({ id }) => !scaled.has(id))
    .map(({ id }): Change => ({ kind: 'drop', from: 'group_scalings', id }));
  await commitUnder(guard, { store }, gone);
}

/** Stores what is not carried out, with the news that there is of it, in one commit. */
async function note(
  { deps, guard }: ScalingRound,
  decided: readonly DecidedGroup[],
): Promise<void> {
  if (decided.length === 0) return;
  const news = decided.flatMap((each) => newsOf(deps, each));
  const stored = decided.map((each) => storeDecision(each, nextAftermath(each)));
  await commitUnder(guard, deps, [...stored, ...news]);
}

/** Whether a decision only says what people may do, and has not said it before. */
function isNewRecommendation({ observed, decision }: DecidedGroup): boolean {
  const isOnlySaid = observed.scaling.mode === 'recommend' && decision.kind !== 'keep';
  return isOnlySaid && observed.last?.recommended !== decision.to;
}

function nextAftermath(decided: DecidedGroup): Aftermath {
  const { observed, decision } = decided;
  const { refused } = aftermathOf(decided);
  const isSaid = observed.scaling.mode === 'recommend' && decision.kind !== 'keep';
  return { refused, recommended: isSaid ? decision.to : null };
}

function newsOf(deps: CapabilityDeps, decided: DecidedGroup): readonly Change[] {
  const { observed, decision } = decided;
  const { id, name, tenant_id: tenantId } = observed.row;
  const isAlarm = decision.isAlarm && observed.last?.is_alarm !== true;
  const said = { to: decision.to, operationId: null, limits: [], outcome: 'recommended' } as const;
  return [
    ...(isNewRecommendation(decided) ? [recordOf(deps, decided, said)] : []),
    ...(isAlarm
      ? [
          eventChange(deps, {
            tenantId,
            type: 'vm_group.metrics_unknown',
            source: 'autoscaler',
            target: id,
            priority: 'high' as const,
            data: { name, detail: explainScaling(decision).join(' ') },
          }),
        ]
      : []),
  ];
}
