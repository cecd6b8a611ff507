/** Lists automatic attempts to heal the VMs of an incident: start, duration, and outcome. */
import {
  explainAttempt,
  type ShownAttempt,
} from '@novacron/engine/healing/outcomes/explain-attempts';
import { limitByName } from '@novacron/engine/healing/outcomes/rules/ladder';
import type { IncidentMemberRow, IncidentRow } from '../../../ports/tables/incident-rows.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { PLATFORM_NAME } from '../../kernel/operations/platform-caller.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { explainProblem } from '../../rows/explain-problem.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { isAttempt, KIND_OF, kindOf, LEVEL_OF } from '../outcomes/attempt-kinds.ts';
import { readOperations } from './incident-changes.ts';

/** Lines of one answer, the latest attempts. */
const ATTEMPTS_MAX = 50;

type OperationRow = Tables['operations'];

/** Scope of the search for attempts. */
interface AttemptScope {
  readonly members: readonly IncidentMemberRow[];
  readonly platformTenantId: string;
  /** Start of the trouble: for a crash loop, before its incident. Unit: ms since the epoch. */
  readonly fromMs: number;
}

/** Finds them, a line each, oldest first. */
export async function findAttempts(
  deps: CapabilityDeps,
  row: IncidentRow,
  scope: AttemptScope,
): Promise<readonly string[]> {
  const { store, clock } = deps;
  const vmIds = [...new Set(scope.members.map(({ vm_id }) => vm_id))];
  const own = await readOperations(deps, row, { ...scope, vmIds });
  const operations = [...own, ...(await readReplacements(deps, row, scope))].filter(
    ({ kind, created_by: by }) => by === PLATFORM_NAME && KIND_OF.has(kind),
  );
  const ids = operations.map(({ id }) => id);
  const { outcomes, claims } = await store.snapshot({
    outcomes: { from: 'healing_outcomes', where: { id: { in: ids } } },
    claims: { from: 'arbiter_claims', where: { operation_id: { in: ids } } },
  });
  const results = new Map<string, string>(outcomes.map(({ id, result }) => [id, result]));
  const whose = new Map(claims.map((claim) => [claim.operation_id, claim]));
  return operations
    .filter((each) => results.has(each.id) || isAttempt(each, whose.get(each.id)))
    .sort((left, right) => left.created_at_ms - right.created_at_ms)
    .slice(-ATTEMPTS_MAX)
    .map((each) => {
      const mayKnow = each.tenant_id === row.tenant_id;
      const outcome = outcomeOf(each, results.get(each.id));
      const { strategy = each.kind } = kindOf(each) ?? {};
      return explainAttempt({
        target: each.target_name,
        strategy,
        level: LEVEL_OF.get(strategy)?.level ?? 0,
        beganAt: toTimestamp(each.created_at_ms),
        tookMs: (each.finished_at_ms ?? clock.nowMs()) - each.created_at_ms,
        limitMs: limitByName(strategy),
        outcome,
        why: outcome === 'failed' && mayKnow ? explainProblem(each.problem_json) : null,
      });
    });
}

/** Replacements of members are operations on their group. */
async function readReplacements(
  { store }: CapabilityDeps,
  { tenant_id, target_kind, target_name, resolved_at_ms }: IncidentRow,
  { fromMs }: AttemptScope,
): Promise<readonly OperationRow[]> {
  if (target_kind !== 'vm_group') return [];
  return store.read({
    from: 'operations',
    where: {
      tenant_id,
      target_name,
      kind: 'vm_group.replace_members',
      created_at_ms: {
        from: fromMs,
        until: (resolved_at_ms ?? Number.MAX_SAFE_INTEGER - 1) + 1,
      },
    },
    orderBy: { column: 'created_at_ms', direction: 'desc' },
    limit: ATTEMPTS_MAX,
    damaged: 'blank',
  });
}

function outcomeOf({ status }: OperationRow, result: string | undefined): ShownAttempt['outcome'] {
  if (status === 'failed' || status === 'stuck') return 'failed';
  if (status !== 'succeeded') return 'under-way';
  if (result === undefined) return 'unknown';
  return result === 'succeeded' ? 'helped' : 'not-helped';
}
