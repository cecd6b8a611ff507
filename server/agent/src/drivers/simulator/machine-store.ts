/** The machines of one simulated node, in the agent's database, which outlasts its process. */
import { Machine } from '@novacron/contract/agent';
import type { VmId } from '@novacron/contract/ids';
import { z } from 'zod';
import type { AgentDatabase } from '../../agent-database.ts';
import type { LocalWrite } from '../../group-commits.ts';

/** A machine with what only a simulator knows about it. */
export const SimulatedMachine = Machine.extend({
  restarts: z.int().describe('How often a change of its configuration made it start again'),
  migrated_to: z.string().nullable().describe('Node that it was sent to'),
});
export type SimulatedMachine = z.infer<typeof SimulatedMachine>;

/** Keeps machines. */
export interface MachineStore {
  /** As it will be once everything that is staged has been written. */
  readonly find: (vmId: VmId) => SimulatedMachine | undefined;
  /** All of them, likewise. */
  readonly list: () => readonly SimulatedMachine[];
  /** What would be left after a power cut. */
  readonly listWritten: () => readonly SimulatedMachine[];
  /**
   * Makes a machine what it shall be for whoever asks from now on; null removes it.
   * @returns the write that makes it so for good
   */
  readonly stage: (vmId: VmId, machine: SimulatedMachine | null) => LocalWrite;
}

interface Staged {
  readonly machine: SimulatedMachine | null;
}

/** Opens the machines in the agent's database, which is read at the first use and then cached. */
export function openMachineStore(database: AgentDatabase): MachineStore {
  const staged = new Map<VmId, Staged>();
  let cached: Map<VmId, SimulatedMachine> | undefined;

  function written(): Map<VmId, SimulatedMachine> {
    if (cached !== undefined) return cached;
    const read = database.exists() ? readAll(database) : [];
    cached = new Map(read.map((machine) => [machine.vm_id, machine]));
    return cached;
  }

  function list(): readonly SimulatedMachine[] {
    const unchanged = [...written().values()].filter(({ vm_id }) => !staged.has(vm_id));
    const changed = [...staged.values()].flatMap(({ machine }) => machine ?? []);
    return [...unchanged, ...changed];
  }

  function stage(vmId: VmId, machine: SimulatedMachine | null): LocalWrite {
    const change: Staged = { machine };
    // Read before it is written: what is written later must not be read as what was there before.
    const machines = written();
    staged.set(vmId, change);
    const unstage = (): void => {
      if (staged.get(vmId) === change) staged.delete(vmId);
    };
    return {
      run: () => write(database, vmId, machine),
      written: () => {
        if (machine === null) machines.delete(vmId);
        else machines.set(vmId, machine);
        unstage();
      },
      lost: unstage,
    };
  }

  return {
    find: (vmId) => {
      const change = staged.get(vmId);
      return change === undefined ? written().get(vmId) : (change.machine ?? undefined);
    },
    list,
    listWritten: () => [...written().values()],
    stage,
  };
}

function write(database: AgentDatabase, vmId: VmId, machine: SimulatedMachine | null): void {
  if (machine === null) {
    database.prepare('DELETE FROM simulated_machines WHERE vm_id = ?').run(vmId);
  } else {
    database
      .prepare('INSERT OR REPLACE INTO simulated_machines (vm_id, machine) VALUES (?, ?)')
      .run(vmId, JSON.stringify(machine));
  }
}

function readAll(database: AgentDatabase): readonly SimulatedMachine[] {
  // The shape of the rows is that of the SELECT.
  const rows = database.prepare('SELECT machine FROM simulated_machines').all() as readonly {
    readonly machine: string;
  }[];
  return rows.map((row) => SimulatedMachine.parse(JSON.parse(row.machine)));
}
