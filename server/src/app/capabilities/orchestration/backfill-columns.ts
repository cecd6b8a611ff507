/**
 * Fills the columns that earlier releases do not write: score and outcome of placement decisions;
 * selector, rules and priority of orchestration policies.
 */
import { equalJson } from '@novacron/contract/json';
import { PlacementDecision } from '@novacron/contract/placement/placement';
import type { Change } from '../../../ports/store.ts';
import type { PlacementDecisionRow } from '../../../ports/tables/preview-tables.ts';
import type { PolicyRow, Tables } from '../../../ports/tables/tables.ts';
import { readPages } from '../../kernel/lists/read-pages.ts';
import { outcomeOf } from '../../kernel/operations/operation-changes.ts';
import type { Reconciler } from '../../kernel/reconcilers/reconciler.ts';
import { changeIdle } from '../../kernel/resource-rows/new-row.ts';
import { partColumns, policyOf } from '../../rows/stored-policies.ts';
import type { CapabilityDeps } from '../deps.ts';

/**
 * How often rows are looked for again: a server of an earlier release may have run, or an operation
 * that it admitted may have ended.
 */
const COMPLETION_MS = 3_600_000;

/** Page size: requests are served between pages. */
const ROWS_PER_PAGE = 200;

/** Fills the columns in pages. */
export function columnCompletion(deps: CapabilityDeps): Reconciler {
  return {
    name: 'column-completion',
    summary:
      'Completes records of placement decisions and orchestration policies that an earlier ' +
      'release wrote.',
    everyMs: COMPLETION_MS,
    lease: 'reconcilers',
    wakesOn: ['lease-gained'],
    run: async ({ mayContinue }) => {
      const decisions = await backfillDecisions(deps, mayContinue);
      const policies = await backfillPolicies(deps, mayContinue);
      if (decisions + policies === 0) return undefined;
      deps.logger.info({ decisions, policies }, 'records of an earlier release were completed');
      return undefined;
    },
  };
}

/** Reads only decisions without an outcome, which an index finds: unfinished ones and old ones. */
async function backfillDecisions(deps: CapabilityDeps, mayContinue: () => boolean) {
  const { store } = deps;
  let filled = 0;
  const read = (after: string) => {
    const where = { outcome: null, id: { above: after } };
    return store.read({ from: 'placement_decisions', where, limit: ROWS_PER_PAGE });
  };
  for await (const rows of readPages({ length: ROWS_PER_PAGE, read, mayContinue })) {
    // Read after the decisions: an operation that is not there was deleted, and has ended.
    const operations = await store.read({
      from: 'operations',
      where: { id: { in: rows.map(({ operation_id }) => operation_id) } },
      damaged: 'blank',
    });
    const byId = new Map(operations.map((operation) => [operation.id, operation]));
    const changes = rows.flatMap((row) => completeDecision(row, byId.get(row.operation_id)));
    filled += await commitCount(deps, changes);
  }
  return filled;
}

function completeDecision(
  row: PlacementDecisionRow,
  operation: Tables['operations'] | undefined,
): Change[] {
  const { id, decision_json } = row;
  const scored =
    row.score === null ? { score: PlacementDecision.parse(JSON.parse(decision_json)).score } : {};
  const set = { ...scored, ...endColumns(operation) };
  if (Object.keys(set).length === 0) return [];
  return [{ kind: 'patch', table: 'placement_decisions', id, set }];
}

function endColumns(
  operation: Tables['operations'] | undefined,
): Partial<Pick<PlacementDecisionRow, 'executed_at_ms' | 'outcome'>> {
  if (operation === undefined) return { outcome: 'unknown' };
  const { status, finished_at_ms } = operation;
  if (finished_at_ms === null) return {};
  if (status !== 'succeeded' && status !== 'failed' && status !== 'stuck') return {};
  return { executed_at_ms: finished_at_ms, outcome: outcomeOf(status) };
}

/** A server of an earlier release changes a document and not its parts, so all are compared. */
async function backfillPolicies(deps: CapabilityDeps, mayContinue: () => boolean) {
  let filled = 0;
  const read = (after: string) =>
    deps.store.read({
      from: 'orchestration_policies',
      where: { id: { above: after } },
      limit: ROWS_PER_PAGE,
      damaged: 'blank',
    });
  for await (const rows of readPages({ length: ROWS_PER_PAGE, read, mayContinue })) {
    for (const row of rows) filled += await commitCount(deps, completePolicy(row));
  }
  return filled;
}

/** A damaged row stays as it is: what it said is not known. */
function completePolicy(row: PolicyRow): Change[] {
  if (row.steers === null || row.compiled_json === '') return [];
  const wanted = partColumns(policyOf(row));
  const { selector, rules, priority } = row;
  if (equalJson({ selector, rules, priority }, wanted)) return [];
  return [changeIdle('orchestration_policy', row, wanted)];
}

/** @returns how many rows were changed: none where another writer was faster */
async function commitCount({ store }: CapabilityDeps, changes: readonly Change[]): Promise<number> {
  if (changes.length === 0) return 0;
  const done = await store.commit(changes);
  return done.ok ? changes.length : 0;
}
