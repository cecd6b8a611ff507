/** Stored VMs as answers carry them. */
import type { JsonObject } from '@novacron/contract/json';
import { Vm } from '@novacron/contract/kinds/vm/vm';
import type { VmRow } from '../../../../ports/tables/tables.ts';
import { commonFields, joinFields, type ResourceFields } from '../../../rows/answer-resource.ts';
import { parseShown } from '../../../rows/damaged-row.ts';
import {
  guestAddressesOf,
  missingNetworksOf,
  stopReasonOf,
} from '../../../rows/observed-machine.ts';
import { withoutGivenKeys } from '../../ssh-key/given-keys.ts';

/**
 * A VM as answers carry it, with its data from other tables.
 * @throws damagedRow
 */
export function toVm(
  row: VmRow,
  { desired, observed }: ResourceFields,
  elsewhere: Readonly<Record<string, unknown>>,
): Vm {
  const missing_network_ids = missingNetworksOf({ desired, observed });
  const lacks = missing_network_ids.length === 0 ? {} : { missing_network_ids };
  const guest = { guest_ip_addresses: [...guestAddressesOf(row, observed)] };
  const shown = joinFields(desired, reported(observed), guest, lacks, commonFields(row), elsewhere);
  return parseShown(row.id, Vm, shown);
}

const INTERNAL = [
  'machine',
  'recovered_from',
  'recreated_from',
  'restored_from',
  'restarts_failed',
  'console_tail',
] as const;

/**
 * Removes internal fields: the cause of a missing machine, locations of copies and the guest's
 * keys. A VM that is no longer stopped has no stop reason, whatever a server of an earlier release
 * has stored.
 */
function reported(observed: JsonObject): JsonObject {
  const given = withoutGivenKeys(observed);
  const shown =
    given.stop_reason === undefined
      ? given
      : { ...given, stop_reason: stopReasonOf(observed) ?? null };
  if (!INTERNAL.some((name) => shown[name] !== undefined)) return shown;
  return Object.fromEntries(
    Object.entries(shown).filter(([name]) => !INTERNAL.some((each) => each === name)),
  );
}
