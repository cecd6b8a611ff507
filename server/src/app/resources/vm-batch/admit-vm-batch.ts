/**
 * Creates VMs together: all of them are admitted in one commit, or none is. Each has an operation
 * of its own, which succeeds or fails by itself.
 */

import { keysOf } from '@novacron/contract/closed-table';
import type { OperationName, ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Change, ChangeSet } from '../../../ports/store.ts';
import { type Charge, chargeOfVms, checkQuota } from '../../access/quota/tenant-quota.ts';
import { admissionChanges, planWrite } from '../../kernel/admission/admit-write.ts';
import { dropRepeatedGuards } from '../../kernel/admission/drop-repeated-guards.ts';
import { leaveOutLoadOf } from '../../kernel/admission/prepare-write.ts';
import type { AdmittedWrite, PreparedWrite } from '../../kernel/admission/prepared-write.ts';
import { retryConflicts } from '../../kernel/admission/retry-conflicts.ts';
import { auditRefusal } from '../../kernel/audit/audit.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import {
  commitTakeover,
  type EarlierAnswer,
  findEarlierAnswer,
  type KeyedRequest,
  requestOf,
  UNKEYED,
} from '../../kernel/idempotency/idempotency.ts';
import { replan } from '../../rows/replan.ts';
import { amountsOf } from '../../rows/vm-amounts.ts';
import type { ResourceDeps } from '../deps.ts';
import type { WriteScope } from '../scope.ts';
import { prepareVmCreateAt } from '../vm/create/prepare-vm-create.ts';
import { guardFailoverRoom } from '../vm/failover/guard-failover-room.ts';
import {
  aboutVm,
  checkBatchNames,
  planVmBatch,
  type VmBatchAsk,
  type VmBatchPlan,
} from './plan-vm-batch.ts';

/** A batch to be admitted. */
export interface VmBatchWrite extends VmBatchAsk {
  /** The requested operation: keys and refusals are recorded under it. */
  readonly operation: OperationName;
  readonly idempotency_key?: string | undefined;
  readonly claim?: string | undefined;
  /** Further changes of the same commit, given the ids of the VMs in their order. */
  readonly also?: ((vmIds: readonly string[]) => ChangeSet) | undefined;
}

/** An admitted batch. */
export interface AdmittedBatch {
  /** In the order of the VMs; after an earlier request those that still exist. */
  readonly items: readonly AdmittedWrite[];
  /** Undefined where the same request has been admitted before. */
  readonly placed: VmBatchPlan | undefined;
}

/** Admits a batch; the caller starts the operations. */
export async function admitVmBatch(
  deps: ResourceDeps,
  write: VmBatchWrite,
  context: CallContext,
): Promise<Result<AdmittedBatch, Problem>> {
  const { operation, also, ...input } = write;
  const request = requestOf(operation, input, context);
  const attempt = async (): Promise<Result<AdmittedBatch, Problem>> => {
    const earlier = await findEarlierAnswer(deps, context, request);
    if (!earlier.ok) return earlier;
    if (earlier.value.kind === 'found') {
      const moved = await commitTakeover(deps.store, earlier.value.takeover);
      if (!moved.ok) return moved;
      return ok({ items: await findItems(deps, write, context), placed: undefined });
    }
    const asked = { write, request: { ...request, earlier: earlier.value } };
    return admitOnce(deps, asked, context);
  };
  const admitted = await retryConflicts(deps, context, operation, attempt);
  if (admitted.ok || admitted.error.data?.replan === true) return admitted;
  const [refusal = admitted.error] = await leaveOutLoadOf(deps, context, [admitted.error]);
  await auditRefusal(deps, context, operation, {}, refusal);
  return err(refusal);
}

/** Finds the VMs of an earlier request that still exist: a repeat has the same names. */
async function findItems(
  { store }: ResourceDeps,
  { vms }: VmBatchAsk,
  { principal }: CallContext,
): Promise<readonly AdmittedWrite[]> {
  const names = vms.map(({ name }) => name);
  const rows = await store.read({
    from: 'vms',
    where: { tenant_id: principal.tenantId, name: { in: names } },
  });
  const operations = await store.read({
    from: 'operations',
    where: { kind: 'vm.create', target_id: { in: rows.map(({ id }) => id) } },
  });
  return names.flatMap((name) => {
    const row = rows.find((each) => each.name === name);
    const operation = operations.find(({ target_id }) => target_id === row?.id);
    if (row === undefined || operation === undefined) return [];
    const said = { warnings: [], notices: [] };
    return [{ admission: 'earlier' as const, resourceId: row.id, operation, ...said }];
  });
}

interface Asked {
  readonly write: VmBatchWrite;
  readonly request: KeyedRequest & { readonly earlier: EarlierAnswer };
}

async function admitOnce(
  deps: ResourceDeps,
  { write, request }: Asked,
  context: CallContext,
): Promise<Result<AdmittedBatch, Problem>> {
  const prepared = await prepareVmBatch(deps, write, context);
  if (!prepared.ok) return prepared;
  const { placed, admissions } = prepared.value;
  const { prerequisites } = placed.rules;
  if (prerequisites.length > 0) {
    const committed = await deps.store.commit(prerequisites);
    return committed.ok ? err(replan('A rule')) : committed;
  }
  const prepares = admissions.map((each) => each.prepared);
  const kept = await guardFailoverRoom(prepares, { deps, context, nowMs: deps.clock.nowMs() });
  if (!kept.ok) return kept;
  const items: AdmittedWrite[] = [];
  const changes: Change[] = [...kept.value];
  for (const [at, { scope, prepared, warnings }] of admissions.entries()) {
    const operation = planWrite('vm.create', prepared, scope);
    // The first one holds the key for all.
    const from = { scope, request: at === 0 ? request : UNKEYED };
    changes.push(...admissionChanges('vm.create', prepared, operation, from));
    const resourceId = prepared.target.id;
    const { row } = operation;
    items.push({ admission: 'new', resourceId, operation: row, warnings, notices: [] });
  }
  const further = write.also?.(items.map(({ resourceId }) => resourceId)) ?? [];
  const done = await deps.store.commit([...dropRepeatedGuards(changes), ...further]);
  return done.ok ? ok({ items, placed }) : done;
}

/** One VM of a batch, ready to be admitted. */
export interface PreparedVm {
  readonly scope: WriteScope;
  readonly prepared: PreparedWrite;
  readonly warnings: AdmittedWrite['warnings'];
}

/** A batch, ready to be admitted. */
export interface PreparedVmBatch {
  readonly placed: VmBatchPlan;
  /** In the order of the VMs. */
  readonly admissions: readonly PreparedVm[];
}

/** Plans a batch, checks the quota of its tenant and asks the policies; it commits nothing. */
export async function prepareVmBatch(
  deps: ResourceDeps,
  write: VmBatchAsk,
  context: CallContext,
): Promise<Result<PreparedVmBatch, Problem>> {
  const repeated = checkBatchNames(write.vms);
  if (repeated !== undefined) return err(repeated);
  const nowMs = deps.clock.nowMs();
  const planned = await planVmBatch(deps, context, write);
  if (!planned.ok) return planned;
  const placed = planned.value;
  const quota = await refuseQuota(deps, placed, context);
  if (quota !== undefined) return err(quota);
  const admissions: { readonly scope: WriteScope; readonly prepared: PreparedWrite }[] = [];
  const addressesTaken = new Set<string>();
  for (const [at, vm] of write.vms.entries()) {
    const scope = { deps, context, operationId: deps.ids.next('op'), nowMs };
    const prepared = await prepareVm(
      vm,
      { at, placed, addressesTaken, purpose: write.purpose },
      scope,
    );
    if (!prepared.ok) return prepared;
    for (const id of addressesOf(prepared.value)) addressesTaken.add(id);
    admissions.push({ scope, prepared: prepared.value });
  }
  const decided = await decideAll(deps, admissions, context);
  if (!decided.ok) return decided;
  return ok({
    placed,
    admissions: admissions.map((each, at) => ({
      ...each,
      warnings: decided.value[at]?.warnings ?? [],
    })),
  });
}

/** Checks the quota for all of them: together they may exceed it where none does alone. */
async function refuseQuota(
  { store }: ResourceDeps,
  { specs }: VmBatchPlan,
  { principal }: CallContext,
): Promise<Problem | undefined> {
  const [row] = await store.read({ from: 'tenant_quotas', where: { id: principal.tenantId } });
  const charges = specs.map((spec) => chargeOfVms(1, amountsOf(spec)));
  return checkQuota(row, charges.reduce(addCharges, {}));
}

function addCharges(left: Charge, right: Charge): Charge {
  const names = keysOf({ ...left, ...right });
  return Object.fromEntries(names.map((name) => [name, (left[name] ?? 0) + (right[name] ?? 0)]));
}

async function prepareVm(
  vm: VmBatchAsk['vms'][number],
  {
    at,
    placed,
    addressesTaken,
    purpose,
  }: {
    readonly at: number;
    readonly purpose: VmBatchAsk['purpose'];
    readonly placed: VmBatchPlan;
    readonly addressesTaken: ReadonlySet<string>;
  },
  scope: WriteScope,
): Promise<Result<PreparedWrite, Problem>> {
  const plan = placed.plan.plans[at];
  const node = placed.nodes.find(({ id }) => id === plan?.nodeId);
  const [ask, spec] = [placed.asks[at], placed.specs[at]];
  if (plan === undefined || node === undefined || ask === undefined || spec === undefined) {
    return err(replan('The fleet'));
  }
  const { nodes, rules } = placed;
  const { decision } = plan;
  const place = { spec, node, nodes, rules, ask, decision, purpose, addressesTaken };
  const input: ParsedInputOf<'vm.create'> = vm;
  const prepared = await prepareVmCreateAt(input, place, scope);
  if (prepared.ok) return prepared;
  const [first = replan('The fleet')] = prepared.error;
  return err(aboutVm(first, { at, name: vm.name }));
}

/** Ids of the rows that give a VM its addresses. */
function addressesOf({ saga }: PreparedWrite): readonly string[] {
  return saga.reserve.flatMap((change) =>
    change.kind === 'insert' && change.into === 'network_addresses' ? [change.row.id] : [],
  );
}

/** Asks the policies about each VM as if it were created alone; the first refusal is answered. */
async function decideAll(
  deps: ResourceDeps,
  admissions: readonly { readonly prepared: PreparedWrite }[],
  context: CallContext,
) {
  const decisions = await Promise.all(
    admissions.map(({ prepared }) =>
      deps.verdicts.decide(context, {
        operation: 'vm.create',
        resourceKind: 'vm',
        target: prepared.target,
        before: null,
        wanted: prepared.wanted,
        unknown: [],
      }),
    ),
  );
  const at = decisions.findIndex(({ problem }) => problem !== undefined);
  const refusal = decisions[at]?.problem;
  if (refusal === undefined) return ok(decisions);
  const name = admissions[at]?.prepared.target.name ?? '';
  return err(aboutVm(refusal, { at, name }));
}
