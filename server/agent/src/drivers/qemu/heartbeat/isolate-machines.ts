/**
 * Data for stopping machines when the node is isolated. The heartbeat process kills them; their
 * names are stored so that a restart of the host starts none of them.
 */
import { join } from 'node:path';
import { z } from 'zod';
import type { DriverIsolation } from '../../../isolation/driver-isolation.ts';
import type { Places } from '../files/directories.ts';
import { readStored, writeStored } from '../files/stored-json.ts';
import type { Machines } from '../machine/machines.ts';

const Kept = z.looseObject({ vms: z.array(z.string()) });

/** Opens it. @returns also whether a machine was guarded when this was written last */
export function isolateMachines(
  places: Places,
  machines: Machines,
): DriverIsolation & { readonly wasGuarded: (vmId: string) => boolean } {
  const file = join(places.runDir, 'isolation-guard.json');
  const before = new Set(readStored(file, Kept)?.vms);
  return {
    guests: machines.processes,
    subscribe: (listener) => {
      const leaves = [machines.onProcesses(listener), machines.subscribe(listener)];
      return () => {
        for (const leave of leaves) leave();
      };
    },
    note: machines.noteIsolated,
    keep: (vms) => writeStored(file, { vms: [...vms] }),
    wasGuarded: (vmId) => before.has(vmId),
  };
}
