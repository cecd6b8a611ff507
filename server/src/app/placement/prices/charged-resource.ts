/** What a stored resource is charged for, and the prices that it is admitted with. */
import { isRecord, type JsonObject } from '@novacron/contract/json';
import type { SnapshotStatus } from '@novacron/contract/kinds/snapshot/snapshot';
import type { VolumeStatus } from '@novacron/contract/kinds/volume/volume';
import type {
  ChargedAmounts,
  ChargedKind,
  ChargeState,
  OpenCharge,
} from '@novacron/engine/cost/model/charge';
import type { PricedResource } from '@novacron/engine/cost/plan-price';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { configuredSizes } from '../../rows/observed/grown-size.ts';
import { parseStored } from '../../rows/parse-stored.ts';

const MIB_PER_GB = 1024;

/** Tables of what is charged. */
export const CHARGED_TABLES = [
  'vms',
  'volumes',
  'snapshots',
  'reservations',
  'standbys',
  'tenant_quotas',
] as const;

/** A table of what is charged. */
export type ChargedTable = (typeof CHARGED_TABLES)[number];

/** Columns of a row, or of what a row will be. */
export type Columns = Readonly<Record<string, unknown>>;

/** A row of one of them, with its table. */
export interface ChargedRow {
  readonly table: ChargedTable;
  readonly row: Columns;
}

/** What is charged of a row, without its price. */
export interface Chargeable {
  readonly id: string;
  readonly kind: PricedResource['kind'];
  readonly tenantId: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly state: ChargeState;
  readonly amounts: ChargedAmounts;
  /** Name or id of its node; undefined: it has none. */
  readonly node: string | undefined;
  /** Networks in each of which it holds an address. */
  readonly networkIds: readonly string[];
  /** A change of it is a change by its owner, which gets new prices. */
  readonly configuration: string;
  /** Its price at a node. */
  readonly priced: (at: PricedPlace) => PricedResource;
}

/** What a price depends on besides the resource. */
export interface PricedPlace {
  readonly node: Pick<NodeRow, 'class' | 'zone'> | undefined;
  readonly addressClasses: readonly (string | null)[];
  readonly tenantVms: number;
}

/** Prefixes of ids of charges whose rows have the ids of something else: a VM, or a tenant. */
const PREFIXES: Readonly<Partial<Record<ChargedTable, string>>> = {
  standbys: 'standby/',
  tenant_quotas: 'image/',
};

/** Id of the charge of a row. */
export function chargeIdOf(table: ChargedTable, id: string): string {
  return `${PREFIXES[table] ?? ''}${id}`;
}

/** The tables of kinds of what is charged. */
const TABLE_OF: Readonly<Record<ChargedKind, ChargedTable>> = {
  vm: 'vms',
  standby: 'standbys',
  reservation: 'reservations',
  volume: 'volumes',
  snapshot: 'snapshots',
  image: 'tenant_quotas',
};

/** The row that a charge belongs to. */
export function rowOfCharge({ id, kind }: Pick<OpenCharge, 'id' | 'kind'>): {
  readonly table: ChargedTable;
  readonly id: string;
} {
  const table = TABLE_OF[kind];
  return { table, id: id.slice((PREFIXES[table] ?? '').length) };
}

/** Reads what is charged of a row; undefined for one that is damaged. */
export function toChargeable({ table, row }: ChargedRow): Chargeable | undefined {
  switch (table) {
    case 'vms':
      return ofVm(row);
    case 'volumes':
      return ofVolume(row);
    case 'snapshots':
      return ofSnapshot(row);
    case 'reservations':
      return { ...ofHeld(row, 'reservation'), name: String(row.name) };
    case 'standbys':
      return { ...ofHeld(row, 'standby'), id: chargeIdOf(table, String(row.id)) };
    case 'tenant_quotas':
      return ofImages(row);
  }
}

const STATES: Readonly<Record<string, ChargeState>> = {
  running: 'running',
  stopped: 'stopped',
  preempted: 'stopped',
};

/** The documents of a resource; undefined where one is damaged. */
function documentsOf({ desired_json, observed_json }: Columns) {
  const desired = parseStored<JsonObject>(String(desired_json));
  const observed = parseStored<JsonObject>(String(observed_json));
  return desired === undefined || observed === undefined ? undefined : { desired, observed };
}

function ofVm(row: Columns): Chargeable | undefined {
  const documents = documentsOf(row);
  if (documents === undefined) return undefined;
  const { desired, observed } = documents;
  const amounts = amountsIn(desired);
  const spot = desired.spot === true;
  const { cpu_cores, memory_gb, disk_gb, placement = null, requirements = null } = desired;
  const asked = { cpu_cores, memory_gb, disk_gb, ...configuredSizes(desired) };
  const networkIds = networksIn(desired);
  return {
    ...ownerOf(row, desired),
    kind: 'vm',
    state: STATES[String(observed.status)] ?? 'not_charged',
    amounts,
    node: typeof observed.node === 'string' ? observed.node : undefined,
    networkIds,
    configuration: JSON.stringify([asked, spot, placement, requirements, networkIds]),
    priced: (at) => ({ kind: 'vm', amounts, spot, ...placeOf(at) }),
  };
}

/** What has neither a node nor addresses. */
const UNPLACED = { node: undefined, networkIds: [] } as const;

function networksIn({ network_id, further_network_ids }: JsonObject): readonly string[] {
  const further = Array.isArray(further_network_ids) ? further_network_ids : [];
  return [network_id, ...further].flatMap((id) => (typeof id === 'string' ? id : []));
}

function ofVolume(row: Columns): Chargeable | undefined {
  const documents = documentsOf(row);
  if (documents === undefined) return undefined;
  const { desired, observed } = documents;
  const [type, size] = [String(desired.type), Number(desired.size_gb)];
  return {
    ...ownerOf(row, desired),
    kind: 'volume',
    state: isStored(observed) ? 'stored' : 'not_charged',
    amounts: { cpuCores: 0, memoryMib: 0, diskGb: size },
    ...UNPLACED,
    configuration: JSON.stringify([type, size]),
    priced: () => ({ kind: 'volume', type }),
  };
}

function ofSnapshot(row: Columns): Chargeable | undefined {
  const documents = documentsOf(row);
  if (documents === undefined) return undefined;
  const { desired, observed } = documents;
  return {
    ...ownerOf(row, desired),
    kind: 'snapshot',
    state: isStored(observed) ? 'stored' : 'not_charged',
    amounts: { cpuCores: 0, memoryMib: 0, diskGb: Number(row.size_gb) },
    ...UNPLACED,
    configuration: '',
    priced: () => ({ kind: 'snapshot' }),
  };
}

/** Statuses of volumes and snapshots whose contents are there. */
const STORED: readonly (VolumeStatus | SnapshotStatus)[] = [
  'available',
  'attached',
  'ready',
  'restoring',
];

function isStored({ status }: JsonObject): boolean {
  return STORED.some((stored) => stored === status);
}

/** The uploaded images of a tenant, together. */
function ofImages({ id, image_mib_used }: Columns): Chargeable {
  const [tenantId, mib] = [String(id), Number(image_mib_used)];
  return {
    id: chargeIdOf('tenant_quotas', tenantId),
    kind: 'image',
    tenantId,
    name: 'images',
    labels: {},
    state: mib > 0 ? 'stored' : 'not_charged',
    amounts: { cpuCores: 0, memoryMib: 0, diskGb: mib / MIB_PER_GB },
    ...UNPLACED,
    configuration: String(mib),
    priced: () => ({ kind: 'image' }),
  };
}

/** Room that is held costs as much as a VM that has it. */
function ofHeld(row: Columns, kind: 'reservation' | 'standby'): Chargeable {
  const { id, tenant_id, node_id, cpu_cores, memory_mib, disk_gb } = row;
  const [cpuCores, memoryMib, diskGb] = [cpu_cores, memory_mib, disk_gb].map(Number);
  const amounts = { cpuCores: cpuCores ?? 0, memoryMib: memoryMib ?? 0, diskGb: diskGb ?? 0 };
  return {
    id: String(id),
    kind,
    tenantId: String(tenant_id),
    name: String(id),
    labels: {},
    state: node_id == null ? 'not_charged' : 'running',
    amounts,
    node: typeof node_id === 'string' ? node_id : undefined,
    networkIds: [],
    configuration: JSON.stringify(amounts),
    priced: (at) => ({ kind, amounts, spot: false, ...placeOf(at) }),
  };
}

function placeOf({ node, tenantVms, addressClasses }: PricedPlace) {
  return { nodeClass: node?.class ?? null, zone: node?.zone ?? '', tenantVms, addressClasses };
}

function ownerOf({ id, tenant_id, name }: Columns, { metadata }: JsonObject) {
  const labels = Object.entries(isRecord(metadata) ? metadata : {});
  return {
    id: String(id),
    tenantId: String(tenant_id),
    name: String(name),
    labels: Object.fromEntries(labels.map(([label, value]) => [label, String(value)])),
  };
}

function amountsIn({ cpu_cores, memory_gb, disk_gb }: JsonObject): ChargedAmounts {
  return {
    cpuCores: Number(cpu_cores),
    memoryMib: Math.round(Number(memory_gb) * MIB_PER_GB),
    diskGb: Number(disk_gb),
  };
}
