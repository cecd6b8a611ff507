/** Checks VMs that are created together, then places them over the fleet of one moment. */
import { keysOf } from '@novacron/contract/closed-table';
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { type Charge, chargeOfVms, checkQuota } from '../../access/quota/tenant-quota.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { PreparedWrite } from '../../kernel/write/prepared-write.ts';
import { replan } from '../../rows/resource-problems.ts';
import { amountsOf } from '../../rows/vm-amounts.ts';
import type { ResourceDeps } from '../deps.ts';
import type { WriteScope } from '../scope.ts';
import { checkVmOfBatch, type VmOfBatch } from '../vm/create/prepare-vm-create.ts';
import {
  aboutVm,
  checkBatchNames,
  placeSpecs,
  readSpecs,
  type VmBatchAsk,
  type VmBatchPlan,
} from './plan-vm-batch.ts';

/** One VM of a batch, ready to be admitted. */
export interface PreparedVm {
  readonly scope: WriteScope;
  readonly prepared: PreparedWrite;
}

/** A batch, ready to be admitted. */
export interface PreparedVmBatch {
  readonly placed: VmBatchPlan;
  /** In the order of the VMs. */
  readonly admissions: readonly PreparedVm[];
}

/** A batch before the policies are asked and it is placed. */
export interface CheckedVmBatch {
  readonly write: VmBatchAsk;
  readonly specs: readonly VmSpec[];
  readonly vms: readonly CheckedVm[];
}

interface CheckedVm {
  readonly scope: WriteScope;
  readonly checked: VmOfBatch;
}

/** Checks a batch and the quota of its tenant; the fleet is not read. */
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
  return ok({ write, specs, vms });
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
  for (const [at, { scope, checked }] of vms.entries()) {
    const place = placeOf(placed, at);
    if (place === undefined) return err(replan('The fleet'));
    const { purpose } = write;
    const prepared = await checked.placeAt({ ...place, purpose, addressesTaken });
    const { name } = checked.target;
    if (!prepared.ok) return err(firstOf(prepared.error, { at, name }));
    for (const id of addressesOf(prepared.value)) addressesTaken.add(id);
    admissions.push({ scope, prepared: prepared.value });
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
