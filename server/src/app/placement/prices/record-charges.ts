/**
 * Records what resources are charged: each commit that changes one has the changes of the ledger in
 * it, so none is missed and none is counted twice. Prices are those of the admission.
 */
import type { ChargedAmounts, ChargeState, OpenCharge } from '@novacron/engine/cost/model/charge';
import { type ChargeChange, planCharge } from '@novacron/engine/cost/plan-charge';
import { planPrice } from '@novacron/engine/cost/plan-price';
import type { Clock } from '@novacron/runtime/clock';
import type { Change, ChangeSet, Store } from '../../../ports/store.ts';
import type { ChargeRow } from '../../../ports/tables/cost-rows.ts';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { aroundCommits } from '../../kernel/write/commit-changes.ts';
import { isOutOfContact } from '../../rows/observed/node-suspicion.ts';
import { OWN_PRINCIPALS } from '../../rows/own-principals.ts';
import { fullRateOf, toChargeRow, toIntervalRow, toOpenCharge } from './charge-rows.ts';
import {
  CHARGED_TABLES,
  type Chargeable,
  type ChargedRow,
  type ChargedTable,
  chargeIdOf,
  toChargeable,
} from './charged-resource.ts';
import { OVERTAKEN, planRates, type RateMove } from './move-rates.ts';
import type { PriceBook } from './price-book.ts';
import type { SpentReader } from './read-spent.ts';

/** Attempts where another server charges the same resource meanwhile. */
const ATTEMPTS_MAX = 8;

/** What recording charges needs. */
export interface ChargeDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly prices: Pick<PriceBook, 'current' | 'isCharging'>;
  readonly spentBy: SpentReader;
}

/** Wraps a store, so that what it commits is charged. */
export function chargeCommits({ store, clock, prices, spentBy }: ChargeDeps): Store {
  const deps = { store, clock, prices, spentBy };
  return aroundCommits(store, async (changes, commit, commitOther) => {
    const touched = prices.isCharging() ? findTouched(changes) : NOTHING;
    if (touched.size === 0) return commit();
    for (let attempt = 1; ; attempt += 1) {
      const planned = await planTouched(deps, touched);
      const moves = isAdmission(changes) ? planned.moves : planned.moves.map(unasked);
      const rates = await planRates(deps, moves);
      if (!rates.ok) return rates;
      const done = await commitOther([...changes, ...planned.changes, ...rates.value]);
      const isOvertaken = !done.ok && done.error.data?.charging === true;
      if (!isOvertaken || attempt >= ATTEMPTS_MAX) return done;
    }
  });
}

/**
 * Whether the changes admit a write that budgets may refuse. A new member in the place of one that
 * is deleted already is part of its recovery, and a change back part of a failed operation.
 */
function isAdmission(changes: ChangeSet): boolean {
  return changes.some((change) => {
    if (change.kind !== 'insert' || change.into !== 'operations') return false;
    const { kind, created_by: by } = change.row;
    const isReplacement = kind === 'vm.create' && by === OWN_PRINCIPALS.platform;
    return !isReplacement && by !== OWN_PRINCIPALS.rollback;
  });
}

function unasked(move: RateMove): RateMove {
  return { ...move, isAsked: false };
}

/** What some changes do to the ledger, and to the rates of tenants. */
export interface PlannedCharges {
  readonly changes: ChangeSet;
  readonly moves: readonly RateMove[];
}

/** Resources before and after the changes, by the id of their charge. */
interface Touched {
  readonly table: ChargedTable;
  readonly id: string;
  /** Columns that the changes set; undefined: the row is deleted. */
  readonly set: Readonly<Record<string, unknown>> | undefined;
  /** Whether the changes have the whole row. */
  readonly isWhole: boolean;
}

const NOTHING: ReadonlyMap<string, Touched> = new Map();

/** A stored row of what is charged. */
export interface StoredResource {
  readonly table: ChargedTable;
  readonly id: string;
  /** `gone`: a charge is there, and no row. */
  readonly is: 'stored' | 'gone';
}

/**
 * Plans the charges of rows as they are stored: opens those that are missing, prices those without
 * a price where a list has one, and ends those of rows that are gone.
 */
export async function planStoredCharges(
  deps: ChargeDeps,
  resources: readonly StoredResource[],
): Promise<ChangeSet> {
  const touched = resources.map(({ table, id, is }) => {
    const set = is === 'gone' ? undefined : {};
    return [chargeIdOf(table, id), { table, id, set, isWhole: false }] as const;
  });
  const { changes, moves } = await planTouched(deps, new Map(touched));
  const rates = await planRates(deps, moves.map(unasked));
  return rates.ok ? [...changes, ...rates.value] : changes;
}

/** Plans the changes of the ledger that belong to changes of resources. */
async function planTouched(
  { store, clock, prices }: Pick<ChargeDeps, 'store' | 'clock' | 'prices'>,
  touched: ReadonlyMap<string, Touched>,
): Promise<PlannedCharges> {
  if (touched.size === 0) return { changes: [], moves: [] };
  const found = await readRows(store, touched);
  const resources = [...touched].map(([chargeId, each]) => {
    const known = found.rows.get(chargeId);
    const after = readable(mergeRow(known, each));
    return { ...each, row: found.charges.get(chargeId), before: readable(known), after };
  });
  const around = await readAround(
    store,
    resources.flatMap(({ after }) => after ?? []),
  );
  const list = prices.current();
  const nowMs = clock.nowMs();
  const isTaken = [...touched.values()].some(isEndedReservation);
  const planned = resources.flatMap(({ row, before, after, set }): PlannedCharges[] => {
    const open = row === undefined ? undefined : toOpenCharge(row);
    // A damaged row is charged as before, until it can be read again.
    if (after === undefined && set !== undefined) return [];
    if (after === undefined) {
      const moves = moveOf(row, undefined);
      return [{ changes: toChanges(row, planCharge(open, undefined, nowMs)), moves }];
    }
    const isSame = before?.configuration === after.configuration;
    const place = {
      node: after.node === undefined ? undefined : around.nodes.get(after.node),
      // A VM that takes a reservation was counted with it.
      tenantVms: (around.vms.get(after.tenantId) ?? 0) + (before || isTaken ? 0 : 1),
    };
    const { id, kind, tenantId, name, labels, amounts } = after;
    const state = stateAt(after, place.node);
    const kept = open !== undefined && isSame ? open.price : null;
    const price = kept ?? planPrice(list, after.priced(place));
    const group = around.groups.get(id);
    const charged = { id, kind, tenantId, name, labels, group, state, amounts, price };
    const isAsked = !isSame && kind !== 'standby' && !shrinks(before?.amounts, amounts);
    const moves = moveOf(row, { tenantId, rate: fullRateOf(charged), isAsked });
    return [{ changes: toChanges(row, planCharge(open, charged, nowMs)), moves }];
  });
  return {
    changes: planned.flatMap((each) => each.changes),
    moves: planned.flatMap(({ moves }) => moves),
  };
}

/** How the full rate of a resource changes the rate of its tenant. */
function moveOf(
  row: ChargeRow | undefined,
  after:
    | { readonly tenantId: string; readonly rate: number; readonly isAsked: boolean }
    | undefined,
): readonly RateMove[] {
  const tenantId = after?.tenantId ?? row?.tenant_id;
  const amount = (after?.rate ?? 0) - (row?.full_rate ?? 0);
  if (tenantId === undefined || amount === 0) return [];
  return [{ tenantId, amount, isAsked: after?.isAsked ?? false }];
}

function shrinks(before: ChargedAmounts | undefined, after: ChargedAmounts): boolean {
  if (before === undefined) return false;
  const less = [
    after.cpuCores - before.cpuCores,
    after.memoryMib - before.memoryMib,
    after.diskGb - before.diskGb,
  ];
  return less.every((each) => each <= 0) && less.some((each) => each < 0);
}

/** What ran on a node that is out of contact may run or not. */
function stateAt(
  { kind, state }: Pick<Chargeable, 'kind' | 'state'>,
  node: NodeRow | undefined,
): ChargeState {
  const isUnknown = kind === 'vm' && state === 'running' && node && isOutOfContact(node);
  return isUnknown ? 'not_charged' : state;
}

function isEndedReservation({ table, set }: Touched): boolean {
  return table === 'reservations' && set === undefined;
}

function readable(charged: ChargedRow | undefined): Chargeable | undefined {
  return charged && toChargeable(charged);
}

/** The changes of the ledger; an earlier writer of the same charge makes them fail. */
function toChanges(row: ChargeRow | undefined, planned: ChargeChange | undefined): ChangeSet {
  if (planned === undefined) return [];
  const { ended, open } = planned;
  const interval: ChangeSet =
    ended === undefined
      ? []
      : [
          {
            kind: 'insert',
            into: 'charge_intervals',
            row: toIntervalRow(ended),
            otherwise: OVERTAKEN,
          },
        ];
  return [...interval, ...toChargeChange(row, open)];
}

function toChargeChange(row: ChargeRow | undefined, open: OpenCharge | undefined): ChangeSet {
  const otherwise = OVERTAKEN;
  if (row === undefined) {
    if (open === undefined) return [];
    return [{ kind: 'insert', into: 'charges', row: toChargeRow(open, 1), otherwise }];
  }
  const expect = { version: row.version };
  if (open === undefined) {
    return [{ kind: 'delete', from: 'charges', id: row.id, expect, otherwise }];
  }
  const { id, ...set } = toChargeRow(open, row.version + 1);
  return [{ kind: 'update', table: 'charges', id, set, expect, otherwise }];
}

/** Reads the charges of resources, and the rows of those that the changes have in part. */
async function readRows(store: Store, touched: ReadonlyMap<string, Touched>) {
  const idsOf = (table: ChargedTable) =>
    [...touched.values()].flatMap((each) =>
      each.table === table && !each.isWhole && each.set !== undefined ? [each.id] : [],
    );
  const { charges, ...read } = await store.snapshot({
    charges: { from: 'charges', where: { id: { in: [...touched.keys()] } } },
    vms: { from: 'vms', where: { id: { in: idsOf('vms') } } },
    volumes: { from: 'volumes', where: { id: { in: idsOf('volumes') } } },
    snapshots: { from: 'snapshots', where: { id: { in: idsOf('snapshots') } } },
    reservations: { from: 'reservations', where: { id: { in: idsOf('reservations') } } },
    standbys: { from: 'standbys', where: { id: { in: idsOf('standbys') } } },
    tenant_quotas: { from: 'tenant_quotas', where: { id: { in: idsOf('tenant_quotas') } } },
  });
  const rows = new Map<string, ChargedRow>();
  for (const table of CHARGED_TABLES) {
    for (const row of read[table]) rows.set(chargeIdOf(table, row.id), { table, row: { ...row } });
  }
  return { charges: new Map(charges.map((row) => [row.id, row])), rows };
}

/** Reads the nodes and groups of resources, and how many VMs their tenants have. */
async function readAround(store: Store, resources: readonly Chargeable[]) {
  const nodes = resources.flatMap(({ node }) => node ?? []);
  const tenants = resources.map(({ tenantId }) => tenantId);
  const vms = resources.filter(({ kind }) => kind === 'vm').map(({ id }) => id);
  const { byName, byId, quotas, members } = await store.snapshot({
    byName: { from: 'nodes', where: { name: { in: nodes } } },
    byId: { from: 'nodes', where: { id: { in: nodes } } },
    quotas: { from: 'tenant_quotas', where: { id: { in: tenants } } },
    members: { from: 'vm_group_members', where: { id: { in: vms } } },
  });
  return {
    groups: new Map<string, string>(members.map(({ id, group_id }) => [id, group_id])),
    nodes: nodesByNameAndId([...byName, ...byId]),
    vms: new Map(quotas.map((row) => [row.id, row.vms_used])),
  };
}

/** VMs know the names of their nodes, and reservations their ids. */
function nodesByNameAndId(nodes: readonly NodeRow[]): ReadonlyMap<string, NodeRow> {
  return new Map(
    nodes.flatMap((row) => [
      [row.name, row],
      [row.id, row],
    ]),
  );
}

function findTouched(changes: ChangeSet): ReadonlyMap<string, Touched> {
  const touched = new Map<string, Touched>();
  for (const change of changes) {
    const found = touchedBy(change);
    if (found === undefined) continue;
    const id = chargeIdOf(found.table, found.id);
    const earlier = touched.get(id);
    const isJoined = earlier?.set !== undefined && found.set !== undefined && !found.isWhole;
    const joined = isJoined
      ? { ...found, set: { ...earlier.set, ...found.set }, isWhole: earlier.isWhole }
      : found;
    touched.set(id, joined);
  }
  return touched;
}

/** Columns by which a charge changes. */
const COLUMNS = [
  'desired_json',
  'observed_json',
  'name',
  'size_gb',
  'node_id',
  'cpu_cores',
  'memory_mib',
  'disk_gb',
  'image_mib_used',
];

function touchedBy(change: Change): Touched | undefined {
  switch (change.kind) {
    case 'insert':
    case 'put': {
      const table = chargedTable(change.into);
      if (table === undefined) return undefined;
      return { table, id: change.row.id, set: { ...change.row }, isWhole: true };
    }
    case 'update':
    case 'patch': {
      const table = chargedTable(change.table);
      const isOfCharge = COLUMNS.some((column) => column in change.set);
      if (table === undefined || !isOfCharge) return undefined;
      return { table, id: change.id, set: { ...change.set }, isWhole: false };
    }
    case 'delete':
    case 'drop': {
      const table = chargedTable(change.from);
      return table && { table, id: change.id, set: undefined, isWhole: false };
    }
    default:
      return undefined;
  }
}

function chargedTable(name: string): ChargedTable | undefined {
  return CHARGED_TABLES.find((table) => table === name);
}

/** The row as it is after the changes; undefined: it is not there. */
function mergeRow(
  known: ChargedRow | undefined,
  { table, id, set, isWhole }: Touched,
): ChargedRow | undefined {
  if (set === undefined || (!isWhole && known === undefined)) return undefined;
  return { table, row: { ...known?.row, ...set, id } };
}
