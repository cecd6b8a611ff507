/** Facts of a node besides its size, which placement rules refer to. */
import { z } from 'zod';
import { AnnouncedCondition } from './node-condition.ts';

/** Cores and memory that are near each other. */
export const NodeNumaCell = z.looseObject({
  cpu_cores: z.number().min(0).describe('Unit: cores.'),
  memory_mib: z.number().min(0).describe('Unit: MiB.'),
});

/** A mark that keeps VMs away that do not tolerate it. */
export const NodeTaint = z.looseObject({
  key: z.string(),
  value: z.string(),
  effect: z
    .enum(['refuse', 'avoid'])
    .describe('`refuse`: other VMs are not placed there; `avoid`: with a lower score'),
});

/** Like devices of a node. */
export const NodeDevices = z.looseObject({
  kind: z.string(),
  model: z.string(),
  count: z.int().min(0),
});

/** Licences of a product, which all nodes of a fleet announce alike. */
export const NodeLicence = z.looseObject({
  name: z.string(),
  per: z
    .enum(['node', 'vm'])
    .describe('Scope of a licence: one VM, or one node with any number of such VMs'),
  limit: z.int().min(0).describe('Number of licences'),
});

const STORAGE_FIELDS = {
  pool: z.string().describe('Id of the storage: the same on all nodes that share it'),
  sharing: z.enum(['shared', 'local']).describe('Sharing as declared by the operator'),
  size_gb: z
    .number()
    .min(0)
    .optional()
    .describe('Size of its file system; absent while it is not mounted. Unit: GB.'),
  free_gb: z.number().min(0).optional().describe('Free space. Unit: GB.'),
};

/** The facts of a node. An absent one is not known, which is not the same as none. */
export const NodeFacts = z.looseObject({
  hypervisor: z
    .looseObject({
      version: z.string().describe('Release of the hypervisor, such as 7.2.22'),
      accelerator: z.string().describe('kvm: guests run in hardware; tcg: in software'),
      accelerator_reason: z.string().describe('Reason for this accelerator'),
      cpu_model: z.string().describe('CPU model of guests'),
      vm_limits: z
        .string()
        .optional()
        .describe('scope: each VM has a scope of systemd with limits; none: nothing limits it'),
    })
    .optional()
    .describe('The hypervisor of the node; absent if it is simulated'),
  host: z
    .looseObject({
      kernel: z.string().optional().describe('Release of the kernel'),
      secure_boot: z.boolean().optional().describe('Whether the host has booted by Secure Boot'),
      reboot_required: z.boolean().optional().describe('Whether updates wait for a restart'),
      cpu_flaws: z
        .array(z.string())
        .optional()
        .describe('Flaws of the CPU that the kernel does not mitigate, by its names'),
      memory_merging: z.boolean().optional().describe('Whether equal pages of guests are merged'),
      guest_confinement: z
        .string()
        .optional()
        .describe('Mandatory access control: apparmor, selinux or none'),
      audit_daemon: z.boolean().optional().describe('Whether auditd runs'),
      storage_encrypted: z
        .boolean()
        .optional()
        .describe('Whether dm-crypt encrypts the devices with disks of VMs'),
      usb_storage: z.boolean().optional().describe('Whether the driver of USB disks is loaded'),
      ssh_root_login: z.string().optional().describe('PermitRootLogin of sshd'),
      ssh_passwords: z.boolean().optional().describe('Whether sshd accepts passwords'),
      clock_synchronized: z.boolean().optional().describe('Whether the clock is synchronized'),
    })
    .optional()
    .describe(
      'Protection of the host, for compliance checks; absent if it is simulated, and for other ' +
        'tenants than the platform',
    ),
  host_uuid: z
    .string()
    .optional()
    .describe('UUID of the machine as its firmware has it; absent where the agent cannot read it'),
  numa_cells: z.array(NodeNumaCell).optional().describe('NUMA cells of the node'),
  cpu_baselines: z
    .array(z.string())
    .optional()
    .describe(
      'CPU baselines that guests of the node can have, from the least to the most; absent where ' +
        'none is known',
    ),
  tunnel_address: z
    .string()
    .optional()
    .describe('Address at which other nodes send packets of networks; absent without one'),
  storage: z
    .looseObject({
      ...STORAGE_FIELDS,
      classes: z
        .record(z.string(), z.looseObject(STORAGE_FIELDS))
        .optional()
        .describe('Storage of new volumes by storage class, where a class has one of its own'),
      peers: z
        .array(
          z.looseObject({
            node: z.string().describe('Name of the node'),
            heartbeat: z
              .enum(['moves', 'still'])
              .describe('`still`: it has not moved for a minute or longer'),
          }),
        )
        .optional()
        .describe(
          'Other nodes whose heartbeats were seen moving in this storage: they and this node ' +
            'share it. Absent where the agent does not look',
        ),
    })
    .optional()
    .describe('Storage of disks; absent if it is simulated'),
  network_mbps: z.int().min(0).optional().describe('Network bandwidth. Unit: Mbit/s.'),
  labels: z
    .record(z.string(), z.string())
    .optional()
    .describe('Labels of the node, which `placement.node_labels` of VMs are about'),
  taints: z.array(NodeTaint).optional().describe('Taints; none where it does not say'),
  devices: z.array(NodeDevices).optional().describe('Devices that VMs can have'),
  licences: z.array(NodeLicence).optional().describe('Licences of the fleet'),
  conditions: z
    .array(AnnouncedCondition)
    .optional()
    .describe('Signs of a failure to come that the agent sees now; absent where it sees none'),
  conditions_partial: z
    .literal(true)
    .optional()
    .describe('The agent has not looked everywhere since its start: it may see further conditions'),
  overcommit: z
    .looseObject({ cpu: z.number().min(1), memory: z.number().min(1) })
    .optional()
    .describe('Multiples of its cores and memory that the announced capacity is'),
});
export type NodeFacts = z.infer<typeof NodeFacts>;
