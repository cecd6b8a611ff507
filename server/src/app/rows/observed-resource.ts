/** What resources were found to be, where that is not what they shall be. Answers show it. */
import type { ResourceKind } from '@novacron/contract/field';
import type { JsonObject } from '@novacron/contract/json';
import type { ResourceRow } from '../../ports/tables.ts';
import { observedOf } from './answer-resource.ts';
import { pickFields, seenMachineOf, seenPowerOf } from './observed-machine.ts';

/** Fields of a resource with the values that were found; none where it is as it shall be. */
export function seenOf(kind: ResourceKind, row: ResourceRow): JsonObject {
  if (kind === 'vm') return { ...seenPowerOf(row), ...seenMachineOf(row) };
  return kind === 'volume' ? seenVolumeOf(row) : {};
}

/** A volume that was found not to be plugged into its VM: `attached_to` is null then. */
export function seenVolumeOf(row: ResourceRow): JsonObject {
  return pickFields(observedOf(row), ['attached_to']);
}

/** Whether nobody has found it unplugged: it is in its VM, or shall be in none. */
export function isPlugged(row: ResourceRow): boolean {
  return Object.keys(seenVolumeOf(row)).length === 0;
}
