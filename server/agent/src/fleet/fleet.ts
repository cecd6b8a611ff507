/** The fleet: which nodes and storage pools there are, as a document. */

import { AgentAction } from '@novacron/contract/agent/agent-actions';
import type { AgentAnnouncement } from '@novacron/contract/agent/agent-announcement';
import { IN_WORDS } from '@novacron/contract/problem/describe-issue';
import type { Problem } from '@novacron/contract/problem/problem';
import { toValidationProblem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import { FACT_FIELDS, LicenceField, overcommitted } from './node-facts.ts';
import { WorkloadsField } from './workload-fields.ts';

/** More nodes than one process should simulate; a bigger fleet runs agents of its own. */
const FLEET_NODES_MAX = 10_000;

const MEMORY_STEP_GB = 1 / 16;
const MIB_PER_GB = 1_024;

const Name = z
  .string('must be a name')
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    'must have 1 to 63 lower-case letters, digits or dashes, the ends a letter or digit',
  );

const YesNo = z.enum(['yes', 'no'], 'must be yes or no');

/** Capabilities of a node's simulated hypervisor; by default, all but live restores. */
const Capabilities = z.strictObject({
  hotplug_cpu: YesNo.optional().describe('Adds cores to a running VM'),
  hotplug_memory: YesNo.optional().describe('Adds memory to a running VM'),
  hotplug_disk: YesNo.optional().describe('Grows the root disk of a running VM'),
  live_migration: YesNo.optional().describe('Migrates running VMs'),
  snapshots: YesNo.optional().describe('Snapshots of volumes'),
  live_restore: YesNo.optional().describe('Restores a volume of a running VM. Default: no'),
  node_power: YesNo.optional().describe('Powers the node off and on'),
  pause: YesNo.optional().describe('Pauses and resumes VMs'),
  console: YesNo.optional().describe('Relays serial consoles of VMs'),
  reset: YesNo.optional().describe('Resets VMs'),
  tpm: YesNo.optional().describe('Has virtual TPMs for VMs'),
  tpm_migration: YesNo.optional().describe('Moves VMs with a virtual TPM'),
  uefi: YesNo.optional().describe('Has UEFI firmware for VMs'),
  secure_boot: YesNo.optional().describe('Has UEFI firmware with Secure Boot'),
  windows_guests: YesNo.optional().describe('Configures Windows guests'),
  windows_drivers: YesNo.optional().describe('Attaches CD-ROMs with drivers'),
  disk_limits: YesNo.optional().describe('Limits what disks of VMs do'),
  network_limits: YesNo.optional().describe('Limits what VMs receive and send'),
  volume_encryption: YesNo.optional().describe('Encrypts volumes'),
  several_interfaces: YesNo.optional().describe('Connects a VM to several networks'),
  guest_check: YesNo.optional().describe('Says whether guests are ready (`wait_for`)'),
  isolation_guard: YesNo.optional().describe('Stops VMs when the node hears no server'),
});

/** Longest that an action of a simulated hypervisor may take: five minutes. Unit: ms. */
const LATENCY_MS_MAX = 300_000;

/** A day: longer than anything waits, which is how a guest is never ready. Unit: ms. */
const GUEST_BOOT_MS_MAX = 86_400_000;

const LatencyEnd = z
  .int('must be a whole number of milliseconds')
  .min(0, 'must be at least 0')
  .max(LATENCY_MS_MAX, `must be at most ${LATENCY_MS_MAX}`)
  .describe('Unit: ms.');

/** A host has no more of them. */
const FAILING_DISKS_MAX = 32;

/** Duration of an action: uniformly distributed between the bounds. */
const Latency = z
  .strictObject({ min: LatencyEnd, max: LatencyEnd })
  .refine(({ min, max }) => min <= max, 'min must be at most max');
const ACTION_KINDS = AgentAction.options.map(({ shape }) => shape.kind.value);

/** One node of the fleet. */
export const FleetNode = z.strictObject({
  name: Name.describe('Name of the node, unique in the fleet'),
  zone: Name.describe('Availability zone'),
  rack: Name.describe('Rack within the zone'),
  cpu_cores: z
    .int('must be a whole number of cores')
    .min(1, 'must be at least 1')
    .max(4_096, 'must be at most 4096')
    .describe('Unit: cores.'),
  memory_gb: z
    .number('must be a number of GB')
    .min(MEMORY_STEP_GB, 'must be at least 0.0625')
    .max(65_536, 'must be at most 65536')
    .multipleOf(MEMORY_STEP_GB, 'must be a multiple of 0.0625 (64 MiB)')
    .describe('Unit: GB.'),
  disk_gb: z
    .int('must be a whole number of GB')
    .min(1, 'must be at least 1')
    .max(1_048_576, 'must be at most 1048576')
    .describe('Unit: GB.'),
  capabilities: Capabilities.optional().describe('Capabilities of the hypervisor'),
  class: Name.optional().describe('Class of the node, which price lists name'),
  ...FACT_FIELDS,
  latency_ms: z
    .partialRecord(z.enum(ACTION_KINDS), Latency)
    .optional()
    .describe('Duration of actions of the simulated hypervisor. Default: 0'),
  guest_boot_ms: z
    .int('must be a whole number of milliseconds')
    .min(0, 'must be at least 0')
    .max(GUEST_BOOT_MS_MAX, `must be at most ${GUEST_BOOT_MS_MAX}`)
    .optional()
    .describe('Time after its start in which a simulated guest is ready. Unit: ms. Default: 2000'),
  failing_disks: z
    .array(Name, 'must be a list of disks')
    .max(FAILING_DISKS_MAX, `must have at most ${FAILING_DISKS_MAX} disks`)
    .optional()
    .describe('Disks of a simulated node that expect to fail, such as sda'),
});
export type FleetNode = z.infer<typeof FleetNode>;

const StoragePool = z.strictObject({
  size_gb: z
    .int('must be a whole number of GB')
    .min(0, 'must be at least 0')
    .max(1_073_741_824, 'must be at most 1073741824')
    .describe('Unit: GB.'),
});

/** The whole fleet. */
export const Fleet = z
  .strictObject({
    nodes: z
      .array(FleetNode, 'must be a list of nodes')
      .min(1, 'must have at least one node')
      .max(FLEET_NODES_MAX, `must have at most ${FLEET_NODES_MAX} nodes`),
    licences: z.record(Name, LicenceField).optional().describe('Licences by product'),
    workloads: WorkloadsField.optional().describe('Demand that simulated VMs share'),
    storage_pools: z.strictObject({ ssd: StoragePool, hdd: StoragePool, nvme: StoragePool }),
  })
  .superRefine(({ nodes }, context) => {
    const seen = new Set<string>();
    for (const [index, { name }] of nodes.entries()) {
      if (seen.has(name)) {
        const message = `another node is called ${name} already`;
        context.addIssue({ code: 'custom', path: ['nodes', index, 'name'], message });
      }
      seen.add(name);
    }
  });
export type Fleet = z.infer<typeof Fleet>;

/**
 * Reads a fleet description, such as a parsed YAML or JSON file.
 * @returns `validation-failed` with every field that is wrong
 */
export function parseFleet(document: unknown): Result<Fleet, Problem> {
  const parsed = Fleet.safeParse(document, IN_WORDS);
  if (parsed.success) return ok(withLicences(parsed.data));
  return err(toValidationProblem(parsed.error, 'The fleet description'));
}

/** Each node with the licences of the fleet, which its agent announces. */
function withLicences(fleet: Fleet): Fleet {
  const { licences } = fleet;
  if (licences === undefined) return fleet;
  return { ...fleet, nodes: fleet.nodes.map((node) => ({ ...node, licences })) };
}

const NODES = 12;
const NODES_PER_RACK = 2;
const RACKS_PER_ZONE = 2;
const ZONES = ['zone-a', 'zone-b', 'zone-c'] as const;

/** The fleet of a server without a fleet file: 12 nodes, 6 racks, 3 zones. */
export function defaultFleet(): Fleet {
  const nodes = Array.from({ length: NODES }, (_, index): FleetNode => {
    const rack = Math.floor(index / NODES_PER_RACK);
    return {
      name: `node-${String(index + 1).padStart(2, '0')}`,
      zone: ZONES[Math.floor(rack / RACKS_PER_ZONE)] ?? ZONES[0],
      rack: `rack-${rack + 1}`,
      cpu_cores: 32,
      memory_gb: 128,
      disk_gb: 2_000,
      numa_cells: [
        { cpu_cores: 16, memory_gb: 64 },
        { cpu_cores: 16, memory_gb: 64 },
      ],
      network_mbps: 25_000,
    };
  });
  return {
    nodes,
    storage_pools: {
      ssd: { size_gb: 20_000 },
      hdd: { size_gb: 100_000 },
      nvme: { size_gb: 10_000 },
    },
  };
}

/** Returns the capabilities of a node's simulated hypervisor, as its agent announces them. */
export function capabilitiesOf({
  capabilities = {},
}: FleetNode): AgentAnnouncement['capabilities'] {
  return {
    hotplugCpu: capabilities.hotplug_cpu ?? 'yes',
    hotplugMemory: capabilities.hotplug_memory ?? 'yes',
    hotplugDisk: capabilities.hotplug_disk ?? 'yes',
    liveMigration: capabilities.live_migration ?? 'yes',
    snapshots: capabilities.snapshots ?? 'yes',
    // Guests do not expect their disks to change under them, so few hypervisors offer it.
    liveRestore: capabilities.live_restore ?? 'no',
    nodePower: capabilities.node_power ?? 'yes',
    migrationRelease: 'yes',
    coldMigration: 'yes',
    reimage: 'yes',
    define: 'yes',
    forget: 'yes',
    deleteVolume: 'yes',
    volumeEncryption: capabilities.volume_encryption ?? 'yes',
    volumeImport: 'yes',
    pause: capabilities.pause ?? 'yes',
    reset: capabilities.reset ?? 'yes',
    console: capabilities.console ?? 'yes',
    tpm: capabilities.tpm ?? 'yes',
    tpmMigration: capabilities.tpm_migration ?? 'yes',
    uefi: capabilities.uefi ?? 'yes',
    secureBoot: capabilities.secure_boot ?? 'yes',
    windowsGuests: capabilities.windows_guests ?? 'yes',
    windowsDrivers: capabilities.windows_drivers ?? 'yes',
    diskLimits: capabilities.disk_limits ?? 'yes',
    networkLimits: capabilities.network_limits ?? 'yes',
    numaBinding: 'yes',
    passthrough: 'yes',
    consoleTail: 'yes',
    guestCheck: capabilities.guest_check ?? 'yes',
    healthCheck: capabilities.guest_check ?? 'yes',
    guestPorts: capabilities.guest_check ?? 'yes',
    isolationGuard: capabilities.isolation_guard ?? 'yes',
    severalInterfaces: capabilities.several_interfaces ?? 'yes',
  };
}

/** Returns the capacity of a node, in its agent's units: with overcommit, more than it has. */
export function capacityOf(node: FleetNode): {
  readonly cpu_cores: number;
  readonly memory_mib: number;
  readonly disk_gb: number;
} {
  const { cpu_cores, memory_gb, disk_gb } = node;
  return overcommitted(node, { cpu_cores, memory_mib: memory_gb * MIB_PER_GB, disk_gb });
}
