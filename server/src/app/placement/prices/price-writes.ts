/** Prices writes that are not made yet: what a plan shows is what the write will be charged. */

import type { AdmissionCost } from '@novacron/contract/admission/admission';
import { PRICED_KINDS, toAmount } from '@novacron/contract/cost/money';
import { canonicalJson, isRecord, type JsonObject } from '@novacron/contract/json';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { ChargeState } from '@novacron/engine/cost/model/charge';
import type { PriceList } from '@novacron/engine/cost/model/price-list';
import { planPrice } from '@novacron/engine/cost/plan-price';
import { planRate } from '@novacron/engine/cost/plan-rate';
import type { Store } from '../../../ports/store.ts';
import type { ChargeRow } from '../../../ports/tables/cost-rows.ts';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { PolicySubject } from '../../kernel/context/policy-question.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import { readClassesOf } from './address-classes.ts';
import { toOpenCharge } from './charge-rows.ts';
import {
  type Chargeable,
  type Columns,
  type PricedPlace,
  toChargeable,
} from './charged-resource.ts';
import type { PriceBook } from './price-book.ts';

/** What pricing needs. */
interface PricingDeps {
  readonly store: Pick<Store, 'read' | 'snapshot'>;
  readonly prices: Pick<PriceBook, 'current'>;
}

/** A write to price. */
export interface PricedWrite {
  readonly kind: ResourceKind;
  readonly id: string;
  /** Whether it creates the resource. */
  readonly isNew: boolean;
  readonly tenantId: string;
  /** The fields after the write; null: it deletes the resource. */
  readonly wanted: Columns | null;
  /** Name of the node that the write chooses; undefined: the node stays, or none is chosen. */
  readonly node: string | undefined;
  /** Price of a running VM there, with the other VMs of its plan; of creates only. */
  readonly placedPerHour?: number | null | undefined;
}

/** A priced write. */
export interface PricedChange {
  /** As answers carry it. */
  readonly cost: AdmissionCost;
  readonly full: FullRates;
}

/** The rates that budgets count, as if VMs ran. Unit: micro-units per hour; null: not known */
export interface FullRates {
  readonly before: number | null;
  /** Of a VM group with its smallest size. */
  readonly after: number | null;
}

/** Prices a write; null for one that costs nothing, and where there is no price list. */
export async function priceWrite(
  deps: PricingDeps,
  write: PricedWrite,
): Promise<PricedChange | null> {
  const list = deps.prices.current();
  if (list === undefined) return null;
  if (write.kind === 'vm_group') return priceGroup(deps, list, write);
  const kind = SINGLE_KINDS.find((each) => each === write.kind);
  if (kind === undefined) return null;
  const { charge, rateIn } = await lookUp(deps, list, { ...write, kind });
  const { isNew, placedPerHour, wanted } = write;
  const isPlaced = placedPerHour != null && wanted?.power_state !== 'stopped';
  return {
    cost: {
      currency: list.currency,
      per_hour_before: isNew ? 0 : toAmount(charge?.rate),
      per_hour_after: isPlaced ? placedPerHour : toAmount(rateIn()),
      per_hour_max: null,
    },
    full: { before: charge?.full_rate ?? 0, after: rateIn('running') },
  };
}

/** Fields that decide a price. Those that decide the node matter only where nodes differ. */
const PRICE_FIELDS: Readonly<Partial<Record<ResourceKind, readonly string[]>>> = {
  vm: ['cpu_cores', 'memory_gb', 'disk_gb', 'spot', 'power_state'],
  vm_group: [
    'vm',
    'vm.cpu_cores',
    'vm.memory_gb',
    'vm.disk_gb',
    'vm.spot',
    'min_size',
    'max_size',
    'desired_size',
    'scaling',
  ],
  volume: ['type', 'size_gb'],
  snapshot: ['volume_id'],
};

/** Fields that decide it where addresses have a price. */
const NETWORK_FIELDS: typeof PRICE_FIELDS = {
  vm: ['network_id', 'further_network_ids'],
  vm_group: ['vm.network_id', 'vm.further_network_ids'],
};

/** Whether a write has a price although some of its fields are not known yet. */
export function isPriceKnown(
  { prices }: Pick<PricingDeps, 'prices'>,
  { kind, unknown }: { readonly kind: ResourceKind; readonly unknown: readonly string[] },
): boolean {
  const hasAddresses = (prices.current()?.addresses.size ?? 0) > 0;
  const deciding = [PRICE_FIELDS, ...(hasAddresses ? [NETWORK_FIELDS] : [])];
  return !deciding.some((fields) => fields[kind]?.some((name) => unknown.includes(name)));
}

/** Prices a write that policies are asked about; null for kinds that cost nothing. */
export async function priceSubject(
  deps: PricingDeps,
  { principal }: Pick<CallContext, 'principal'>,
  { resourceKind, target, before, wanted }: PolicySubject,
): Promise<AdmissionCost | null> {
  const kind = PRICED_KINDS.find((each) => each === resourceKind);
  if (kind === undefined) return null;
  const { tenantId } = principal;
  const asked = { kind, id: target.id, isNew: before === null, tenantId, wanted, node: undefined };
  return (await priceWrite(deps, asked))?.cost ?? null;
}

/** Kinds with a charge of their own. */
const SINGLE_KINDS = ['vm', 'volume', 'snapshot'] as const;

/** What a resource is charged now, and its rate after a write. */
interface LookedUp {
  readonly charge: ChargeRow | undefined;
  /** @param inState - the state to price it in; undefined: that after the write */
  readonly rateIn: (inState?: ChargeState) => number | null;
}

async function lookUp(
  { store }: PricingDeps,
  list: PriceList,
  write: PricedWrite & { readonly kind: (typeof SINGLE_KINDS)[number] },
): Promise<LookedUp> {
  const { id, tenantId } = write;
  const { charges, vms, volumes, snapshots, nodes, quotas } = await store.snapshot({
    charges: { from: 'charges', where: { id } },
    vms: { from: 'vms', where: { id } },
    volumes: { from: 'volumes', where: { id } },
    snapshots: { from: 'snapshots', where: { id } },
    nodes: { from: 'nodes' },
    quotas: { from: 'tenant_quotas', where: { id: tenantId } },
  });
  const [charge] = charges;
  if (write.wanted === null) return { charge, rateIn: () => 0 };
  const [row] = [...vms, ...volumes, ...snapshots];
  const table = `${write.kind}s` as const;
  const before = row && toChargeable({ table, row: { ...row } });
  const after = toChargeable({ table, row: withWanted(row && { ...row }, write) });
  if (after === undefined) return { charge, rateIn: () => null };
  const { amounts } = after;
  const kept = charge === undefined ? null : toOpenCharge(charge).price;
  if (kept !== null && before?.configuration === after.configuration) {
    const rateIn = (state = after.state) => planRate({ price: kept, amounts, state });
    return { charge, rateIn };
  }
  const node = nodes.find(({ name }) => name === after.node);
  // Without a node the price is known only where all nodes have the same.
  const places = node === undefined ? nodes.filter(takesVms) : [node];
  const tenantVms = (quotas[0]?.vms_used ?? 0) + (row === undefined ? 1 : 0);
  const addressClasses = await readClassesOf(store, after.networkIds);
  const rateIn = (state = after.state) => {
    const at = { nodes: places, tenantVms, addressClasses };
    const { min, max } = ratesAt(list, { ...after, state }, at);
    return min === max ? min : null;
  };
  return { charge, rateIn };
}

/** Whether a node may get VMs. */
export function takesVms({ status }: NodeRow): boolean {
  return status === 'ready' || status === 'standby';
}

/** The lowest and the highest rate on some nodes; null: not known. */
function ratesAt(
  list: PriceList,
  { amounts, state, priced }: Pick<Chargeable, 'amounts' | 'state' | 'priced'>,
  { nodes, ...at }: Omit<PricedPlace, 'node'> & { readonly nodes: readonly NodeRow[] },
): { readonly min: number | null; readonly max: number | null } {
  const kinds = new Map(nodes.map((node) => [`${node.class}/${node.zone}`, node]));
  const rateAt = (node: PricedPlace['node']): number | null =>
    planRate({ price: planPrice(list, priced({ node, ...at })), amounts, state });
  const rates = kinds.size === 0 ? [rateAt(undefined)] : [...kinds.values()].map(rateAt);
  const known = rates.filter((rate) => rate !== null);
  if (known.length < rates.length) return { min: null, max: null };
  return { min: Math.min(...known), max: Math.max(...known) };
}

/** The row as it will be: what is asked for, in the state that is asked for. */
function withWanted(row: Columns | undefined, write: PricedWrite): Columns {
  const wanted = write.wanted ?? {};
  const observed = parseStored<JsonObject>(String(row?.observed_json ?? '{}'));
  const status = STATUS_AFTER[write.kind]?.(wanted) ?? 'available';
  const node = write.node ?? observed?.node ?? null;
  return {
    size_gb: wanted.size_gb,
    name: wanted.name,
    ...row,
    id: write.id,
    tenant_id: write.tenantId,
    desired_json: canonicalJson(wanted),
    observed_json: canonicalJson({ ...observed, status, node }),
  };
}

const STATUS_AFTER: Partial<Readonly<Record<ResourceKind, (wanted: Columns) => string>>> = {
  vm: ({ power_state }) => (power_state === 'stopped' ? 'stopped' : 'running'),
};

/** What the members of a group cost: now, and with its smallest and its largest size. */
async function priceGroup(
  { store }: PricingDeps,
  list: PriceList,
  { id, isNew, tenantId, wanted }: PricedWrite,
): Promise<PricedChange> {
  const before = isNew ? 0 : await readGroupRate(store, id);
  const change = (least: number | null, most: number | null) => ({
    cost: {
      currency: list.currency,
      per_hour_before: toAmount(before),
      per_hour_after: toAmount(least),
      per_hour_max: least === most ? null : toAmount(most),
    },
    full: { before, after: least },
  });
  if (wanted === null) return change(0, 0);
  const { nodes, quotas } = await store.snapshot({
    nodes: { from: 'nodes' },
    quotas: { from: 'tenant_quotas', where: { id: tenantId } },
  });
  const member = {
    kind: 'vm',
    id: '',
    isNew: true,
    tenantId,
    wanted: memberOf(wanted),
    node: undefined,
  } as const;
  const charged = toChargeable({ table: 'vms', row: withWanted(undefined, member) });
  if (charged === undefined) return change(null, null);
  const tenantVms = quotas[0]?.vms_used ?? 1;
  const addressClasses = await readClassesOf(store, charged.networkIds);
  const at = { nodes: nodes.filter(takesVms), tenantVms, addressClasses };
  const { min, max } = ratesAt(list, charged, at);
  const [smallest, largest] = boundsOf(wanted);
  return change(timesOf(min, smallest), timesOf(max, largest));
}

function timesOf(rate: number | null, size: number): number | null {
  return rate === null ? null : rate * size;
}

function memberOf({ vm, name }: Columns): Columns {
  return { ...(isRecord(vm) ? vm : {}), name };
}

/** The sizes that a group may have: of its own scaling, or the one that is configured. */
function boundsOf({ desired_size, min_size, max_size, scaling }: Columns): [number, number] {
  const [min, max] = [Number(min_size ?? 1), Number(max_size ?? min_size ?? 1)];
  if (typeof desired_size === 'number') return [desired_size, desired_size];
  return scaling == null ? [min, min] : [min, max];
}

/** What the members of a group cost now. Unit: micro-units per hour; null: not known */
async function readGroupRate(store: Pick<Store, 'read'>, groupId: string): Promise<number | null> {
  const members = await store.read({ from: 'vm_group_members', where: { group_id: groupId } });
  const ids = members.map(({ id }) => id);
  const charges = await store.read({ from: 'charges', where: { id: { in: ids } } });
  const rates = new Map(charges.map(({ id, rate }) => [id, rate]));
  return sumOfRates(ids.map((id) => rates.get(id)));
}

/** The sum of some rates; null where one of them is not known. */
export function sumOfRates(rates: readonly (number | null | undefined)[]): number | null {
  return rates.reduce<number | null>(
    (sum, rate) => (sum === null || rate == null ? null : sum + rate),
    0,
  );
}
