/**
 * Creates VMs together: all of them are admitted in one commit, or none is. Each has an operation
 * of its own, which succeeds or fails by itself.
 */

import { keysOf } from '@novacron/contract/closed-table';
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { OperationName, ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Change, ChangeSet } from '../../../ports/store.ts';
import { type Charge, chargeOfVms, checkQuota } from '../../access/quota/tenant-quota.ts';
import { admissionChanges, planWrite } from '../../kernel/admission/admit-write.ts';
import { askOnce } from '../../kernel/admission/ask-once.ts';
import { questionOf } from '../../kernel/admission/checked-write.ts';
import { dropRepeatedGuards } from '../../kernel/admission/drop-repeated-guards.ts';
import { leaveOutLoadOf } from '../../kernel/admission/leave-out-load-of.ts';
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
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import { replan } from '../../rows/replan.ts';
import { amountsOf } from '../../rows/vm-amounts.ts';
import type { ResourceDeps } from '../deps.ts';
import type { WriteScope } from '../scope.ts';
import { checkVmOfBatch, type VmOfBatch } from '../vm/create/prepare-vm-create.ts';
import { guardFailoverRoom } from '../vm/failover/guard-failover-room.ts';
import {
  aboutVm,
  checkBatchNames,
  placeSpecs,
  readSpecs,
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
  const asking = askOnce(deps);
  const attempt = async (): Promise<Result<AdmittedBatch, Problem>> => {
    const earlier = await findEarlierAnswer(deps, context, request);
    if (!earlier.ok) return earlier;
    if (earlier.value.kind === 'found') {
      const moved = await commitTakeover(deps.store, earlier.value.takeover);
      if (!moved.ok) return moved;
      return ok({ items: await findItems(deps, write, context), placed: undefined });
    }
    const asked = { write, request: { ...request, earlier: earlier.value } };
    return admitOnce(asking, asked, context);
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
  const checked = await checkVmBatch(deps, write, context);
  if (!checked.ok) return checked;
  const prepared = await placeVmBatch(deps, checked.value, context);
  if (!prepared.ok) return prepared;
  const { placed, admissions } = prepared.value;
  const { prerequisites } = placed.rules;
  if (prerequisites.length > 0) {
    const committed = await commitChanges(deps, prerequisites);
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
  const done = await commitChanges(deps, [...dropRepeatedGuards(changes), ...further]);
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

/** A batch that the policies allow, before it is placed. */
export interface CheckedVmBatch {
  readonly write: VmBatchAsk;
  readonly specs: readonly VmSpec[];
  readonly vms: readonly (CheckedVm & Pick<PreparedVm, 'warnings'>)[];
}

interface CheckedVm {
  readonly scope: WriteScope;
  readonly checked: VmOfBatch;
}

/** Checks a batch and the quota of its tenant, and asks the policies; the fleet is not read. */
export async function checkVmBatch(
  deps: ResourceDeps,
  write: VmBatchAsk,
  context: CallContext,
): Promise<Result<CheckedVmBatch, Problem>> {
  const repeated = checkBatchNames(write.vms);
  if (repeated !== undefined) return err(repeated);
  const nowMs = deps.clock.nowMs();
  const { tenantId } = context.principal;
  const wanted = await readSpecs(deps, { tenantId, vms: write.vms });
  if (!wanted.ok) return wanted;
  const specs = wanted.value;
  const quota = await refuseQuota(deps, specs, context);
  if (quota !== undefined) return err(quota);
  const vms: CheckedVm[] = [];
  for (const [at, vm] of write.vms.entries()) {
    const spec = specs[at];
    if (spec === undefined) continue;
    const scope = { deps, context, operationId: deps.ids.next('op'), nowMs };
    const input: ParsedInputOf<'vm.create'> = vm;
    const checked = await checkVmOfBatch(input, spec, scope);
    if (!checked.ok) return err(firstOf(checked.error, { at, name: vm.name }));
    vms.push({ scope, checked: checked.value });
  }
  const decided = await decideAll(deps, vms, context);
  if (!decided.ok) return decided;
  const warningsAt = (at: number) => decided.value[at]?.warnings ?? [];
  return ok({ write, specs, vms: vms.map((vm, at) => ({ ...vm, warnings: warningsAt(at) })) });
}

/** Places a checked batch; it commits nothing. */
export async function placeVmBatch(
  deps: ResourceDeps,
  { write, specs, vms }: CheckedVmBatch,
  context: CallContext,
): Promise<Result<PreparedVmBatch, Problem>> {
  const planned = await placeSpecs(deps, context, { ...write, specs });
  if (!planned.ok) return planned;
  const placed = planned.value;
  const admissions: PreparedVm[] = [];
  const addressesTaken = new Set<string>();
  for (const [at, { scope, checked, warnings }] of vms.entries()) {
    const place = placeOf(placed, at);
    if (place === undefined) return err(replan('The fleet'));
    const { purpose } = write;
    const prepared = await checked.placeAt({ ...place, purpose, addressesTaken });
    const { name } = checked.target;
    if (!prepared.ok) return err(firstOf(prepared.error, { at, name }));
    for (const id of addressesOf(prepared.value)) addressesTaken.add(id);
    admissions.push({ scope, prepared: prepared.value, warnings });
  }
  return ok({ placed, admissions });
}

function firstOf(
  [found = replan('The fleet')]: readonly Problem[],
  vm: { readonly at: number; readonly name: string },
): Problem {
  return aboutVm(found, vm);
}

/** Checks the quota for all of them: together they may exceed it where none does alone. */
async function refuseQuota(
  { store }: ResourceDeps,
  specs: readonly VmSpec[],
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

function placeOf({ plan, nodes, rules, asks }: VmBatchPlan, at: number) {
  const decided = plan.plans[at];
  const node = nodes.find(({ id }) => id === decided?.nodeId);
  const ask = asks[at];
  if (decided === undefined || node === undefined || ask === undefined) return undefined;
  return { node, nodes, rules, ask, decision: decided.decision };
}

/** Ids of the rows that give a VM its addresses. */
function addressesOf({ saga }: PreparedWrite): readonly string[] {
  return saga.reserve.flatMap((change) =>
    change.kind === 'insert' && change.into === 'network_addresses' ? [change.row.id] : [],
  );
}

/** Asks the policies about each VM as if it were created alone; the first refusal is answered. */
async function decideAll(deps: ResourceDeps, vms: readonly CheckedVm[], context: CallContext) {
  const decisions = await Promise.all(
    vms.map(({ checked }) => deps.verdicts.decide(context, questionOf('vm.create', checked))),
  );
  const at = decisions.findIndex(({ problem }) => problem !== undefined);
  const refusal = decisions[at]?.problem;
  if (refusal === undefined) return ok(decisions);
  return err(aboutVm(refusal, { at, name: vms[at]?.checked.target.name ?? '' }));
}
