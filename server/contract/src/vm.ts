/** Virtual machines: the resource table's rows of kind `vm` and their requests. */
import { z } from 'zod';
import { computed, createShape, type EffectOf, field, specShape, updateShape } from './field.ts';
import { NetworkId, TemplateId, VmId } from './ids.ts';
import { Labels, ResourceName, resourceSchema } from './resource.ts';
import { AntiAffinityGroup, VmPlacement } from './vm-placement.ts';

/** Life of a VM as its agent reports it. */
export const VmStatus = z.enum(['creating', 'running', 'stopped', 'failed', 'deleting', 'unknown']);
export type VmStatus = z.infer<typeof VmStatus>;

/** An interface of a VM. */
export const NetworkInterface = z.looseObject({
  network_id: NetworkId.describe('Id of the network'),
  ip_address: z.string().describe('Address in the network'),
  mac_address: z.string().describe('Hardware address'),
});
export type NetworkInterface = z.infer<typeof NetworkInterface>;

const MEMORY_STEP_GB = 1 / 16;

const growsLive =
  (capability: 'hotplugCpu' | 'hotplugMemory'): EffectOf =>
  (before, after, capabilities) =>
    Number(after) > Number(before) && capabilities[capability] === 'yes' ? 'live' : 'restart';

const diskEffect: EffectOf = (before, after, capabilities) => {
  if (Number(after) < Number(before)) return 'data-loss';
  return capabilities.hotplugDisk === 'yes' ? 'live' : 'restart';
};

/** The resource table of VMs, one row a field. */
export const VM_FIELDS = {
  name: field({
    schema: ResourceName,
    description: 'Name of the VM, unique within the tenant.',
    presence: 'required',
    example: 'web-server-01',
  }),
  cpu_cores: field({
    schema: z.int().min(1).max(1024),
    description: 'Number of virtual CPU cores.',
    unit: 'cores',
    presence: 'required',
    effectOf: growsLive('hotplugCpu'),
    driftClass: 'cost',
    example: 4,
  }),
  memory_gb: field({
    schema: z
      .number()
      .min(MEMORY_STEP_GB, 'must be at least 0.0625')
      .max(24_576)
      .multipleOf(MEMORY_STEP_GB, 'must be a multiple of 0.0625 (64 MiB)'),
    description: 'Memory of the guest, in steps of 0.0625 (64 MiB).',
    unit: 'GB',
    presence: 'required',
    effectOf: growsLive('hotplugMemory'),
    driftClass: 'cost',
    example: 8,
  }),
  disk_gb: field({
    schema: z.int().min(1).max(65_536),
    description: 'Size of the root disk. It can grow; a smaller one is a new VM.',
    unit: 'GB',
    presence: 'required',
    effectOf: diskEffect,
    driftClass: 'cost',
    example: 100,
  }),
  network_id: field({
    schema: NetworkId,
    description: 'Id of the network that the VM is connected to; none when absent.',
    presence: 'optional',
    driftClass: 'security',
    references: 'network',
    example: 'net_01jd3v6t7re3h8z9k2m4n5p6q7',
  }),
  template_id: field({
    schema: TemplateId,
    description: 'Id of the template that the VM boots from; the built-in `default` when absent.',
    presence: 'optional',
    effectOf: () => 'data-loss',
    driftClass: 'security',
    references: 'template',
    example: 'tpl_01jd3v6t7re3h8z9k2m4n5p6q7',
  }),
  metadata: field({
    schema: Labels,
    description: 'Labels of the VM: names and values for people, selectors and policies.',
    presence: 'optional',
    example: { environment: 'production', tier: 'web' },
  }),
  anti_affinity: field({
    schema: AntiAffinityGroup,
    description:
      'Name of a group of VMs: no two VMs of the tenant that name the same one share a node, ever.',
    presence: 'optional',
    driftClass: 'availability',
    example: 'web',
  }),
  placement: field({
    schema: VmPlacement,
    description:
      'What the VM asks of its place. A change is checked against where the VM is and decides ' +
      'where it goes from then on; it moves nothing by itself.',
    presence: 'optional',
    driftClass: 'availability',
    example: { strategy: 'spread', zone: 'zone-a', spread_domain: 'rack' },
  }),
  node: computed(
    z.string().nullable(),
    'Name of the node that the VM runs on. NovaCron may move the VM, which is never drift.',
    'node-01',
  ),
  ip_address: computed(
    z.string().nullable().prefault(null),
    'Address in the network, chosen by NovaCron and kept until the VM leaves the network; null ' +
      'without a network.',
    '10.0.14.7',
  ),
  mac_address: computed(
    z.string().nullable().prefault(null),
    'Hardware address of the interface: the same for all of its life; null without a network.',
    '02:1c:42:9a:5e:07',
  ),
  network_interfaces: computed(
    z.array(NetworkInterface).prefault([]),
    'The interfaces of the VM: one when it is connected to a network.',
    [
      {
        network_id: 'net_01jd3v6t7re3h8z9k2m4n5p6q7',
        ip_address: '10.0.14.7',
        mac_address: '02:1c:42:9a:5e:07',
      },
    ],
  ),
  status: computed(VmStatus, 'What the VM is doing.', 'running'),
} as const;

/** A VM as answers carry it. */
export const Vm = resourceSchema(VmId, VM_FIELDS);
export type Vm = z.infer<typeof Vm>;

/** What a VM shall be: the fields that people set. */
export const VmSpec = z.looseObject(specShape(VM_FIELDS));
export type VmSpec = z.infer<typeof VmSpec>;

/** What a request to create one carries, and one to change it. */
export const VmCreate = z.strictObject(createShape(VM_FIELDS));
export const VmUpdate = z.strictObject(updateShape(VM_FIELDS));
