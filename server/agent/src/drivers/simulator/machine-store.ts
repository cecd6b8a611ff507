/** The machines of one simulated node. */
import { Machine, MachineDevices } from '@novacron/contract/agent/machine';
import type { VmId } from '@novacron/contract/ids';
import { StopReason } from '@novacron/contract/kinds/vm/stop-reason';
import { z } from 'zod';
import type { AgentDatabase } from '../../database/agent-database.ts';
import { openStagedStore, type StagedStore } from './staged-store.ts';

/** A machine with what only a simulator knows about it. */
export const SimulatedMachine = Machine.extend({
  restarts: z
    .int()
    .describe('How often a reset or a change of its configuration made it start again'),
  started_at_ms: z
    .number()
    .optional()
    .describe('When its guest began to boot. Unix epoch. Unit: ms.'),
  hung_at_ms: z
    .number()
    .optional()
    .describe('The start of its guest that has hung since; another start ends it. Unit: ms.'),
  process_hung: z
    .object({ start_ms: z.number(), at_ms: z.number() })
    .optional()
    .describe('When its hypervisor process hung, and in which start; another ends it. Unit: ms.'),
  service: z
    .literal('down')
    .optional()
    .describe('Its guest runs and serves nothing, until a program is run in it or it boots'),
  needs: z
    .object({ memory_mib: z.number().optional(), cpu_cores: z.number().optional() })
    .optional()
    .describe('What its guest needs to serve; absent: whatever it has is enough'),
  numa: z
    .enum(['single', 'prefer-single'])
    .optional()
    .describe('How it was bound to a NUMA cell at its start; absent: not bound'),
  devices: z.array(MachineDevices).optional().describe('What it was given at its start'),
  unplugged_networks: z
    .array(z.string())
    .optional()
    .describe('Further networks whose interfaces were unplugged past NovaCron; absent: none'),
  migrated_to: z.string().nullable().describe('Node that it was sent to'),
  arrives: z
    .object({ stop_reason: StopReason.nullable() })
    .optional()
    .describe('Of an `incoming` machine that is switched off and stays so'),
  released: z.literal('yes').optional().describe('It never runs here again unless it is sent back'),
});
export type SimulatedMachine = z.infer<typeof SimulatedMachine>;

/** Reports whether the guest of a machine lacks memory or CPU. */
export function shortageOf({
  needs,
  spec,
}: Pick<SimulatedMachine, 'needs' | 'spec'>): Readonly<Record<'memory' | 'cpu', boolean>> {
  return {
    memory: (needs?.memory_mib ?? 0) > spec.memory_mib,
    cpu: (needs?.cpu_cores ?? 0) > spec.cpu_cores,
  };
}

/** Opens the machines in the agent's database. */
export function openMachineStore(database: AgentDatabase): StagedStore<VmId, SimulatedMachine> {
  return openStagedStore({
    readAll: () =>
      database.exists() ? readAll(database).map((machine) => [machine.vm_id, machine]) : [],
    write: (vmId, machine) => write(database, vmId, machine),
  });
}

function write(database: AgentDatabase, vmId: VmId, machine: SimulatedMachine | null): void {
  if (machine === null) {
    database
      .prepare('DELETE FROM simulated_machines WHERE node = ? AND vm_id = ?')
      .run(database.node, vmId);
  } else {
    database
      .prepare('INSERT OR REPLACE INTO simulated_machines (node, vm_id, machine) VALUES (?, ?, ?)')
      .run(database.node, vmId, JSON.stringify(machine));
  }
}

const MachineRow = z.object({ machine: z.string() });

function readAll(database: AgentDatabase): readonly SimulatedMachine[] {
  return database
    .prepare('SELECT machine FROM simulated_machines WHERE node = ?')
    .all(database.node)
    .map((row) => SimulatedMachine.parse(JSON.parse(MachineRow.parse(row).machine)));
}
