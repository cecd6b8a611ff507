/** Rejects the import of a VM that a VM group owns. */
import { GROUP_LABEL } from '@novacron/contract/kinds/vm-group/vm-group';
import { isRecord } from '../../cty/is-record.ts';
import type { Values } from '../../fields/field-values.ts';
import type { Diagnostics } from '../../framework/diagnostics/diagnostics.ts';

/**
 * Reports the import of a member: its group creates, changes and deletes it, so that two resources
 * would manage it.
 * @param found - the VM as the server answered it
 * @returns whether the import may continue
 */
export function rejectMemberImport(
  diagnostics: Diagnostics,
  found: Values,
  label: string,
): boolean {
  const { metadata } = found;
  const group = isRecord(metadata) ? metadata[GROUP_LABEL] : undefined;
  if (typeof group !== 'string') return true;
  diagnostics.error({
    summary: `Member of a VM group: import ${label}`,
    detail:
      `${String(found.name)} (${String(found.id)}) is a member of the VM group ${group}, which ` +
      'creates, changes and deletes it. Import the group instead: ' +
      `terraform import novacron_vm_group.NAME ${group}`,
  });
  return false;
}
