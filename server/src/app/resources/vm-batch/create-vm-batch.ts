/** Creates a batch of VMs and starts their operations. */
import type { PlacementBatch } from '@novacron/contract/kinds/vm-batch/placement-batch';
import type { Operation } from '@novacron/contract/operation/operation';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { AdmittedWrite } from '../../kernel/admission/prepared-write.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { answerOperation } from '../../kernel/operations/answer-operation.ts';
import type { OperationExecutor } from '../../kernel/operations/execute-operations.ts';
import type { ResourceDeps } from '../deps.ts';
import { getVm } from '../vm/read/read-vms.ts';
import { admitVmBatch } from './admit-vm-batch.ts';
import { toPlacementBatch } from './preview-vm-batch.ts';

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
  input: ParsedInputOf<'vm_batch.create'>,
  context: CallContext,
): Promise<Result<CreatedBatch, Problem>> {
  const write = { ...input, operation: 'vm_batch.create' } as const;
  const admitted = await admitVmBatch(deps, write, context);
  if (!admitted.ok) return admitted;
  const { items, placed } = admitted.value;
  const answers: CreatedBatch['items'][number][] = [];
  for (const { admission, operation, resourceId } of items) {
    if (admission === 'new') executor.start(operation);
    const resource = await getVm(deps, resourceId, context);
    if (!resource.ok) continue;
    const shown = await answerOperation(deps, operation);
    answers.push({ resource: resource.value, operation: shown });
  }
  return ok({
    items: answers,
    ...(placed === undefined ? {} : { placement: toPlacementBatch(placed) }),
    warnings: items.flatMap(({ warnings }) => warnings),
  });
}
