/** Shows baselines, and sets the baseline of a resource to its current fields. */
import type { Baseline } from '@novacron/contract/drift/drift';
import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { RESOURCE_KINDS, type ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { ChangeSet } from '../../../ports/store.ts';
import type { ResourceRow } from '../../../ports/tables/tables.ts';
import { auditRefusal } from '../../kernel/audit/audit.ts';
import { baselineChanges, proveBaselines, toBaseline } from '../../kernel/baselines/baseline.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { PolicySubject } from '../../kernel/context/policy-question.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { findResource } from '../../kernel/resource-rows/find-resource.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import type { WriteScope } from '../../resources/scope.ts';
import { configuredOf } from '../../rows/observed/grown-size.ts';
import { observedDiffOf } from '../../rows/observed/observed-resource.ts';
import { busy, notFound, replan } from '../../rows/resource-problems.ts';
import { RESOURCE_TABLES } from '../../rows/resource-tables.ts';
import { compareResources } from './compare-resources.ts';
import { needsApproval } from './drift-subject.ts';

/** Shows the drift baseline of a resource. Problems: `not-found`. */
export async function showBaseline(
  { store }: CapabilityDeps,
  { id }: ParsedInputOf<'drift_baseline.get'>,
  { principal }: CallContext,
): Promise<Result<Baseline, Problem>> {
  const where = { id, tenant_id: principal.tenantId };
  const [row] = await store.read({ from: 'baselines', where, damaged: 'blank' });
  if (row === undefined) return err(noBaseline(id));
  const proofs = await proveBaselines(store, [row]);
  return ok(toBaseline(row, proofs.get(id)?.proof ?? 'unproven'));
}

/**
 * Makes the current fields the baseline. Problems: `not-found`, `policy-denied`, `forbidden` for
 * critical drift that the caller may not adopt alone, `conflict` while an operation works on the
 * resource, or where its node differs from it.
 */
export async function setBaseline(
  deps: CapabilityDeps,
  input: ParsedInputOf<'drift_baseline.set'>,
  context: CallContext,
): Promise<Result<{ readonly resource: Baseline }, Problem>> {
  const found = await findAny(deps, input.id, context);
  if (!found.ok) return found;
  const scope = { tenantId: context.principal.tenantId, ids: [input.id] };
  const [drifted] = (await compareResources(deps.store, scope)).drifted;
  if (drifted !== undefined && needsApproval(drifted.record, context.principal)) {
    return err(needsVotes(drifted.row));
  }
  return adoptRow(deps, found.value, context);
}

/** Makes the fields of a row the baseline, unless they have changed since it was read. */
export async function adoptRow(
  deps: CapabilityDeps,
  { kind, row, approved = [] }: Adopted & { readonly approved?: ChangeSet },
  context: CallContext,
): Promise<Result<{ readonly resource: Baseline }, Problem>> {
  if (row.busy_operation_id !== null) return err(busy(kind, row));
  const observedDiff = Object.keys(observedDiffOf(kind, row));
  if (observedDiff.length > 0) return err(differsOnNode({ kind, row }, observedDiff));
  const refused = await decideAdoption(deps, { kind, row }, context);
  return refused === undefined ? adopt(deps, { kind, row, approved }, context) : err(refused);
}

/** A resource whose current fields become its baseline. */
interface Adopted {
  readonly kind: ResourceKind;
  readonly row: ResourceRow;
}

/** Asks the policies; a refusal is audited. */
export async function decideAdoption(
  deps: CapabilityDeps,
  { kind, row }: Adopted,
  context: CallContext,
): Promise<Problem | undefined> {
  const { problem: refused } = await deps.verdicts.decide(context, adoptionOf({ kind, row }));
  if (refused === undefined) return undefined;
  const target = { id: row.id, name: row.name };
  await auditRefusal(deps, context, 'drift_baseline.set', target, refused);
  return refused;
}

/**
 * Tries to adopt without storing anything. No refusal is audited: nothing was requested.
 * @returns `conflict` while an operation works on the resource, the refusal of a policy, or
 *   undefined
 */
export async function tryBaseline(
  deps: CapabilityDeps,
  { kind, row }: Adopted,
  context: CallContext,
): Promise<Problem | undefined> {
  if (row.busy_operation_id !== null) return busy(kind, row);
  const asked = { ...adoptionOf({ kind, row }), moment: 'preview' } as const;
  return (await deps.verdicts.decide(context, asked)).problem;
}

/** Returns the subject for policies: nothing of the resource changes. */
function adoptionOf({ kind, row }: Adopted): PolicySubject {
  const fields = configuredOf(row);
  const same = { before: fields, wanted: fields, unknown: [] };
  const target = { id: row.id, name: row.name };
  return { operation: 'drift_baseline.set', resourceKind: kind, target, ...same };
}

/** Finds a resource of the tenant, of any kind. */
async function findAny({ store }: CapabilityDeps, id: string, { principal }: CallContext) {
  for (const kind of RESOURCE_KINDS) {
    const found = await findResource(store, kind, { tenantId: principal.tenantId, id });
    // The union of the rows of all kinds is their common row.
    if (found.ok) return ok({ kind, row: found.value as ResourceRow });
  }
  return err(notFound('resource', id));
}

/** A baseline that a caller set, with its proof and its event. */
export function baselineAdopted(
  scope: Pick<WriteScope, 'deps' | 'context' | 'nowMs'>,
  of: Omit<Parameters<typeof baselineChanges>[1], 'origin'>,
): ChangeSet {
  const { principal } = scope.context;
  return [
    ...baselineChanges(scope, { ...of, origin: 'adopt' }),
    eventChange(scope.deps, {
      tenantId: principal.tenantId,
      type: 'drift.adopted',
      source: 'api',
      target: of.target.id,
      priority: 'normal',
      data: { name: of.target.name, by: principal.name },
    }),
  ];
}

async function adopt(
  deps: CapabilityDeps,
  { kind, row, approved }: Adopted & { readonly approved: ChangeSet },
  context: CallContext,
): Promise<Result<{ readonly resource: Baseline }, Problem>> {
  const where = { id: row.id };
  const [earlier] = await deps.store.read({ from: 'baselines', where, damaged: 'blank' });
  const scope = { deps, context, nowMs: deps.clock.nowMs() };
  const kept = baselineAdopted(scope, {
    kind,
    target: { id: row.id, name: row.name },
    fields: configuredOf(row),
    deployment: earlier?.deployment ?? context.deployment,
  });
  const table = RESOURCE_TABLES[kind];
  const expect = { revision: row.revision };
  const otherwise = replan(row.name);
  const unchanged = { kind: 'update', table, id: row.id, set: {}, expect, otherwise } as const;
  const done = await commitChanges(deps, [unchanged, ...kept, ...approved]);
  if (!done.ok) return done;
  const [now] = await deps.store.read({ from: 'baselines', where });
  return now === undefined ? err(replan(row.name)) : ok({ resource: toBaseline(now, 'proven') });
}

function needsVotes({ id, name }: ResourceRow): Problem {
  return problem('forbidden', {
    detail: `The drift of ${name} is critical: another person must approve its adoption.`,
    remedy: `Request the approval: novacron drift remediate ${id} --action adopt --yes`,
    data: { resource_id: id },
  });
}

/** A baseline of the desired fields would be drift at once. */
function differsOnNode({ kind, row }: Adopted, fields: readonly string[]): Problem {
  const [noun, names] = [RESOURCE_DEFINITIONS[kind].noun.words, fields.join(', ')];
  return problem('conflict', {
    detail: `The ${noun} ${row.name} differs from its desired state on its node: ${names}.`,
    remedy:
      `Adopt the current state (novacron drift remediate ${row.id} --action adopt --yes), or ` +
      `revert it (novacron drift remediate ${row.id} --action revert --yes).`,
    fields: fields.map((field) => ({ path: [field], message: 'was changed on the node' })),
  });
}

function noBaseline(id: string): Problem {
  return problem('not-found', {
    detail: `No baseline found for the resource ${id}: it was never applied with Terraform.`,
    remedy:
      'Apply it with Terraform, or accept the current state: ' +
      `novacron drift baseline set ${id}.`,
    fields: [{ path: ['id'], message: 'has no baseline' }],
  });
}
