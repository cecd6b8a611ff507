/**
 * What server and agents say to each other over the bus. Commands are journalled by the agent
 * before they run: a repeat is answered from the journal, a stale generation is refused. Acceptance
 * is the reply; completion is learnt from a message or by asking for the outcome.
 */
import { z } from 'zod';
import { ControlPlaneClaim, ControlPlaneTerm } from '../fleet/control-plane.ts';
import { NodeId, OperationId, SnapshotId, VmId, VolumeId } from '../ids.ts';
import { Firmware } from '../kinds/vm/firmware.ts';
import { FOREIGN_DEVICES_MAX, ForeignDevice } from '../kinds/vm/foreign-device.ts';
import { FURTHER_NETWORKS_MAX } from '../kinds/vm/network-interface.ts';
import { StopReason } from '../kinds/vm/stop-reason.ts';
import { MachineFirewall, MachineNetwork } from './machine-network.ts';
import { MigrationOffer, MigrationTarget } from './migration.ts';

/** Version of this protocol. Neighbouring releases must understand each other's messages. */
export const AGENT_PROTOCOL_VERSION = 1;

/** What every subject of an agent begins with. */
const AGENTS = 'novacron.agent.';

/**
 * Every subject of an agent names its node, so that the message bus can confine each agent to its
 * own: no agent publishes or subscribes in the name of another node. In a subscription `*` stands
 * for any node.
 */
function subjectOf(nodeName: string, what: string): string {
  return `${AGENTS}${nodeName}.${what}`;
}

/** Stands for every node in a subject that is subscribed to. */
export const ANY_NODE = '*';

/** The node that a subject of an agent belongs to; empty for other subjects. */
export function nodeOfSubject(subject: string): string {
  if (!subject.startsWith(AGENTS)) return '';
  const end = subject.indexOf('.', AGENTS.length);
  return subject.slice(AGENTS.length, end === -1 ? undefined : end);
}

/** What the subjects of answers to servers begin with, each followed by two words of the asker. */
export function answerSubject(nodeName: string): string {
  return subjectOf(nodeName, 'answer');
}

/** Where answers of agents to servers come in: an agent publishes at subjects of its node only. */
export const AGENT_ANSWERS = {
  pattern: answerSubject(ANY_NODE),
  of: (subject: string): string | undefined => {
    const node = nodeOfSubject(subject);
    return node === '' ? undefined : answerSubject(node);
  },
} as const;

/** Where the agent of a node says that it is alive and what the node has. */
export function announceSubject(nodeName: string): string {
  return subjectOf(nodeName, 'announce');
}

/** Where servers acknowledge the announcements of the named node with {@link LeaseRenewal}. */
export function leaseSubject(nodeName: string): string {
  return subjectOf(nodeName, 'lease');
}

/** Where the agent of a node publishes {@link AgentCompletion}. */
export function completionSubject(nodeName: string): string {
  return subjectOf(nodeName, 'completion');
}

/** Where the agent of a node publishes the `CommandProgress` of `agent-progress.ts`. */
export function progressSubject(nodeName: string): string {
  return subjectOf(nodeName, 'progress');
}

/** Where the agent of a node publishes the `UsageReport` of `agent-usage.ts`. */
export function usageSubject(nodeName: string): string {
  return subjectOf(nodeName, 'usage');
}

/** The subject on which an agent reports that a machine changed without a command. */
export function machineSubject(nodeName: string): string {
  return subjectOf(nodeName, 'machine');
}

/** Where an agent of the named node answers {@link AgentCommand}. */
export function commandSubject(nodeName: string): string {
  return subjectOf(nodeName, 'command');
}

/** Where an agent answers {@link OutcomeQuery} with {@link OutcomeAnswer}. */
export function outcomeSubject(nodeName: string): string {
  return subjectOf(nodeName, 'outcome');
}

/**
 * Where an agent answers an empty message with {@link Inspection}, and the `MigrationQuery` of
 * `migration.ts` if it announces `migrationTransfer`.
 */
export function inspectSubject(nodeName: string): string {
  return subjectOf(nodeName, 'inspect');
}

/** Where an agent answers the `ConsoleRequest` of `agent-console.ts`. */
export function consoleSubject(nodeName: string): string {
  return subjectOf(nodeName, 'console');
}

/** Where an agent answers the `GuestQuery` of `guest-check.ts`, if it announces `guestCheck`. */
export function guestSubject(nodeName: string): string {
  return subjectOf(nodeName, 'guest');
}

/** Where an agent answers the `HealthQuery` of `health-query.ts`, if it announces `healthCheck`. */
export function healthSubject(nodeName: string): string {
  return subjectOf(nodeName, 'health');
}

/**
 * Where an agent answers the `PoolHeartbeatQuery` of `pool-heartbeat.ts`, if it announces
 * `poolHeartbeat`.
 */
export function poolHeartbeatSubject(nodeName: string): string {
  return subjectOf(nodeName, 'pool-heartbeat');
}

/** Where an agent answers the `TailQuery` of `console-tail.ts`, if it announces `consoleTail`. */
export function consoleTailSubject(nodeName: string): string {
  return subjectOf(nodeName, 'console-tail');
}

/** The storage in which a volume has its content. Sent to agents that announce their storage. */
const VolumePool = z
  .string()
  .optional()
  .describe(
    'Pool that has its content: an agent of another pool refuses, and one of this pool makes no ' +
      'empty disk instead. Absent: not known, or not used yet',
  );

/** The class of the storage in which a volume gets its content. Older agents have one storage. */
const StorageClass = z
  .string()
  .optional()
  .describe('Storage class of the volume: where new content goes. Absent in older servers');

/** A disk that is plugged into a machine. */
export const MachineVolume = z.looseObject({
  volume_id: VolumeId,
  size_gb: z.int(),
  pool: VolumePool,
  storage_class: StorageClass,
});
export type MachineVolume = z.infer<typeof MachineVolume>;

/** The boot configuration of the guest. */
export const MachineGuest = z.looseObject({
  ssh_keys: z.array(z.string()),
  user_data: z.string().nullable().describe("Fingerprint of the value, for the agent's reports"),
  password: z.string().nullable().describe("Fingerprint of the value, for the agent's reports"),
  answer_file: z
    .string()
    .nullable()
    .optional()
    .describe(
      "Answer file of Windows Setup; fingerprint of the value, for the agent's reports. Absent: " +
        'none. Only with the `guest_os` windows',
    ),
});
export type MachineGuest = z.infer<typeof MachineGuest>;

/** The image that a machine is made from. */
export const MachineImage = z.looseObject({
  version: z.int().describe('Version of the template'),
  reference: z.string().describe('An https address, builtin: and a name, or uploaded: and a file'),
  checksum: z.string().nullable().describe('sha256: and 64 hexadecimal digits'),
  firmware: Firmware,
  architecture: z.string(),
});
export type MachineImage = z.infer<typeof MachineImage>;

/** Firmware of a machine besides BIOS. */
export const MachineFirmware = z.enum(['uefi', 'uefi-secure-boot']);
export type MachineFirmware = z.infer<typeof MachineFirmware>;

/** The most that the disks and the network interface of a machine carry; absent: no limit. */
export const MachineIoLimits = z.looseObject({
  disk_iops: z.int().optional().describe('Of all disks together. Unit: operations a second.'),
  disk_mb_per_second: z
    .int()
    .optional()
    .describe('Of all disks together, in both directions. Unit: MB (1024^2 bytes) a second.'),
  network_in_mbps: z.int().optional().describe('What it receives. Unit: Mbit/s.'),
  network_out_mbps: z.int().optional().describe('What it sends. Unit: Mbit/s.'),
});
export type MachineIoLimits = z.infer<typeof MachineIoLimits>;

/** Like devices of its node that a machine has to itself. */
export const MachineDevices = z.looseObject({
  kind: z.string(),
  model: z.string().optional().describe('Absent: any, all of one model'),
  count: z.int().min(1),
});
export type MachineDevices = z.infer<typeof MachineDevices>;

/** The desired state of a machine, as its hypervisor needs it. */
export const MachineSpec = z.looseObject({
  name: z.string(),
  cpu_cores: z.int(),
  memory_mib: z.int(),
  disk_gb: z.int(),
  template: z.string().describe('Name of a built-in template, id of another'),
  image: MachineImage.optional().describe(
    'Absent for a built-in template, or if the value does not change',
  ),
  network: MachineNetwork.nullable(),
  further_networks: z
    .array(MachineNetwork)
    .max(FURTHER_NETWORKS_MAX)
    .optional()
    .describe(
      'Networks of its further interfaces, in their order: each another one, and none without a ' +
        '`network`. Decided at the creation. Absent: none, or unchanged. Only for agents that ' +
        'announce `severalInterfaces`',
    ),
  labels: z.record(z.string(), z.string()),
  priority: z
    .int()
    .optional()
    .describe('Machines of higher priority start first after a restart of the host; 50 if absent'),
  start_after: z
    .array(VmId)
    .optional()
    .describe(
      'Machines of the same host that start before it after a restart of the host. Absent: none, ' +
        'and in older messages',
    ),
  guest: MachineGuest.optional().describe('Absent if it does not change, and in older messages'),
  firewall: MachineFirewall.optional().describe('Absent: reachable from its network'),
  firmware: MachineFirmware.optional().describe(
    'Absent: BIOS, or unchanged. Only for agents that announce `uefi`, or `secureBoot`',
  ),
  tpm: z
    .literal('yes')
    .optional()
    .describe('Absent: none, or unchanged. Only for agents that announce `tpm`'),
  guest_os: z
    .literal('windows')
    .optional()
    .describe(
      'How the guest is configured. Absent: as Linux, or unchanged. Only for agents that ' +
        'announce `windowsGuests`',
    ),
  drivers_image: z
    .looseObject({ reference: z.string(), checksum: z.string().nullable() })
    .optional()
    .describe(
      'ISO image of a CD-ROM with drivers. Absent: none. Only for agents that announce ' +
        '`windowsDrivers`',
    ),
  io_limits: MachineIoLimits.optional().describe(
    'Absent: no limits. Only for agents that announce `diskLimits` or `networkLimits`',
  ),
});
export type MachineSpec = z.infer<typeof MachineSpec>;

/** How large a machine is. */
export const MachineSize = MachineSpec.pick({ cpu_cores: true, memory_mib: true, disk_gb: true });
export type MachineSize = z.infer<typeof MachineSize>;

/** Life of a machine. `incoming` and `migrated`: the two ends of a move. */
export const MachineStatus = z.enum(['stopped', 'running', 'incoming', 'migrated']);
export type MachineStatus = z.infer<typeof MachineStatus>;

/** A machine as its hypervisor sees it. */
export const Machine = z.looseObject({
  vm_id: VmId,
  generation: z.int().describe('Generation of the last command that changed it'),
  status: MachineStatus,
  spec: MachineSpec,
  volumes: z.array(MachineVolume),
  paused: z
    .boolean()
    .optional()
    .describe('Its vCPUs are halted, and its status is `running`. Absent: it is not paused'),
  unresponsive_ms: z
    .int()
    .optional()
    .describe(
      'How long its hypervisor process has answered nothing, in inspections. Absent: it answers, ' +
        'waits for a disk, or it is not known',
    ),
  cpu_baseline: z
    .string()
    .optional()
    .describe('CPU baseline with which it was switched on, after a start; absent without one'),
  stop_reason: StopReason.nullable()
    .optional()
    // A reason of a later release is no reason to ignore the node.
    .catch('unknown')
    .describe('null: it runs, or has never run. Only for servers that know `stop-reason`'),
  guest_ip_addresses: z
    .array(z.string())
    .optional()
    .describe(
      'What its guest reported last, in inspections. Absent: not known, as after a start of the ' +
        'agent. Only for servers that know `guest-addresses`',
    ),
  foreign_devices: z
    .array(ForeignDevice)
    .max(FOREIGN_DEVICES_MAX)
    .optional()
    .describe(
      'Devices that were plugged in without a command, by their names. Absent: none, or not ' +
        'known. Only for servers that know `foreign-devices`',
    ),
});
export type Machine = z.infer<typeof Machine>;

/** What a machine that moves while it is switched off is on its new node. */
const ArrivingOff = z.looseObject({
  power: z.literal('off'),
  stop_reason: StopReason.nullable()
    .catch('unknown')
    .describe('Why it has stopped, as it is reported from then on; null: it has never run'),
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
      'What the source has said of the VM. Absent: its files are found in the shared storage',
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
      'Size for which the target node is prepared: a VM of another size is not sent. ' +
        'Absent in older servers',
    ),
    release: z
      .literal('yes')
      .optional()
      .describe(
        'The source releases the VM at the end, and never runs it again: `activate` at the ' +
          'source is refused from then on. Absent in older servers, which may take the VM back',
      ),
    target: MigrationTarget.optional().describe(
      'Where the target waits. Absent: the target has written it into the shared storage',
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

/** What a command is about: a machine, a snapshot, a volume or the node. Those of one in order. */
export const CommandTarget = z.union(
  [VmId, SnapshotId, VolumeId, NodeId],
  'must be the id of a VM, a snapshot, a volume or a node: vm_…, snap_…, vol_…, node_…',
);
export type CommandTarget = z.infer<typeof CommandTarget>;

/** One command: which step of which operation does what to which machine. */
export const AgentCommand = z.looseObject({
  protocol: z.int(),
  operation_id: OperationId,
  step: z.string().describe('Name of the step, with the prefix `undo:` for a rollback'),
  vm_id: CommandTarget.describe('Id of what it is about; named `vm_id` for compatibility'),
  generation: z.int().describe('Generation of the VM or snapshot that the command belongs to'),
  sequence: z
    .int()
    .optional()
    .describe(
      'Position of the attempt in the log of its operation: later attempts and the ' +
        'rollback have higher ones. Absent in older servers',
    ),
  action: AgentAction,
  control_plane: ControlPlaneClaim.optional().describe('Absent in older servers'),
  traceparent: z.string().optional().describe('Span of the sender: W3C Trace Context'),
});
export type AgentCommand = z.infer<typeof AgentCommand>;

/** The reply to a command: whether the agent has it in its journal. */
export const AgentAcceptance = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('accepted') }),
  z.looseObject({ kind: z.literal('stale-generation'), current: z.int() }),
  z.looseObject({
    kind: z.literal('superseded'),
    by: z.string().describe('A later attempt or the rollback of the step arrived first'),
  }),
  z.looseObject({ kind: z.literal('not-understood'), message: z.string() }),
  z.looseObject({
    kind: z.literal('not-followed'),
    follows: ControlPlaneTerm.describe('The term that the agent follows instead'),
  }),
]);
export type AgentAcceptance = z.infer<typeof AgentAcceptance>;

/** How a command ended. A `retry` trouble may pass by itself, a `final` one will not. */
export const CommandOutcome = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('succeeded'), machine: Machine.nullable() }),
  z.looseObject({
    kind: z.literal('failed'),
    message: z.string(),
    next: z.enum(['retry', 'final']),
  }),
]);
export type CommandOutcome = z.infer<typeof CommandOutcome>;

/** Published when a command has ended. */
export const AgentCompletion = z.looseObject({
  node: z.string(),
  operation_id: OperationId,
  step: z.string(),
  vm_id: CommandTarget,
  outcome: CommandOutcome,
});
export type AgentCompletion = z.infer<typeof AgentCompletion>;

/** Asks the journal how a command ended. */
export const OutcomeQuery = z.looseObject({
  operation_id: OperationId,
  step: z.string(),
  cancel: z
    .literal('yes')
    .optional()
    .describe('Gives a running migration or import up as well; older agents only answer'),
});
export type OutcomeQuery = z.infer<typeof OutcomeQuery>;

/** `unknown`: the journal has never seen the command; `running`: not ended yet. */
export const OutcomeAnswer = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('unknown') }),
  z.looseObject({ kind: z.literal('running') }),
  z.looseObject({ kind: z.literal('ended'), outcome: CommandOutcome }),
]);
export type OutcomeAnswer = z.infer<typeof OutcomeAnswer>;

/** Everything on a node, for reconciliation. */
export const Inspection = z.looseObject({
  node: z.string(),
  machines: z.array(Machine),
  unread: z
    .array(
      z.looseObject({
        vm_id: VmId,
        reason: z.string().describe('A sentence that names the file'),
      }),
    )
    .optional()
    .describe(
      'Machines that the agent cannot read and leaves alone; absent where it reads all, and in ' +
        'older agents, which do not start then',
    ),
  snapshots: z
    .array(StoredSnapshot)
    .optional()
    .describe('Absent if the node cannot store snapshots'),
});
export type Inspection = z.infer<typeof Inspection>;
