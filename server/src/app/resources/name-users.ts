/** Names what uses a resource that is to be deleted. */
import { listNames } from '@novacron/contract/formats/list-names';
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { desiredAs } from '../rows/answer-resource.ts';
import type { WriteScope } from './scope.ts';

/** Maximum number of users that a refusal names; the rest are counted. */
export const USERS_NAMED_MAX = 10;

/** Returns the names of a tenant's VMs that use something, as a text: `a, b and 3 more`. */
export async function nameVms(
  { deps }: WriteScope,
  tenant_id: string,
  isUser: (spec: VmSpec) => boolean,
): Promise<string> {
  const vms = await deps.store.read({ from: 'vms', where: { tenant_id } });
  const users = vms.filter((vm) => isUser(desiredAs(vm, VmSpec))).map(({ name }) => name);
  return listNames(users.sort(), USERS_NAMED_MAX);
}
