/**
 * Creates VMs together: all of them are admitted in one commit, or none is. Each has an operation
 * of its own, which succeeds or fails by itself.
 */
import type { PlacementBatch } from '@novacron/contract/kinds/vm-batch/placement-batch';
import type { Operation } from '@novacron/contract/operation/operation';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { requestOf } from '../../kernel/idempotency/idempotency.ts';
import { answerOperation } from '../../kernel/operations/answer-operation.ts';
import type { OperationExecutor } from '../../kernel/operations/execute-operations.ts';
import { commitOfAll, logAdmitted } from '../../kernel/write/admit-write.ts';
import type { AdmittedWrite } from '../../kernel/write/prepared-write.ts';
import { takeWrite, type Write } from '../../kernel/write/take-write.ts';
import type { ResourceDeps } from '../deps.ts';
import { guardFailoverRoom } from '../vm/failover/guard-failover-room.ts';
import { getVm } from '../vm/read/read-vms.ts';
import { checkVmBatch, placeVmBatch } from './check-vm-batch.ts';
import { aboutVm, type VmBatchAsk, type VmBatchPlan } from './plan-vm-batch.ts';
import { toPlacementBatch } from './preview-vm-batch.ts';

const OPERATION = 'vm_batch.create';

/** Dependencies for creating a batch. */
export interface VmBatchParts {
  readonly deps: ResourceDeps;
  readonly executor: Pick<OperationExecutor, 'start'>;
}

/** The answer: a VM and its operation for each of those that still exist. */
export interface CreatedBatch {
  readonly items: readonly { readonly resource: unknown; readonly operation: Operation }[];
  /** Absent in the answer to a repeated request. */
  readonly placement?: PlacementBatch;
  readonly warnings: AdmittedWrite['warnings'];
}

/** Creates all VMs of a batch, or none. */
export async function createVmBatch(
  { deps, executor }: VmBatchParts,
  input: ParsedInputOf<typeof OPERATION>,
  context: CallContext,
): Promise<Result<CreatedBatch, Problem>> {
  const admitted = await takeWrite(deps, context, toBatchWrite(input, context, deps));
  if (!admitted.ok) return admitted;
  const { items, placed } = admitted.value;
  const answers: CreatedBatch['items'][number][] = [];
  for (const item of items) {
    logAdmitted(deps, context, item);
    if (item.admission === 'new') executor.start(item.operation);
    const resource = await getVm(deps, item.resourceId, context);
    if (!resource.ok) continue;
    const shown = await answerOperation(deps, item.operation);
    answers.push({ resource: resource.value, operation: shown });
  }
  return ok({
    items: answers,
    ...(placed === undefined ? {} : { placement: toPlacementBatch(placed) }),
    warnings: items.flatMap(({ warnings }) => warnings),
  });
}

/** An admitted batch. */
interface AdmittedBatch {
  /** In the order of the VMs; after an earlier request those that still exist. */
  readonly items: readonly AdmittedWrite[];
  /** Undefined where the same request has been admitted before. */
  readonly placed: VmBatchPlan | undefined;
}

function toBatchWrite(
  input: ParsedInputOf<typeof OPERATION>,
  context: CallContext,
  { store }: ResourceDeps,
): Write<AdmittedBatch, ResourceDeps> {
  return {
    operation: OPERATION,
    audited: {},
    keyed: {
      request: requestOf(OPERATION, input, context),
      show: async () => ok({ items: await findItems(store, input, context), placed: undefined }),
    },
    check: async (deps) => {
      const checked = await checkVmBatch(deps, input, context);
      if (!checked.ok) return err([checked.error]);
      const { vms } = checked.value;
      return ok({
        writes: vms.map((vm) => ({ ...vm.checked, operation: 'vm.create' })),
        target: {},
        about: (refusal, at) => aboutVm(refusal, { at, name: vms[at]?.checked.target.name ?? '' }),
        plan: async (decisions) => {
          const prepared = await placeVmBatch(deps, checked.value, context);
          if (!prepared.ok) return err([prepared.error]);
          const { placed, admissions } = prepared.value;
          const writes = admissions.map((vm, at) => {
            return { ...vm, name: 'vm.create', decision: decisions[at] } as const;
          });
          const own = writes.map((write) => write.prepared);
          const kept = await guardFailoverRoom(own, { deps, context, nowMs: deps.clock.nowMs() });
          if (!kept.ok) return err([kept.error]);
          return ok({
            prerequisites: placed.rules.prerequisites,
            commit: (request) => {
              const { changes, answer: items } = commitOfAll(writes, kept.value, request);
              return { changes, answer: { items, placed } };
            },
          });
        },
      });
    },
  };
}

/** Finds the VMs of an earlier request that still exist: a repeat has the same names. */
async function findItems(
  store: ResourceDeps['store'],
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
