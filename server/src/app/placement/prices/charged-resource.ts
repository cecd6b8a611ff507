/** What a stored resource is charged for, and the prices that it is admitted with. */
import type { JsonObject } from '@novacron/contract/json';
import type { ChargedAmounts, ChargeState } from '@novacron/engine/cost/model/charge';
import type { PricedResource } from '@novacron/engine/cost/plan-price';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { desiredOf, observedOf } from '../../rows/answer-resource.ts';
import { configuredSizes } from '../../rows/observed/grown-size.ts';

const MIB_PER_GB = 1024;

/** Tables of what is charged. */
export const CHARGED_TABLES = ['vms', 'volumes', 'snapshots', 'reservations', 'standbys'] as const;

/** A table of what is charged. */
export type ChargedTable = (typeof CHARGED_TABLES)[number];

/** A row of one of them, with its table. */
export type ChargedRow = {
  readonly [Table in ChargedTable]: { readonly table: Table; readonly row: Tables[Table] };
}[ChargedTable];

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
  /** A change of it is a change by its owner, which is priced anew. */
  readonly configuration: string;
  /** Its price at a node. */
  readonly priced: (at: PricedPlace) => PricedResource;
}

/** What a price depends on besides the resource. */
export interface PricedPlace {
  readonly node: Pick<NodeRow, 'class' | 'zone'> | undefined;
  readonly tenantVms: number;
}

/** Id of the charge of a row: a standby has the id of its VM. */
export function chargeIdOf(table: ChargedTable, id: string): string {
  return table === 'standbys' ? `standby/${id}` : id;
}

/**
 * Reads what is charged of a row.
 * @throws damagedRow
 */
export function toChargeable(charged: ChargedRow): Chargeable {
  switch (charged.table) {
    case 'vms':
      return ofVm(charged.row);
    case 'volumes':
      return ofVolume(charged.row);
    case 'snapshots':
      return ofSnapshot(charged.row);
    case 'reservations':
      return ofReservation(charged.row);
    case 'standbys':
      return ofStandby(charged.row);
  }
}

const STATES: Readonly<Record<string, ChargeState>> = {
  running: 'running',
  stopped: 'stopped',
  preempted: 'stopped',
};

function ofVm(row: Tables['vms']): Chargeable {
  const [desired, observed] = [desiredOf(row), observedOf(row)];
  const amounts = amountsIn(desired);
  const spot = desired.spot === true;
  const { placement = null, requirements = null } = desired;
  const asked = { ...pickSizes(desired), ...configuredSizes(desired) };
  return {
    ...ownerOf(row, desired),
    kind: 'vm',
    state: STATES[String(observed.status)] ?? 'not_charged',
    amounts,
    node: typeof observed.node === 'string' ? observed.node : undefined,
    configuration: JSON.stringify([asked, spot, placement, requirements]),
    priced: (at) => ({ kind: 'vm', amounts, spot, ...placeOf(at) }),
  };
}

function ofVolume(row: Tables['volumes']): Chargeable {
  const desired = desiredOf(row);
  const { status } = observedOf(row);
  const [type, size] = [String(desired.type), Number(desired.size_gb)];
  return {
    ...ownerOf(row, desired),
    kind: 'volume',
    state: status === 'available' || status === 'attached' ? 'stored' : 'not_charged',
    amounts: { cpuCores: 0, memoryMib: 0, diskGb: size },
    node: undefined,
    configuration: JSON.stringify([type, size]),
    priced: () => ({ kind: 'volume', type }),
  };
}

function ofSnapshot(row: Tables['snapshots']): Chargeable {
  const { status } = observedOf(row);
  return {
    ...ownerOf(row, desiredOf(row)),
    kind: 'snapshot',
    state: status === 'available' ? 'stored' : 'not_charged',
    amounts: { cpuCores: 0, memoryMib: 0, diskGb: row.size_gb },
    node: undefined,
    configuration: '',
    priced: () => ({ kind: 'snapshot' }),
  };
}

function ofReservation(row: Tables['reservations']): Chargeable {
  return { ...ofHeld(row, 'reservation'), name: row.name };
}

function ofStandby(row: Tables['standbys']): Chargeable {
  const held = ofHeld(row, 'standby');
  return { ...held, id: chargeIdOf('standbys', row.id) };
}

/** Room that is held costs as much as a VM that has it. */
function ofHeld(
  row: Tables['reservations'] | Tables['standbys'],
  kind: 'reservation' | 'standby',
): Chargeable {
  const { id, tenant_id, cpu_cores, memory_mib, disk_gb } = row;
  const amounts = { cpuCores: cpu_cores, memoryMib: memory_mib, diskGb: disk_gb };
  return {
    id,
    kind,
    tenantId: tenant_id,
    name: id,
    labels: {},
    state: row.node_id === null ? 'not_charged' : 'running',
    amounts,
    node: row.node_id ?? undefined,
    configuration: JSON.stringify(amounts),
    priced: (at) => ({ kind, amounts, spot: false, ...placeOf(at) }),
  };
}

function placeOf({ node, tenantVms }: PricedPlace) {
  return { nodeClass: node?.class ?? null, zone: node?.zone ?? '', tenantVms };
}

function ownerOf(
  row: Tables['vms'] | Tables['volumes'] | Tables['snapshots'],
  desired: JsonObject,
) {
  const { metadata } = desired;
  const labels = Object.entries(typeof metadata === 'object' && metadata !== null ? metadata : {});
  return {
    id: row.id,
    tenantId: row.tenant_id,
    name: row.name,
    labels: Object.fromEntries(labels.map(([name, value]) => [name, String(value)])),
  };
}

function pickSizes({ cpu_cores, memory_gb, disk_gb }: JsonObject): Record<string, number> {
  return {
    cpu_cores: Number(cpu_cores),
    memory_gb: Number(memory_gb),
    disk_gb: Number(disk_gb),
  };
}

function amountsIn({ cpu_cores, memory_gb, disk_gb }: JsonObject): ChargedAmounts {
  return {
    cpuCores: Number(cpu_cores),
    memoryMib: Math.round(Number(memory_gb) * MIB_PER_GB),
    diskGb: Number(disk_gb),
  };
}
