import type { MachineVolume } from '@novacron/contract/agent/machine';

/** A volume as a machine keeps and reports it: without what only says where new content goes. */
export function keptVolume({ storage_class: _class, ...volume }: MachineVolume): MachineVolume {
  return volume;
}
