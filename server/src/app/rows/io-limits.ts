/** I/O limits of VMs as agents have them: a limit that is not set is absent there. */
import type { MachineIoLimits, MachineSpec } from '@novacron/contract/agent/machine';
import { keysOf } from '@novacron/contract/closed-table';
import { equalJson, type JsonObject } from '@novacron/contract/json';
import { VmIoLimits } from '@novacron/contract/kinds/vm/io-limits';
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';

/** The limits that are set; undefined without one. */
export function toMachineLimits(limits: VmIoLimits | null): MachineIoLimits | undefined {
  const set = Object.entries(limits ?? {}).filter(([, most]) => most !== null);
  return set.length === 0 ? undefined : Object.fromEntries(set);
}

/**
 * Names the limits that a machine has, where they differ from those of its VM.
 * @returns none where they are the same; null where the machine has none
 */
export function compareLimits(
  { io_limits: wanted }: Pick<VmSpec, 'io_limits'>,
  { io_limits: found }: Pick<MachineSpec, 'io_limits'>,
): JsonObject {
  const known = pickKnown(found ?? {});
  if (equalJson(toMachineLimits(wanted) ?? {}, known)) return {};
  const isNone = Object.keys(known).length === 0;
  return { io_limits: isNone ? null : { ...VmIoLimits.parse(known) } };
}

/** Limits that a later agent knows besides are not this server's. */
function pickKnown(found: MachineIoLimits): JsonObject {
  const values = keysOf(VmIoLimits.shape).map((name) => [name, found[name]] as const);
  return Object.fromEntries(
    values.flatMap(([name, most]) => (typeof most === 'number' && most >= 1 ? [[name, most]] : [])),
  );
}
