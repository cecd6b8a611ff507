/** Whether more memory or CPU restarts a VM: known without planning the change. */
import { VM_FIELDS } from '@novacron/contract/kinds/vm/vm';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Store } from '../../../../ports/store.ts';
import type { VmRow } from '../../../../ports/tables/tables.ts';
import { desiredOf, observedOf } from '../../../rows/answer-resource.ts';
import { changedFields } from '../../../rows/changed-fields.ts';
import { GROWN_FIELDS } from '../../../rows/observed/grown-size.ts';
import { isOff, pickFields } from '../../../rows/observed-machine.ts';
import { capabilitiesOf, fieldsToRestart } from '../machine/configure-steps.ts';

/** Finds it. A VM that has stopped is started; a node that is not known plugs nothing in. */
export async function restartsForGrowth(
  store: Pick<Store, 'read'>,
  row: VmRow,
  input: ParsedInputOf<'vm.update'>,
): Promise<boolean> {
  if (isOff(row)) return false;
  const where = { name: String(observedOf(row).node) };
  const [node] = await store.read({ from: 'nodes', where });
  const sizes = pickFields({ ...input }, GROWN_FIELDS);
  const changes = changedFields(pickFields(desiredOf(row), Object.keys(sizes)), sizes);
  return node === undefined || fieldsToRestart(VM_FIELDS, changes, capabilitiesOf(node)).length > 0;
}
