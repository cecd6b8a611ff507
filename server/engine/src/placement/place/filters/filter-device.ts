import type { Filter } from '../model/rule.ts';
import { assignDevices } from '../resources/assign-devices.ts';

/** Rejects a node that cannot give all of the devices asked for at once. */
export const filterDevice: Filter = ({ devices }, { vm, unknownFacts }) => {
  const [first] = vm.devices ?? [];
  if (first === undefined || assignDevices(devices, vm.devices) !== undefined) return undefined;
  const isUnknown = devices === undefined && unknownFacts !== undefined;
  const unknown = isUnknown ? ({ unknown: 'yes' } as const) : {};
  return { reason: 'device', kind: first.kind, count: first.count, ...unknown };
};
