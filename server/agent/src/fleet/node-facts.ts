/** Facts about nodes besides their size, in a fleet description. */
import type { NodeFacts } from '@novacron/contract/fleet/node-facts';
import { VolumeType } from '@novacron/contract/kinds/volume/volume';
import { z } from 'zod';

const MIB_PER_GB = 1_024;

/** No machine has more. */
const NUMA_CELLS_MAX = 64;
const TAINTS_MAX = 32;
const LABELS_MAX = 32;
const BASELINES_MAX = 16;

/** Location fields of a node that the planner itself provides. */
const PLACE_FIELDS: readonly string[] = ['rack', 'zone', 'node'];
const DEVICE_KINDS_MAX = 16;

const Word = z
  .string('must be a name')
  .regex(
    /^[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$/,
    'must have 1 to 63 lower-case letters, digits, dots, dashes or underscores',
  );

const whole = (most: number, unit: string) =>
  z
    .int(`must be a whole number of ${unit}`)
    .min(0, 'must be at least 0')
    .max(most, `must be at most ${most}`);

const ratio = z
  .number('must be a number')
  .min(1, 'must be at least 1')
  .max(16, 'must be at most 16')
  .optional();

const NumaCell = z.strictObject({
  cpu_cores: whole(4_096, 'cores').describe('Unit: cores.'),
  memory_gb: z
    .number('must be a number of GB')
    .min(0, 'must be at least 0')
    .max(65_536, 'must be at most 65536')
    .describe('Unit: GB.'),
});

const Taint = z.strictObject({
  key: Word,
  value: z
    .string('must be a text')
    .regex(/^[A-Za-z0-9._-]{0,63}$/, 'must have at most 63 letters, digits, dots or dashes')
    .optional()
    .describe('Default: empty'),
  effect: z
    .enum(['refuse', 'avoid'], 'must be refuse or avoid')
    .optional()
    .describe('Default: refuse'),
});

/** Label format that VMs use in requests; a comma separates labels on the command line. */
const LabelName = z
  .string('must be a name')
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$/,
    'must have 1 to 63 letters, digits and ./_-, a letter or digit first',
  )
  .refine(
    (name) => !PLACE_FIELDS.includes(name),
    'must not be rack, zone or node: fields have those',
  );
const LabelValue = z
  .string('must be a text')
  .regex(/^[A-Za-z0-9._/-]{0,63}$/, 'must have at most 63 letters, digits and ./_-');

const BaselineName = z
  .string('must be a name')
  .regex(/^[A-Za-z0-9][A-Za-z0-9:._-]{0,62}$/, 'must have 1 to 63 letters, digits and :._-');

const Devices = z.strictObject({
  kind: Word.describe('For example gpu'),
  model: Word.optional().describe('Default: any'),
  count: whole(1_024, 'devices').optional().describe('Default: 1'),
});

/** More than any storage has. Unit: GB. */
const STORAGE_GB_MAX = 1_073_741_824;

const storageGb = z
  .number('must be a number of GB')
  .min(0, 'must be at least 0')
  .max(STORAGE_GB_MAX, `must be at most ${STORAGE_GB_MAX}`)
  .optional();

const STORAGE_FIELDS = {
  pool: Word.describe('Id of the storage: the same on all nodes that share it'),
  sharing: z
    .enum(['shared', 'local'], 'must be shared or local')
    .optional()
    .describe('Default: local'),
  size_gb: storageGb.describe('Default: not known. Unit: GB.'),
  free_gb: storageGb.describe('Default: not known. Unit: GB.'),
};

const Storage = z.strictObject({
  ...STORAGE_FIELDS,
  classes: z
    .partialRecord(VolumeType, z.strictObject(STORAGE_FIELDS))
    .optional()
    .describe('Storage of volumes by storage class. Default: that of the node'),
});

/** The licences of a product. */
export const LicenceField = z.strictObject({
  per: z.enum(['node', 'vm'], 'must be node or vm').describe('What a licence is for'),
  limit: whole(1_000_000, 'licences').describe('Number of licences'),
});

/** The fields of a node that placement rules are about. What is not said is not known. */
export const FACT_FIELDS = {
  numa_cells: z
    .array(NumaCell, 'must be a list of cells')
    .min(1, 'must have at least one cell')
    .max(NUMA_CELLS_MAX, `must have at most ${NUMA_CELLS_MAX} cells`)
    .optional()
    .describe('NUMA cells'),
  cpu_baselines: z
    .array(BaselineName, 'must be a list of CPU baselines')
    .max(BASELINES_MAX, `must have at most ${BASELINES_MAX} CPU baselines`)
    .optional()
    .describe('CPU baselines of a simulated hypervisor, from the least to the most'),
  network_mbps: whole(1_000_000_000, 'Mbit/s').optional().describe('Unit: Mbit/s.'),
  labels: z
    .record(LabelName, LabelValue)
    .refine(
      (labels) => Object.keys(labels).length <= LABELS_MAX,
      `must have at most ${LABELS_MAX} labels`,
    )
    .optional()
    .describe('Names and values that VMs can ask for'),
  taints: z
    .array(Taint, 'must be a list of taints')
    .max(TAINTS_MAX, `must have at most ${TAINTS_MAX} taints`)
    .optional()
    .describe('Keep VMs away that do not tolerate them'),
  devices: z
    .array(Devices, 'must be a list of devices')
    .max(DEVICE_KINDS_MAX, `must have at most ${DEVICE_KINDS_MAX} kinds of devices`)
    .optional()
    .describe('Devices that VMs can have'),
  storage: Storage.optional().describe('Storage of disks that a simulated node announces'),
  overcommit: z
    .strictObject({ cpu: ratio, memory: ratio })
    .optional()
    .describe('Multiples of its cores and memory that the node promises. Default: 1'),
  licences: z
    .record(Word, LicenceField)
    .optional()
    .describe('Licences by product; those of the fleet where it has any'),
} as const;

const FactsOfNode = z.object(FACT_FIELDS);
type FactsOfNode = z.infer<typeof FactsOfNode>;

/** Facts about its hypervisor that a node announces. */
export type HypervisorFacts = NonNullable<NodeFacts['hypervisor']>;

/** The facts that the agent of a node announces; undefined where there are none. */
export function factsOf(node: FactsOfNode, hypervisor?: HypervisorFacts): NodeFacts | undefined {
  const { numa_cells, network_mbps, labels, taints, devices, overcommit, licences } = node;
  const { cpu_baselines, storage } = node;
  const facts: NodeFacts = {
    ...(numa_cells && {
      numa_cells: numa_cells.map(({ cpu_cores, memory_gb }) => ({
        cpu_cores,
        memory_mib: memory_gb * MIB_PER_GB,
      })),
    }),
    ...(cpu_baselines && { cpu_baselines }),
    ...(network_mbps !== undefined && { network_mbps }),
    ...(labels && Object.keys(labels).length > 0 && { labels }),
    ...(taints && {
      taints: taints.map(({ key, value = '', effect = 'refuse' }) => ({ key, value, effect })),
    }),
    ...(devices && {
      devices: devices.map(({ kind, model = 'any', count = 1 }) => ({ kind, model, count })),
    }),
    ...(overcommit && {
      overcommit: { cpu: overcommit.cpu ?? 1, memory: overcommit.memory ?? 1 },
    }),
    ...(licences && {
      licences: Object.entries(licences).map(([name, pool]) => ({ name, ...pool })),
    }),
    ...(storage && { storage: toStorage(storage) }),
    ...(hypervisor && { hypervisor }),
  };
  return Object.keys(facts).length === 0 ? undefined : facts;
}

function toStorage({ classes, ...storage }: z.output<typeof Storage>): NodeFacts['storage'] {
  const ofClasses = Object.entries(classes ?? {}).flatMap(([name, each]) =>
    each === undefined ? [] : [[name, withSharing(each)] as const],
  );
  return {
    ...withSharing(storage),
    ...(classes === undefined ? {} : { classes: Object.fromEntries(ofClasses) }),
  };
}

function withSharing<T extends { readonly sharing?: 'shared' | 'local' | undefined }>(storage: T) {
  return { ...storage, sharing: storage.sharing ?? 'local' };
}

/** The amounts that a node promises: times its overcommit ratios, whole cores and MiB. */
export function overcommitted<
  T extends { readonly cpu_cores: number; readonly memory_mib: number },
>({ overcommit = {} }: Pick<FactsOfNode, 'overcommit'>, amounts: T): T {
  const { cpu = 1, memory = 1 } = overcommit;
  return {
    ...amounts,
    cpu_cores: Math.floor(amounts.cpu_cores * cpu),
    memory_mib: Math.floor(amounts.memory_mib * memory),
  };
}
