/**
 * Counts what each tenant has, from the rows themselves. Every commit that creates or deletes
 * something updates the counts; recounting initializes them, and corrects them where they are
 * wrong.
 */
import { COUNTING_QUOTAS } from '@novacron/contract/kinds/resource-kinds';
import { problem } from '@novacron/contract/problem/problem';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { Change, Snapshot, Store } from '../../../ports/store.ts';
import type { ResourceRow, Tables } from '../../../ports/tables/tables.ts';
import { COUNTED, type TenantQuotaRow } from '../../../ports/tables/tenant-rows.ts';
import {
  type Charge,
  chargeOfSnapshot,
  chargeOfVms,
  newQuotaRow,
} from '../../access/quota/tenant-quota.ts';
import { uploadedMib } from '../../access/quota/upload-quota.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import { amountsReserved } from '../../placement/reservations/reservation-row.ts';
import { amountsOfStandby, chargeOfStandby } from '../../resources/vm/standby/standby-room.ts';
import { desiredIfReadable, mapReadable, readableRows } from '../../rows/answer-resource.ts';
import { RESOURCE_TABLES } from '../../rows/resource-tables.ts';
import { allocationAtHome, amountsHeldBy } from '../../rows/vm-amounts.ts';
import type { CapabilityDeps } from '../deps.ts';

const COUNTED_TABLES = {
  tenants: { from: 'tenants' },
  quotas: { from: 'tenant_quotas' },
  nodes: { from: 'nodes' },
  allocations: { from: 'allocations' },
  vms: { from: 'vms' },
  reservations: { from: 'reservations' },
  standbys: { from: 'standbys' },
  volumes: { from: 'volumes' },
  snapshots: { from: 'snapshots' },
  keys: { from: 'api_keys' },
  roles: { from: 'roles' },
  secrets: { from: 'secrets' },
  channels: { from: 'notification_channels' },
  states: { from: 'terraform_states' },
  stateVersions: { from: 'terraform_state_versions' },
} as const;

/** Kinds of which more is counted than their number, by rules of their own below. */
const WITH_AMOUNTS: readonly ResourceKind[] = ['vm', 'volume', 'snapshot'];

/** The tables whose rows count one each, by their quota. */
const COUNTED_BY_ROW = Object.fromEntries(
  COUNTING_QUOTAS.filter(({ kind }) => !WITH_AMOUNTS.includes(kind)).map(({ quota, kind }) => [
    quota,
    { from: RESOURCE_TABLES[kind] },
  ]),
);

/** Usage counted from rows; uploaded images are files, and series have a store of their own. */
const FROM_ROWS = COUNTED.filter((name) => name !== 'image_mib' && name !== 'metric_series');

/** All counted rows, in one snapshot. */
interface CountedRows extends Snapshot<typeof COUNTED_TABLES> {
  /** The rows that count one each, by their quota. */
  readonly plain: Readonly<Record<string, readonly ResourceRow[]>>;
}

/** Reads the counted rows. */
export async function readCountedBooks(store: Store): Promise<CountedRows> {
  const all = await store.snapshot({ ...COUNTED_BY_ROW, ...COUNTED_TABLES });
  const plain = Object.entries(all).filter(([name]) => Object.hasOwn(COUNTED_BY_ROW, name));
  // These are the tables of kinds of resources.
  return { ...all, plain: Object.fromEntries(plain) as CountedRows['plain'] };
}

/**
 * Counts the usage of every tenant, by its id. A damaged row only counts as present: see
 * `tenantsWithDamage`.
 */
export function countUsage(books: CountedRows): ReadonlyMap<string, Charge> {
  const sums = new Map<string, { -readonly [Name in keyof Charge]: number }>();
  const add = (tenantId: string, charge: Charge): void => {
    const sum = sums.get(tenantId) ?? {};
    for (const name of FROM_ROWS) sum[name] = (sum[name] ?? 0) + (charge[name] ?? 0);
    sums.set(tenantId, sum);
  };
  const byVm = new Map<string, Tables['allocations'][]>();
  for (const allocation of books.allocations) {
    const others = byVm.get(allocation.vm_id);
    if (others === undefined) byVm.set(allocation.vm_id, [allocation]);
    else others.push(allocation);
  }
  for (const vm of books.vms) {
    const allocations = byVm.get(vm.id) ?? [];
    const [held] = mapReadable([vm], () =>
      allocationAtHome(vm, { allocations, nodes: books.nodes }),
    );
    const none = { cpuCores: 0, memoryMib: 0, diskGb: 0 };
    add(vm.tenant_id, chargeOfVms(1, held === undefined ? none : amountsHeldBy(held)));
  }
  for (const row of books.reservations) {
    add(row.tenant_id, chargeOfVms(1, amountsReserved(row)));
  }
  for (const row of books.standbys) {
    if (row.node_id !== null) add(row.tenant_id, chargeOfStandby(amountsOfStandby(row)));
  }
  for (const row of books.volumes) {
    add(row.tenant_id, { volumes: 1, volume_gb: Number(desiredIfReadable(row).size_gb ?? 0) });
  }
  for (const row of books.snapshots) add(row.tenant_id, chargeOfSnapshot(row));
  for (const [quota, rows] of Object.entries(books.plain)) {
    for (const row of rows) add(row.tenant_id, { [quota]: 1 });
  }
  for (const row of books.keys) add(row.tenant_id, { api_keys: 1 });
  for (const row of books.roles) add(row.tenant_id, { roles: 1 });
  for (const row of books.secrets) add(row.tenant_id, { secrets: 1 });
  for (const row of books.channels) add(row.tenant_id, { notification_channels: 1 });
  const ownerOf = new Map<string, string>(books.states.map(({ id, tenant_id }) => [id, tenant_id]));
  // Versions that were restored share their content.
  for (const row of new Map(books.stateVersions.map((each) => [each.content, each])).values()) {
    const owner = ownerOf.get(row.state_id);
    if (owner !== undefined) add(owner, { terraform_state_bytes: row.bytes });
  }
  return sums;
}

/** The tenants with rows whose amounts cannot be read: their counts stay as they are. */
function tenantsWithDamage({ vms, volumes }: CountedRows): ReadonlySet<string> {
  const rows: readonly ResourceRow[] = [...vms, ...volumes];
  const readable = new Set(readableRows(rows));
  const damaged = rows.filter((row) => !readable.has(row));
  return new Set(damaged.map(({ tenant_id }) => tenant_id));
}

/**
 * Initializes the counts of tenants that have none. A store without such tenants costs two reads.
 */
export async function beginCounting(
  deps: Pick<CapabilityDeps, 'store'>,
): Promise<readonly Change[]> {
  const { tenants, quotas } = await deps.store.snapshot({
    tenants: COUNTED_TABLES.tenants,
    quotas: COUNTED_TABLES.quotas,
  });
  const counted = new Set(quotas.map(({ id }) => id));
  if (tenants.every(({ id }) => counted.has(id))) return [];
  const books = await readCountedBooks(deps.store);
  const usage = countUsage(books);
  return books.tenants
    .filter(({ id }) => !counted.has(id))
    .map(({ id }) => ({
      kind: 'insert',
      into: 'tenant_quotas',
      row: newQuotaRow(id, usage.get(id) ?? {}),
      otherwise: problem('conflict', {
        detail: 'Another server counts the same tenants.',
        remedy: 'Start the server again.',
      }),
    }));
}

/**
 * Recounts every tenant and corrects wrong counts. A count that changes meanwhile is left for the
 * next time; one that changes and changes back did so together with the rows.
 * @returns how many tenants were corrected
 */
export async function recountUsage({
  store,
  logger,
  images,
  metricSeries,
}: CapabilityDeps): Promise<number> {
  const books = await readCountedBooks(store);
  const usage = countUsage(books);
  const uploads = images && uploadedMib(images);
  const written = await metricSeries?.countWritten();
  const series = written?.ok === true ? written.value : undefined;
  const unknown = tenantsWithDamage(books);
  let mended = 0;
  for (const row of books.quotas.filter(({ id }) => !unknown.has(id))) {
    const uploaded = uploads === undefined ? row.image_mib_used : (uploads.get(row.id) ?? 0);
    const metric_series = series === undefined ? row.metric_series_used : (series.get(row.id) ?? 0);
    const set = differences(row, { ...usage.get(row.id), image_mib: uploaded, metric_series });
    if (Object.keys(set).length === 0) continue;
    const done = await commitChanges({ store }, [mend(row, set)]);
    if (!done.ok) continue;
    logger.warn({ tenant: row.id, set }, 'the usage counts of a tenant were corrected');
    mended += 1;
  }
  return mended;
}

function differences(row: Tables['tenant_quotas'], used: Charge): Partial<TenantQuotaRow> {
  const wrong = COUNTED.filter((name) => row[`${name}_used`] !== (used[name] ?? 0));
  return Object.fromEntries(wrong.map((name) => [`${name}_used`, used[name] ?? 0]));
}

function mend(row: TenantQuotaRow, set: Partial<TenantQuotaRow>): Change {
  const used = COUNTED.map((name) => [`${name}_used`, row[`${name}_used`]] as const);
  return {
    kind: 'update',
    table: 'tenant_quotas',
    id: row.id,
    set,
    expect: Object.fromEntries(used),
    otherwise: problem('conflict', {
      detail: 'The tenant changed while it was counted.',
      remedy: 'Count again.',
    }),
  };
}
