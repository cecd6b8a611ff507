/** Prices writes that are not made yet: what a plan shows is what the write will be charged. */

import type { AdmissionCost } from '@novacron/contract/admission/admission';
import { MICROS_PER_UNIT } from '@novacron/contract/cost/money';
import { canonicalJson, isRecord, type JsonObject } from '@novacron/contract/json';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { ChargeState } from '@novacron/engine/cost/model/charge';
import type { PriceList } from '@novacron/engine/cost/model/price-list';
import { planPrice } from '@novacron/engine/cost/plan-price';
import { planRate } from '@novacron/engine/cost/plan-rate';
import type { Store } from '../../../ports/store.ts';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { PolicySubject } from '../../kernel/context/policy-question.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import { toOpenCharge } from './charge-rows.ts';
import {
  type Chargeable,
  type Columns,
  type PricedPlace,
  toChargeable,
} from './charged-resource.ts';
import type { PriceBook } from './price-book.ts';
import { toMicros } from './to-price-list.ts';

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

/** An amount of money for people; null where it is not known. */
export function toAmount(micros: number | null | undefined): number | null {
  return micros == null ? null : micros / MICROS_PER_UNIT;
}

/** Prices a write; null for one that costs nothing, and where there is no price list. */
export async function priceWrite(
  deps: PricingDeps,
  write: PricedWrite,
): Promise<AdmissionCost | null> {
  const list = deps.prices.current();
  if (list === undefined) return null;
  const { kind } = write;
  if (kind === 'vm_group') return priceGroup(deps, list, write);
  if (kind !== 'vm' && kind !== 'volume' && kind !== 'snapshot') return null;
  const [row] = await deps.store.read({ from: 'charges', where: { id: write.id } });
  const before = row === undefined ? undefined : toOpenCharge(row);
  const { placedPerHour, wanted } = write;
  const isPlaced = placedPerHour != null && wanted?.power_state !== 'stopped';
  const after = wanted === null ? 0 : await rateAfter(deps, list, { ...write, kind });
  return {
    currency: list.currency,
    per_hour_before: write.isNew ? 0 : toAmount(before?.rate),
    per_hour_after: isPlaced ? placedPerHour : toAmount(after),
    per_hour_max: null,
  };
}

/** The rates that budgets count, in micro-units per hour; null: not known. */
export interface FullRates {
  readonly before: number | null;
  /** Of a VM group with its smallest size. */
  readonly after: number | null;
}

/** Prices a write as if VMs ran; null for one that costs nothing, and without a price list. */
export async function priceInFull(
  deps: PricingDeps,
  write: PricedWrite,
): Promise<FullRates | null> {
  const list = deps.prices.current();
  if (list === undefined) return null;
  const { kind, id } = write;
  if (kind === 'vm_group') {
    const { per_hour_before, per_hour_after } = await priceGroup(deps, list, write);
    const [before, after] = [toMicrosOrNull(per_hour_before), toMicrosOrNull(per_hour_after)];
    return { before, after };
  }
  if (kind !== 'vm' && kind !== 'volume' && kind !== 'snapshot') return null;
  const [row] = await deps.store.read({ from: 'charges', where: { id } });
  const asked = { ...write, kind };
  const after = write.wanted === null ? 0 : await rateAfter(deps, list, asked, 'running');
  return { before: row?.full_rate ?? 0, after };
}

function toMicrosOrNull(amount: number | null): number | null {
  return amount === null ? null : toMicros(amount);
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
  const { id } = target;
  return priceWrite(deps, { kind, id, isNew: before === null, tenantId, wanted, node: undefined });
}

const PRICED_KINDS = ['vm', 'vm_group', 'volume', 'snapshot'] as const;

/** @param inState - the state to price it in; undefined: that after the write */
async function rateAfter(
  { store }: PricingDeps,
  list: PriceList,
  write: PricedWrite & { readonly kind: 'vm' | 'volume' | 'snapshot' },
  inState?: ChargeState,
): Promise<number | null> {
  const { id, tenantId } = write;
  const { charges, vms, volumes, snapshots, nodes, quotas } = await store.snapshot({
    charges: { from: 'charges', where: { id } },
    vms: { from: 'vms', where: { id } },
    volumes: { from: 'volumes', where: { id } },
    snapshots: { from: 'snapshots', where: { id } },
    nodes: { from: 'nodes' },
    quotas: { from: 'tenant_quotas', where: { id: tenantId } },
  });
  const [row] = [...vms, ...volumes, ...snapshots];
  const table = `${write.kind}s` as const;
  const before = row && toChargeable({ table, row: { ...row } });
  const after = toChargeable({ table, row: withWanted(row && { ...row }, write) });
  if (after === undefined) return null;
  const state = inState ?? after.state;
  const [charge] = charges;
  const price = charge === undefined ? null : toOpenCharge(charge).price;
  if (price !== null && before?.configuration === after.configuration) {
    return planRate({ price, amounts: after.amounts, state });
  }
  const node = nodes.find(({ name }) => name === after.node);
  // Without a node the price is known only where all nodes have the same.
  const places = node === undefined ? nodes.filter(takesVms) : [node];
  const tenantVms = (quotas[0]?.vms_used ?? 0) + (row === undefined ? 1 : 0);
  const { min, max } = ratesAt(list, { ...after, state }, { nodes: places, tenantVms });
  return min === max ? min : null;
}

function takesVms({ status }: NodeRow): boolean {
  return status === 'ready' || status === 'standby';
}

/** The lowest and the highest rate on some nodes; null: not known. */
function ratesAt(
  list: PriceList,
  { amounts, state, priced }: Pick<Chargeable, 'amounts' | 'state' | 'priced'>,
  { nodes, tenantVms }: { readonly nodes: readonly NodeRow[]; readonly tenantVms: number },
): { readonly min: number | null; readonly max: number | null } {
  const kinds = new Map(nodes.map((node) => [`${node.class}/${node.zone}`, node]));
  const rateAt = (node: PricedPlace['node']): number | null =>
    planRate({ price: planPrice(list, priced({ node, tenantVms })), amounts, state });
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
): Promise<AdmissionCost> {
  const before = isNew ? 0 : await readGroupRate(store, id);
  const none = { currency: list.currency, per_hour_before: toAmount(before) };
  if (wanted === null) return { ...none, per_hour_after: 0, per_hour_max: null };
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
  if (charged === undefined) return { ...none, per_hour_after: null, per_hour_max: null };
  const tenantVms = quotas[0]?.vms_used ?? 1;
  const { min, max } = ratesAt(list, charged, { nodes: nodes.filter(takesVms), tenantVms });
  const [smallest, largest] = boundsOf(wanted);
  const [least, most] = [timesOf(min, smallest), timesOf(max, largest)];
  const isRange = least !== most;
  return {
    ...none,
    per_hour_after: toAmount(least),
    per_hour_max: isRange ? toAmount(most) : null,
  };
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
