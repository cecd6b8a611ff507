/** Lists what exists: everything that a configuration could hold. */

import { GROUP_LABEL } from '@novacron/contract/kinds/vm-group/vm-group';
import { ok, type Result } from '@novacron/contract/result';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { Failure } from '../failures/failure.ts';
import type { Fields } from '../output/fields.ts';
import { listAll } from './list-all.ts';
import type { Session } from './session.ts';

/**
 * The resources of a kind, without those that are being deleted and those that belong to a VM
 * group. Failures: those of the server.
 */
export async function listResources(
  session: Session,
  kind: ResourceKind,
): Promise<Result<readonly Fields[], Failure>> {
  const items = await listAll(session, { operation: `${kind}.list`, input: {} });
  if (!items.ok) return items;
  // Built-in resources are not exported.
  const own = items.value.filter((item) => item.built_in !== true && !isMember(item));
  return ok(own.filter(({ status }) => status !== 'deleting'));
}

/** Members of a VM group are their group's: a configuration of their own would fight with it. */
function isMember({ metadata }: Fields): boolean {
  return typeof metadata === 'object' && metadata !== null && GROUP_LABEL in metadata;
}
