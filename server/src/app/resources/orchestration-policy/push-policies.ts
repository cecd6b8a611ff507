/** Stores all orchestration policies of a document in one commit, or none of them. */

import { OrchestrationPolicyId } from '@novacron/contract/ids';
import { canonicalJson, equalJson, type JsonObject } from '@novacron/contract/json';
import type { OrchestrationPolicy } from '@novacron/contract/kinds/orchestration-policy/document';
import type {
  PolicyPush,
  PushedPolicy,
} from '@novacron/contract/kinds/orchestration-policy/operations';
import type { OperationName, ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { findPolicyConflicts } from '@novacron/engine/automation/orchestration/find-policy-conflicts';
import { readPolicies } from '@novacron/engine/automation/orchestration/parse/read-policies';
import type { Change } from '../../../ports/store.ts';
import type { PolicyRow } from '../../../ports/tables/tables.ts';
import { checkQuota } from '../../access/quota/tenant-quota.ts';
import { admissionChanges, planWrite } from '../../kernel/admission/admit-write.ts';
import { dropRepeatedGuards } from '../../kernel/admission/drop-repeated-guards.ts';
import type { PreparedWrite } from '../../kernel/admission/prepared-write.ts';
import { retryConflicts } from '../../kernel/admission/retry-conflicts.ts';
import { auditRefusal } from '../../kernel/audit/audit.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { UNKEYED } from '../../kernel/idempotency/idempotency.ts';
import { requireSame } from '../../kernel/resource-rows/new-row.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import { isReadable, policyOf } from '../../rows/stored-policies.ts';
import type { ResourceDeps } from '../deps.ts';
import type { WriteScope } from '../scope.ts';
import {
  invalidDocument,
  prepareOrchestrationPolicyCreate,
  prepareOrchestrationPolicyUpdate,
} from './prepare-orchestration-policy.ts';

const PUSH = 'orchestration_policy.push';

/** More would hold the event loop, and the commit, too long. */
const POLICIES_MAX = 100;

/** Dependencies of policy pushes. */
export interface PushParts {
  readonly deps: ResourceDeps;
}

/**
 * Pushes the policies of a document. Each that changes has an operation and an audit entry of its
 * own, as if it were created or updated alone; policies that the document does not name are left
 * alone. Problems: those of create and update, with the name of the policy; nothing is stored then.
 */
export async function pushOrchestrationPolicies(
  { deps }: PushParts,
  { document }: ParsedInputOf<typeof PUSH>,
  context: CallContext,
): Promise<Result<PolicyPush, Problem>> {
  const read = readDocument(document);
  const pushed = read.ok
    ? await retryConflicts(deps, context, PUSH, () => pushOnce(deps, read.value, context))
    : read;
  if (!pushed.ok && pushed.error.data?.replan !== true) {
    await auditRefusal(deps, context, PUSH, {}, pushed.error);
  }
  return pushed;
}

function readDocument(
  document: string | JsonObject,
): Result<readonly OrchestrationPolicy[], Problem> {
  const read = readPolicies(typeof document === 'string' ? document : canonicalJson(document));
  if (!read.ok) return err(invalidDocument(read.error));
  const { length } = read.value;
  return length > POLICIES_MAX
    ? err(refuse(`has ${length} policies, and at most ${POLICIES_MAX} can be pushed together`))
    : read;
}

function refuse(message: string): Problem {
  return problem('validation-failed', {
    detail: `The document ${message}.`,
    remedy: 'Split or correct the document, then push it again; nothing was stored.',
    fields: [{ path: ['document'], message }],
  });
}

/** A policy of the document, and the stored one of its name. */
interface Pushed {
  readonly policy: OrchestrationPolicy;
  readonly row: PolicyRow | undefined;
  readonly action: PushedPolicy['action'];
}

async function pushOnce(
  deps: ResourceDeps,
  policies: readonly OrchestrationPolicy[],
  context: CallContext,
): Promise<Result<PolicyPush, Problem>> {
  const { tenantId } = context.principal;
  const { rows, quotas } = await deps.store.snapshot({
    rows: {
      from: 'orchestration_policies',
      where: { tenant_id: tenantId, steers: { not: null } },
      damaged: 'blank',
    },
    quotas: { from: 'tenant_quotas', where: { id: tenantId } },
  });
  const pushed = policies.map((policy) => compare(policy, rows));
  const created = pushed.filter(({ action }) => action === 'created').length;
  const quota = checkQuota(quotas[0], { policies: created });
  if (quota !== undefined) return err(quota);
  const planned = await planAll(deps, pushed, context);
  if (!planned.ok) return planned;
  const { items, changes, warnings } = planned.value;
  const isChange = items.some(({ action }) => action !== 'unchanged');
  const done = isChange ? await commitChanges(deps, dropRepeatedGuards(changes)) : ok(undefined);
  return done.ok ? ok({ policies: items, warnings, notices: noticesOf(pushed, rows) }) : done;
}

function compare(policy: OrchestrationPolicy, rows: readonly PolicyRow[]): Pushed {
  const row = rows.find(({ name }) => name === policy.metadata.name);
  if (row === undefined) return { policy, row, action: 'created' };
  const isSame = isReadable(row) && equalJson(policy, policyOf(row));
  return { policy, row, action: isSame ? 'unchanged' : 'updated' };
}

interface Planned {
  readonly items: PushedPolicy[];
  readonly changes: Change[];
  readonly warnings: PolicyPush['warnings'][number][];
}

async function planAll(
  deps: ResourceDeps,
  pushed: readonly Pushed[],
  context: CallContext,
): Promise<Result<Planned, Problem>> {
  const planned: Planned = { items: [], changes: [], warnings: [] };
  const nowMs = deps.clock.nowMs();
  for (const { policy, row, action } of pushed) {
    const { name } = policy.metadata;
    if (row !== undefined && action === 'unchanged') {
      planned.items.push({
        id: OrchestrationPolicyId.parse(row.id),
        name,
        action,
        operation_id: null,
      });
      planned.changes.push(requireSame('orchestration_policy', row));
      continue;
    }
    const scope = { deps, context, operationId: deps.ids.next('op'), nowMs };
    const written = await planOne({ policy, row }, scope);
    if (!written.ok) return err(aboutPolicy(written.error, name));
    const { prepared, changes, warnings } = written.value;
    const { operationId: operation_id } = scope;
    const id = OrchestrationPolicyId.parse(prepared.target.id);
    planned.items.push({ id, name, action, operation_id });
    planned.changes.push(...changes);
    planned.warnings.push(...warnings);
  }
  return ok(planned);
}

/** Plans one policy as its create or update does, and asks the policies about it. */
async function planOne(
  { policy, row }: Pick<Pushed, 'policy' | 'row'>,
  scope: WriteScope,
): Promise<
  Result<
    {
      readonly prepared: PreparedWrite;
      readonly changes: readonly Change[];
      readonly warnings: PolicyPush['warnings'];
    },
    Problem
  >
> {
  // Parsed by its schema: an absent option is left out, as JSON does.
  const document = canonicalJson(JSON.parse(JSON.stringify(policy)));
  const operation: OperationName =
    row === undefined ? 'orchestration_policy.create' : 'orchestration_policy.update';
  const planned =
    row === undefined
      ? await prepareOrchestrationPolicyCreate({ document }, scope)
      : await prepareOrchestrationPolicyUpdate(
          { id: OrchestrationPolicyId.parse(row.id), document },
          scope,
        );
  if (!planned.ok) return err(planned.error[0] ?? refuse('cannot be stored'));
  const prepared = planned.value;
  const { resourceKind, target, before, wanted } = prepared;
  const asked = { operation, resourceKind, target, before, wanted, unknown: [] };
  const decision = await scope.deps.verdicts.decide(scope.context, asked);
  if (decision.problem !== undefined) return err(decision.problem);
  const admitted = planWrite(operation, prepared, scope);
  const changes = admissionChanges(operation, prepared, admitted, { scope, request: UNKEYED });
  return ok({ prepared, changes, warnings: decision.warnings });
}

/** Conflicts with policies that are stored and not named by the document, and within it. */
function noticesOf(pushed: readonly Pushed[], rows: readonly PolicyRow[]): string[] {
  const names = new Set(pushed.map(({ policy }) => policy.metadata.name));
  const others = rows
    .filter((row) => row.steers === 1 && !names.has(row.name) && isReadable(row))
    .map(policyOf);
  const enabled = pushed.filter(({ row }) => row?.steers !== 0).map(({ policy }) => policy);
  return enabled.flatMap((policy, at) =>
    findPolicyConflicts(policy, [...others, ...enabled.slice(0, at)]),
  );
}

/** The problem of one policy of a push: nothing was stored. */
function aboutPolicy(found: Problem, name: string): Problem {
  return { ...found, detail: `The policy ${name} cannot be stored, so none was: ${found.detail}` };
}
