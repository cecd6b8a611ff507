import type { JsonObject } from '@novacron/contract/json';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { readNewSpec } from '../../../rows/inherit-fields.ts';
import { toProblemList } from '../../../rows/resource-problems.ts';
import { checkSecrets, mergeSecrets, NO_SECRETS } from '../../../rows/vm-secrets.ts';
import type { WriteScope } from '../../scope.ts';
import { checkGuestOs } from '../machine/check-guest-os.ts';
import { checkVmCreate, hasTemplate, observeReferences } from './observe-vm-create.ts';
import { planNewMachine } from './prepare-vm-create.ts';

/**
 * Checks everything but the placement of a VM that a preview run places, so that the fleet is not
 * read a second time.
 * @returns the desired fields; or all problems
 */
export async function checkNewVm(
  input: ParsedInputOf<'vm.create'>,
  scope: WriteScope,
): Promise<Result<JsonObject, readonly Problem[]>> {
  const { tenantId } = scope.context.principal;
  const wanted = await readNewSpec(scope.deps.store, { tenantId, input });
  if (!wanted.ok) return err([wanted.error]);
  const spec = wanted.value;
  const found = await observeReferences(spec, scope);
  const problems = [
    ...checkVmCreate(spec, found, scope),
    ...toProblemList(checkSecrets(mergeSecrets(NO_SECRETS, input))),
    ...checkGuestOs(spec, mergeSecrets(NO_SECRETS, input), scope.unknown),
  ];
  if (problems.length > 0 || !hasTemplate(found)) return err(problems);
  const made = await planNewMachine({ input, spec, found }, scope);
  // Parsed by VmSpec: JSON values only.
  return made.ok ? ok(spec as JsonObject) : err([made.error]);
}
