/** Stored VMs as answers carry them. */
import type { JsonObject } from '@novacron/contract/json';
import { Vm } from '@novacron/contract/kinds/vm/vm';
import type { VmRow } from '../../../../ports/tables/tables.ts';
import { commonFields, joinFields, type ResourceFields } from '../../../rows/answer-resource.ts';

/** A VM as answers carry it, with its data from other tables. */
export function toVm(
  row: VmRow,
  { desired, observed }: ResourceFields,
  elsewhere: Readonly<Record<string, unknown>>,
): Vm {
  return Vm.parse(joinFields(desired, told(observed), commonFields(row), elsewhere));
}

/** Why a machine is missing is internal; few VMs have lost theirs. */
function told(observed: JsonObject): JsonObject {
  if (observed.machine === undefined) return observed;
  const { machine: _machine, ...others } = observed;
  return others;
}
