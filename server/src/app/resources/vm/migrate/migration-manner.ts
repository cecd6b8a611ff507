/** Migration mode of a VM: running, or switched off. */
import type { Tables, VmRow } from '../../../../ports/tables/tables.ts';
import { isOff } from '../../../rows/observed-machine.ts';

/** Whether a VM keeps running while it moves. */
export interface Manner {
  /** `cold`: a VM that runs is stopped before, and started on its new node. */
  readonly manner?: 'cold' | undefined;
}

/** The nodes that a VM moves between, and how. */
export interface MigratingNodes extends Manner {
  readonly source: Tables['nodes'];
  readonly destination: Tables['nodes'];
}

/** Whether a VM is switched off while it moves. */
export function isCold({ row, manner }: Manner & { readonly row: VmRow }): boolean {
  return isOff(row) || manner === 'cold';
}

/** Says what a migration means for the guest, before it is confirmed. */
export function describeManner(
  row: VmRow,
  { source, destination, manner }: MigratingNodes,
): string {
  const way = `from ${source.name} to ${destination.name}`;
  if (manner === 'cold') {
    return `Cold migration ${way}: the VM is stopped, moved, and started there.`;
  }
  return isOff(row)
    ? `Cold migration ${way}: the VM is stopped, and stays stopped.`
    : `Live migration ${way}: the VM runs on.`;
}
