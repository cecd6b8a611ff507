/** Announcement of a node by its agent: on start and with heartbeats. */
import { z } from 'zod';
import { ControlPlaneClaim, ControlPlaneTerm, RefusedSender } from '../fleet/control-plane.ts';
import { NodeFacts } from '../fleet/node-facts.ts';
import { NetworkMap } from './network-map.ts';

const yesNo = z.enum(['yes', 'no']);

/**
 * Features of the messages of agents that servers announce. `small-beats`: an
 * {@link AgentBeat} in place of an announcement that has not changed. `stop-reason`: why a machine
 * has stopped (`stop_reason`). `guest-addresses`: what guests report (`guest_ip_addresses`).
 * `planned-stop`: that an agent stops on purpose (`planned_stop_ms`). `agent-silence`: heartbeats
 * of a node whose agent does not respond (`agent_silent_ms`). `isolation`: that a machine was
 * stopped because its node was isolated (the `stop_reason` of that name). `foreign-devices`: what
 * was plugged into a machine without a command (`foreign_devices`).
 */
export const AgentFeature = z.enum([
  'small-beats',
  'stop-reason',
  'guest-addresses',
  'planned-stop',
  'agent-silence',
  'isolation',
  'foreign-devices',
]);
export type AgentFeature = z.infer<typeof AgentFeature>;

/** For how long an agent may announce that it will be away, at most. Unit: ms. */
export const PLANNED_STOP_MS_MAX = 1_800_000;

/** Part of each heartbeat, and not of what is announced. */
const agentSilentMs = z
  .int()
  .positive()
  .optional()
  .describe(
    'For how long the agent has not responded to the process that sends its heartbeats: the node ' +
      'is alive, and its agent hangs or has crashed. Absent while it responds',
  );

/** Minimum lease of a guard: longer than a takeover by a server. Unit: ms. */
export const ISOLATION_LEASE_MS_MIN = 60_000;

/**
 * Behaviour of an isolated node. These VMs no longer run `lease_ms` after the node sent the last
 * heartbeat that a server confirmed as stored: they are killed earlier, or the watchdog has reset
 * the host.
 */
export const IsolationGuard = z.looseObject({
  lease_ms: z.int().min(ISOLATION_LEASE_MS_MIN),
  vms: z.array(z.string()).describe('Ids of VMs, sorted'),
});
export type IsolationGuard = z.infer<typeof IsolationGuard>;

/** Said by an agent when it starts, when something of it changes, and from time to time. */
export const AgentAnnouncement = z.looseObject({
  protocol: z.int(),
  node: z.string(),
  zone: z.string(),
  rack: z.string(),
  driver: z.string(),
  release: z.string().optional().describe('Release of the agent, such as 0.1.0'),
  capabilities: z.looseObject({
    hotplugCpu: yesNo,
    hotplugMemory: yesNo,
    hotplugDisk: yesNo,
    liveMigration: yesNo,
    snapshots: yesNo.optional().describe('Supports snapshots of volumes; absent: no'),
    snapshotExport: yesNo.optional().describe('Sends snapshots to the server as files; absent: no'),
    volumeImport: yesNo.optional().describe('Makes volumes from disk images; absent: no'),
    liveRestore: yesNo.optional().describe('Restores a volume while its VM runs; absent: no'),
    nodePower: yesNo.optional().describe('Powers the node off and on; absent: no'),
    migrationRelease: yesNo
      .optional()
      .describe(
        'Records that it has released a migrated VM, and never runs it again. Absent: it ' +
          'takes it back when it is asked to',
      ),
    migrationTransfer: yesNo
      .optional()
      .describe(
        'Encrypts migrations, copies disks that are not shared and reports the release to the ' +
          'target directly; absent: no',
      ),
    coldMigration: yesNo.optional().describe('Moves VMs that are switched off; absent: no'),
    reimage: yesNo.optional().describe('Replaces the root disk of a VM by a new one; absent: no'),
    define: yesNo.optional().describe('Makes a missing VM again around its root disk; absent: no'),
    forget: yesNo
      .optional()
      .describe(
        'Removes a machine without its disk (`forget`) and a disk that the command owns ' +
          '(`delete-disk`); absent: no',
      ),
    firewall: yesNo
      .optional()
      .describe('`no`: stores the firewall of a VM and does not enforce it; absent: enforces it'),
    networks: yesNo
      .optional()
      .describe('Connects VMs of a network, and takes a network map; absent: no'),
    pause: yesNo.optional().describe('Pauses and resumes VMs; absent: no'),
    console: yesNo.optional().describe('Relays serial consoles of VMs; absent: no'),
    consoleTail: yesNo
      .optional()
      .describe('Has the end of what a VM has written to its console, also once it is stopped'),
    deleteVolume: yesNo.optional().describe('Removes the content of volumes; absent: no'),
    volumeEncryption: yesNo.optional().describe('Encrypts volumes; absent: no'),
    reset: yesNo.optional().describe('Resets VMs; absent: no'),
    diskLimits: yesNo.optional().describe('Limits what disks of a VM do; absent: no'),
    uefi: yesNo.optional().describe('Has UEFI firmware for VMs; absent: no'),
    secureBoot: yesNo.optional().describe('Has UEFI firmware with Secure Boot; absent: no'),
    tpm: yesNo.optional().describe('Has virtual TPMs for VMs; absent: no'),
    tpmMigration: yesNo.optional().describe('Moves VMs with a virtual TPM; absent: no'),
    windowsGuests: yesNo.optional().describe('Configures Windows guests from a CD-ROM; absent: no'),
    windowsDrivers: yesNo.optional().describe('Attaches a CD-ROM with drivers; absent: no'),
    passthrough: yesNo.optional().describe('Gives devices of the node to VMs; absent: no'),
    numaBinding: yesNo.optional().describe('Binds VMs to NUMA cells of the node; absent: no'),
    networkLimits: yesNo.optional().describe('Limits what a VM receives and sends; absent: no'),
    guestCheck: yesNo.optional().describe('Says whether a guest is ready; absent: no'),
    healthCheck: yesNo.optional().describe('Checks the health of guests; absent: no'),
    poolHeartbeat: yesNo
      .optional()
      .describe(
        'Writes a heartbeat into its shared storage, which arrives there, and reads those of ' +
          'other nodes; absent: no',
      ),
    isolationGuard: yesNo
      .optional()
      .describe(
        'Stops VMs that ask for it when no server is heard, and has a watchdog that resets the ' +
          'host where that fails; absent: no',
      ),
    severalInterfaces: yesNo
      .optional()
      .describe('Gives a VM further network interfaces; absent: one'),
    guestPorts: yesNo
      .optional()
      .describe('Reaches the addresses of guests, to see whether a port is open'),
  }),
  capacity: z.looseObject({ cpu_cores: z.int(), memory_mib: z.int(), disk_gb: z.int() }),
  class: z.string().max(253).optional().describe('Class of the node, for prices; absent: none'),
  facts: NodeFacts.optional().describe('Absent where nothing is configured'),
  incarnation: z
    .string()
    .optional()
    .describe('Identifies this start of the agent; increases with each start'),
  beat: z.int().optional().describe('Number of the announcement within its incarnation, from 1'),
  lease_ms: z
    .int()
    .optional()
    .describe('Time for which an acknowledged announcement lets the agent accept commands'),
  beat_ms: z
    .int()
    .positive()
    .optional()
    .describe('Interval between heartbeats of the agent; absent: 5 s'),
  agent_silent_ms: agentSilentMs,
  isolation_guard: IsolationGuard.optional().describe(
    'VMs that the node stops when it is isolated; absent: none',
  ),
  follows: ControlPlaneTerm.optional().describe(
    'Absent while the agent has followed no control plane',
  ),
  network_map: z
    .string()
    .optional()
    .describe('Version of the network map that the agent has; absent without one'),
  planned_stop_ms: z
    .int()
    .positive()
    .optional()
    .describe(
      'The agent stops on purpose and expects to be back within this time, counted from this ' +
        'heartbeat; `PLANNED_STOP_MS_MAX` at most. Only while all servers know `planned-stop`',
    ),
  refused: RefusedSender.optional().describe(
    'A sender that was refused within the last minute; of several the first',
  ),
});
export type AgentAnnouncement = z.infer<typeof AgentAnnouncement>;

/**
 * A heartbeat of an agent whose announcement has not changed: on the same subject, and only while
 * every server that was heard lately knows `small-beats`. It counts as a repetition of that
 * announcement; a server that has not heard it asks for it ({@link LeaseRenewal}).
 */
export const AgentBeat = z.looseObject({
  protocol: z.int(),
  node: z.string(),
  incarnation: z.string(),
  beat: z.int(),
  lease_ms: z.int(),
  announced: z.int().describe('Number of the beat that carried the announcement'),
  agent_silent_ms: agentSilentMs,
});
export type AgentBeat = z.infer<typeof AgentBeat>;

/** Sender of a heartbeat: the fields shared by an announcement and an {@link AgentBeat}. */
export const BeatHead = AgentAnnouncement.pick({
  node: true,
  incarnation: true,
  beat: true,
  agent_silent_ms: true,
});
export type BeatHead = z.infer<typeof BeatHead>;

/**
 * A server's acknowledgement of an announcement. The lease runs from the moment at which the agent
 * sent the announcement, so it has surely ended when its length and the drift of clocks have passed
 * since the server's last acknowledgement. Without one the agent has no lease to lose.
 */
export const LeaseRenewal = z.looseObject({
  incarnation: z.string(),
  beat: z.int(),
  control_plane: ControlPlaneClaim.optional(),
  knows: z
    .array(z.string())
    .optional()
    .describe('Each `AgentFeature` that the server knows; absent: none'),
  stored_beat: z
    .int()
    .optional()
    .describe(
      'Number of the last heartbeat of this incarnation that this server has stored: a guard of ' +
        'isolated VMs counts from its sending',
    ),
  guard: z
    .array(z.string())
    .optional()
    .describe(
      'Ids of the VMs that the node is to stop when it is isolated; absent if the announcement ' +
        'named the same ones',
    ),
  wants: z
    .literal('announcement')
    .optional()
    .describe('Asks for the whole announcement at once; with beat 0, which renews nothing'),
  network_map: NetworkMap.optional().describe(
    'For a node that connects networks; absent if the announcement named this version',
  ),
});
export type LeaseRenewal = z.infer<typeof LeaseRenewal>;
