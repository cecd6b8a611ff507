/** Stores all orchestration policies of a document in one commit, or none of them. */

import { OrchestrationPolicyId } from '@novacron/contract/ids';
import { canonicalJson, equalJson, type JsonObject } from '@novacron/contract/json';
import type { OrchestrationPolicy } from '@novacron/contract/kinds/orchestration-policy/document';
import type {
  PolicyPush,
  PushedPolicy,
} from '@novacron/contract/kinds/orchestration-policy/operations';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { findPolicyConflicts } from '@novacron/engine/automation/orchestration/find-policy-conflicts';
import { readPolicies } from '@novacron/engine/automation/orchestration/parse/read-policies';
import type { PolicyRow } from '../../../ports/tables/tables.ts';
import { checkQuota } from '../../access/quota/tenant-quota.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { requireSame } from '../../kernel/resource-rows/new-row.ts';
import { type AllowedWrite, commitOfAll } from '../../kernel/write/admit-write.ts';
import { type CheckedWrites, takeWrite } from '../../kernel/write/take-write.ts';
import { isReadable, policyOf } from '../../rows/stored-policies.ts';
import type { ResourceDeps } from '../deps.ts';
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
  return takeWrite(deps, context, {
    operation: PUSH,
    audited: {},
    check: async (asking: ResourceDeps) => {
      const read = readDocument(document);
      return read.ok ? checkAll(asking, read.value, context) : err([read.error]);
    },
  });
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

/** Checks each policy as its create or update does. */
async function checkAll(
  deps: ResourceDeps,
  policies: readonly OrchestrationPolicy[],
  context: CallContext,
): Promise<Result<CheckedWrites<PolicyPush>, readonly Problem[]>> {
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
  if (quota !== undefined) return err([quota]);
  const changed: Checked[] = [];
  for (const each of pushed.filter(({ action }) => action !== 'unchanged')) {
    const checked = await checkOne(deps, each, context);
    if (!checked.ok) return err([aboutPolicy(checked.error, each.policy.metadata.name)]);
    changed.push(checked.value);
  }
  return ok({
    writes: changed.map(({ name, prepared }) => ({ ...prepared, operation: name })),
    target: {},
    about: (refusal, at) => aboutPolicy(refusal, changed[at]?.prepared.target.name ?? ''),
    plan: async (decisions) => {
      const writes = changed.map((each, at) => ({ ...each, decision: decisions[at] }));
      const answer = {
        policies: pushed.map((each) => toItem(each, changed)),
        warnings: decisions.flatMap(({ warnings }) => warnings),
        notices: noticesOf(pushed, rows),
      };
      const same = pushed.flatMap(({ row, action }) =>
        row !== undefined && action === 'unchanged' && changed.length > 0
          ? [requireSame('orchestration_policy', row)]
          : [],
      );
      return ok({
        commit: (request) => ({ ...commitOfAll(writes, same, request), answer }),
      });
    },
  });
}

function compare(policy: OrchestrationPolicy, rows: readonly PolicyRow[]): Pushed {
  const row = rows.find(({ name }) => name === policy.metadata.name);
  if (row === undefined) return { policy, row, action: 'created' };
  const isSame = isReadable(row) && equalJson(policy, policyOf(row));
  return { policy, row, action: isSame ? 'unchanged' : 'updated' };
}

type Checked = Omit<AllowedWrite, 'decision'>;

async function checkOne(
  deps: ResourceDeps,
  { policy, row }: Pushed,
  context: CallContext,
): Promise<Result<Checked, Problem>> {
  const scope = { deps, context, operationId: deps.ids.next('op'), nowMs: deps.clock.nowMs() };
  // Parsed by its schema: an absent option is left out, as JSON does.
  const document = canonicalJson(JSON.parse(JSON.stringify(policy)));
  const planned =
    row === undefined
      ? await prepareOrchestrationPolicyCreate({ document }, scope)
      : await prepareOrchestrationPolicyUpdate(
          { id: OrchestrationPolicyId.parse(row.id), document },
          scope,
        );
  if (!planned.ok) return err(planned.error[0] ?? refuse('cannot be stored'));
  const name = `orchestration_policy.${row === undefined ? 'create' : 'update'}` as const;
  return ok({ name, prepared: planned.value, scope });
}

function toItem({ policy, row, action }: Pushed, changed: readonly Checked[]): PushedPolicy {
  const { name } = policy.metadata;
  const write = changed.find(({ prepared }) => prepared.target.name === name);
  return {
    id: OrchestrationPolicyId.parse(write?.prepared.target.id ?? row?.id),
    name,
    action,
    operation_id: write?.scope.operationId ?? null,
  };
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
