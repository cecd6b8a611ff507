import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { WriteFields } from '../../../kernel/write/checked-write.ts';
import { readNewSpec } from '../../../rows/inherit-fields.ts';
import type { WriteScope } from '../../scope.ts';
import { observeReferences } from './observe-vm-create.ts';
import { checkNewVm, createFields, planNewMachine } from './prepare-vm-create.ts';

/**
 * Checks everything but the placement of a VM that a preview run places, so that the fleet is not
 * read a second time.
 * @returns what policies read of it; or all problems
 */
export async function checkVmOfRun(
  input: ParsedInputOf<'vm.create'>,
  scope: WriteScope,
): Promise<Result<WriteFields, readonly Problem[]>> {
  const { tenantId } = scope.context.principal;
  const wanted = await readNewSpec(scope.deps.store, { tenantId, input });
  if (!wanted.ok) return err([wanted.error]);
  const spec = wanted.value;
  const found = await observeReferences(spec, scope);
  const problems = checkNewVm({ input, spec, found }, scope);
  if (problems.length > 0) return err(problems);
  const vmId = scope.deps.ids.next('vm');
  const made = await planNewMachine({ input, spec, found, vmId }, scope);
  return made.ok ? ok(createFields(vmId, spec)) : err([made.error]);
}
