/**
 * Data that the two nodes of a migration need from each other. A server queries a node and passes
 * the answer to the other node in a command, because agents use only their own node's subjects.
 */
import { z } from 'zod';
import { VmId } from '../ids.ts';

/** The machine as its source has it: what the target builds again. */
export const MigrationOffer = z.looseObject({
  node: z.string(),
  hardware: z
    .record(z.string(), z.unknown())
    .describe("The virtual hardware, in the terms of the nodes' hypervisor"),
  disks: z
    .array(
      z.looseObject({
        name: z.string().describe('`root`, `firmware-vars`, or the id of a volume'),
        size_bytes: z.int(),
        pool: z
          .string()
          .optional()
          .describe(
            'Storage of a volume: one that the target uses too is not copied. Absent for other ' +
              'disks: as the root disk',
          ),
      }),
    )
    .describe('Copied if the nodes share no storage'),
  power: z
    .literal('off')
    .optional()
    .describe('The machine is switched off: `hardware` is what it had last. Absent: it runs'),
  seed: z
    .looseObject({ instance_id: z.string() })
    .optional()
    .describe('Of a machine that is switched off: what its guest reads at the next start'),
});
export type MigrationOffer = z.infer<typeof MigrationOffer>;

/** Address at which the target waits for a machine. */
export const MigrationTarget = z.looseObject({
  host: z.string(),
  memory_port: z.int().describe('0 if the machine arrives switched off'),
  release_port: z.int().describe('Port on which the source reports that it released the VM'),
  disk_port: z.int().nullable().describe('null: the nodes share the disks'),
  disks: z.array(z.string()).describe('Names of the disks that are copied'),
  key: z.string().describe('One-time key (TLS-PSK) of this migration, in hexadecimal. A secret'),
});
export type MigrationTarget = z.infer<typeof MigrationTarget>;

/** Asks the agent of the source for its offer, or that of the target where it waits. */
export const MigrationQuery = z.looseObject({
  migration: z.enum(['offer', 'target']),
  vm_id: VmId,
});
export type MigrationQuery = z.infer<typeof MigrationQuery>;

/** `none`: the VM is not here, or no migration of it is prepared. */
export const MigrationAnswer = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('offer'), offer: MigrationOffer }),
  z.looseObject({ kind: z.literal('target'), target: MigrationTarget }),
  z.looseObject({ kind: z.literal('none'), message: z.string() }),
]);
export type MigrationAnswer = z.infer<typeof MigrationAnswer>;
