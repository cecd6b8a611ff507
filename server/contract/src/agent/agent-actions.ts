/** Actions of an agent on a machine, a snapshot, a volume or its node. */
import { z } from 'zod';
import { SnapshotId, VolumeId } from '../ids.ts';
import { StopReason } from '../kinds/vm/stop-reason.ts';
import {
  Encryption,
  MachineDevices,
  MachineSize,
  MachineSpec,
  MachineVolume,
  StorageClass,
} from './machine.ts';
import { MachineFirewall } from './machine-network.ts';
import { MigrationOffer, MigrationTarget } from './migration.ts';

/** State on its new node of a machine that moves while switched off. */
const ArrivingOff = z.looseObject({
  power: z.literal('off'),
  stop_reason: StopReason.nullable()
    .catch('unknown')
    .describe('Reason it stopped, reported from then on; null if it has never run'),
});

/** The actions of an agent on one machine. Every action is idempotent. */
export const MachineAction = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('create'), spec: MachineSpec }),
  z.looseObject({
    kind: z.literal('configure'),
    spec: MachineSpec,
    restart: z.enum(['allowed', 'forbidden']).describe('Used if a change cannot be made live'),
  }),
  z.looseObject({
    kind: z.literal('start'),
    cpu_baseline: z
      .string()
      .optional()
      .describe(
        'CPU baseline of a machine that is switched on by it, one of `cpu_baselines` of the ' +
          'node. Absent: the CPU that the node gives its guests. Only for nodes that announce any',
      ),
    numa: z
      .enum(['single', 'prefer-single'])
      .optional()
      .describe(
        'Binds a machine that is switched on by it to one NUMA cell of the node, or where one ' +
          'has room. Absent: it is not bound. Only for agents that announce `numaBinding`',
      ),
    devices: z
      .array(MachineDevices)
      .optional()
      .describe(
        'Devices of the node that a machine that is switched on by it has to itself. Absent: ' +
          'none. Only for agents that announce `passthrough`',
      ),
  }),
  z.looseObject({
    kind: z.literal('stop'),
    force: z
      .enum(['yes', 'no'])
      .optional()
      .describe('`yes` powers the VM off; otherwise the guest is asked to shut down'),
    insist: z
      .enum(['yes', 'no'])
      .optional()
      .describe(
        '`yes` powers the VM off after 20 s if its guest, which is taken to hang, has not shut ' +
          'down by then. Agents that do not know it ask for as long as they always do',
      ),
  }),
  z
    .looseObject({ kind: z.literal('delete') })
    .describe('Removes the machine and its root disk: for agents that do not announce `forget`'),
  z
    .looseObject({ kind: z.literal('forget') })
    .describe('Removes the machine from the node, and never a disk'),
  z
    .looseObject({ kind: z.literal('delete-disk') })
    .describe('Removes the machine and its root disk, unless a later command made the disk'),
  z.looseObject({ kind: z.literal('pause') }).describe('Only with the capability `pause`'),
  z.looseObject({ kind: z.literal('resume') }).describe('Only with the capability `pause`'),
  z.looseObject({ kind: z.literal('reset') }).describe('Only with the capability `reset`'),
  z
    .looseObject({ kind: z.literal('reimage'), spec: MachineSpec })
    .describe(
      'Replaces the root disk of a stopped VM by a new one. Only with the capability `reimage`',
    ),
  z
    .looseObject({
      kind: z.literal('define'),
      spec: MachineSpec,
      volumes: z.array(MachineVolume).describe('Volumes that are attached to the VM'),
      takeover: z
        .literal('yes')
        .optional()
        .describe(
          'The root disk in shared storage belongs to this node from now on: the one that it ' +
            'belonged to cannot run the VM any more. Absent: a disk of another node is refused',
        ),
      locks: z
        .literal('ignored')
        .optional()
        .describe(
          'The VM starts although another machine holds locks of its disks: a person says that ' +
            'none writes to them. Absent, and for agents that do not know it: it does not',
        ),
    })
    .describe(
      'Makes a VM that is missing again, switched off, around the root disk that the node has ' +
        'kept. Only with the capability `define`',
    ),
  z.looseObject({ kind: z.literal('attach'), volume: MachineVolume }),
  z.looseObject({ kind: z.literal('detach'), volume_id: VolumeId }),
  z.looseObject({
    kind: z.literal('prepare-incoming'),
    spec: MachineSpec,
    volumes: z.array(MachineVolume),
    offer: MigrationOffer.optional().describe(
      'State of the VM as reported by the source. Absent: its files are found in the shared ' +
        'storage',
    ),
    arrives: ArrivingOff.optional().describe(
      'The VM is switched off and stays so. Absent: it arrives with its memory',
    ),
  }),
  z.looseObject({
    kind: z.literal('migrate'),
    to_node: z.string(),
    power: z
      .literal('off')
      .optional()
      .describe(
        'Only a VM that is switched off is sent, which needs `coldMigration` of both nodes. ' +
          'Absent: only one that runs is sent',
      ),
    size: MachineSize.optional().describe(
      'Size for which the target node is prepared: a VM of another size is not sent',
    ),
    release: z
      .literal('yes')
      .optional()
      .describe(
        'The source releases the VM at the end, and never runs it again: `activate` at the ' +
          'source is refused from then on',
      ),
    target: MigrationTarget.optional().describe(
      'Address at which the target waits. Absent: the target has written it into the shared ' +
        'storage',
    ),
  }),
  z.looseObject({
    kind: z.literal('activate'),
    released: z
      .literal('yes')
      .optional()
      .describe(
        'The source has released the VM: it belongs here, also if its process has ended since',
      ),
  }),
  z.looseObject({
    kind: z.literal('apply-firewall'),
    firewall: MachineFirewall.nullable().describe('null: none'),
  }),
]);
export type MachineAction = z.infer<typeof MachineAction>;

/** A copy of a volume's content at one moment, as the node that keeps it has it. */
export const StoredSnapshot = z.looseObject({
  snapshot_id: SnapshotId,
  volume_id: VolumeId.describe('Volume that the snapshot was taken of'),
  size_gb: z.int().describe('Size of the volume when the snapshot was taken. Unit: GB.'),
  encrypted: Encryption,
});
export type StoredSnapshot = z.infer<typeof StoredSnapshot>;

/**
 * The actions of an agent on one snapshot. Volumes lie in pools that every node reaches;
 * a snapshot is kept by the node that took it. Every action is idempotent.
 */
export const SnapshotAction = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('take-snapshot'), volume: MachineVolume }),
  z.looseObject({
    kind: z.literal('restore-snapshot'),
    volume_id: VolumeId.describe('Volume that is restored: the original or a new one'),
    storage_class: StorageClass,
    encrypted: Encryption.describe('Whether the volume is encrypted, as in `MachineVolume`'),
  }),
  z.looseObject({ kind: z.literal('delete-snapshot') }),
  z
    .looseObject({
      kind: z.literal('export-snapshot'),
      ticket: z.string().describe('Lets the node send the file to the server'),
    })
    .describe(
      'Sends the snapshot to the server as a compressed qcow2 file of its own. Only with the ' +
        'capability `snapshotExport`, as the next one',
    ),
  z
    .looseObject({ kind: z.literal('drop-export') })
    .describe('Removes what an export that failed has left on the node'),
]);
export type SnapshotAction = z.infer<typeof SnapshotAction>;

/** The image that a volume is made from. */
export const ImportedImage = z.looseObject({
  reference: z.string().describe('An https address, or uploaded: and a file'),
  checksum: z.string().describe('sha256: and 64 hexadecimal digits'),
});
export type ImportedImage = z.infer<typeof ImportedImage>;

/** The actions of an agent on the content of one volume. Every action is idempotent. */
export const VolumeAction = z.discriminatedUnion('kind', [
  z
    .looseObject({
      kind: z.literal('delete-volume'),
      pool: z.string().describe('Storage that has the content: a node with another one refuses'),
    })
    .describe('Removes the content for good. Only with the capability `deleteVolume`'),
  z
    .looseObject({
      kind: z.literal('import-volume'),
      size_gb: z.int().describe('Size of the volume, at least that of the image. Unit: GB.'),
      storage_class: StorageClass,
      image: ImportedImage,
    })
    .describe('Makes the content of a new volume. Only with the capability `volumeImport`'),
]);
export type VolumeAction = z.infer<typeof VolumeAction>;

/** The actions of an agent on its own node. Every action is idempotent. */
const NodeAction = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('power-on') }),
  z.looseObject({ kind: z.literal('power-off') }),
]);

/** All actions of an agent. */
export const AgentAction = z.discriminatedUnion('kind', [
  ...MachineAction.options,
  ...SnapshotAction.options,
  ...VolumeAction.options,
  ...NodeAction.options,
]);
export type AgentAction = z.infer<typeof AgentAction>;
