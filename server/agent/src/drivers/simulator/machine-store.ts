/** The machines of one simulated node, in the agent's database, which outlasts its process. */
import { Machine } from '@novacron/contract/agent';
import { z } from 'zod';
import type { AgentDatabase } from '../../agent-database.ts';

/** A machine with what only a simulator knows about it. */
export const SimulatedMachine = Machine.extend({
  restarts: z.int().describe('How often a change of its configuration made it start again'),
  migrated_to: z.string().nullable().describe('Node that it was sent to'),
});
export type SimulatedMachine = z.infer<typeof SimulatedMachine>;

/** Keeps machines. Changes are durable when a call returns. */
export interface MachineStore {
  readonly find: (vmId: string) => SimulatedMachine | undefined;
  readonly list: () => readonly SimulatedMachine[];
  readonly put: (machine: SimulatedMachine) => void;
  readonly remove: (vmId: string) => void;
}

/** Opens the machines in the agent's database, which is read at the first use and then cached. */
export function openMachineStore(database: AgentDatabase): MachineStore {
  let cached: Map<string, SimulatedMachine> | undefined;

  function machines(): Map<string, SimulatedMachine> {
    if (cached !== undefined) return cached;
    const read = database.exists() ? readAll(database) : [];
    cached = new Map(read.map((machine) => [machine.vm_id, machine]));
    return cached;
  }

  return {
    find: (vmId) => machines().get(vmId),
    list: () => [...machines().values()],
    put: (machine) => {
      database
        .use()
        .prepare('INSERT OR REPLACE INTO simulated_machines (vm_id, machine) VALUES (?, ?)')
        .run(machine.vm_id, JSON.stringify(machine));
      machines().set(machine.vm_id, machine);
    },
    remove: (vmId) => {
      database.use().prepare('DELETE FROM simulated_machines WHERE vm_id = ?').run(vmId);
      machines().delete(vmId);
    },
  };
}

function readAll(database: AgentDatabase): readonly SimulatedMachine[] {
  // The shape of the rows is that of the SELECT.
  const rows = database.use().prepare('SELECT machine FROM simulated_machines').all() as readonly {
    readonly machine: string;
  }[];
  return rows.map((row) => SimulatedMachine.parse(JSON.parse(row.machine)));
}
