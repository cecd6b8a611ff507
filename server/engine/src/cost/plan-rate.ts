/** The hourly rate of a charge, by its state. */
import { WHOLE } from '@novacron/contract/cost/money';
import type { ChargedResource, ChargeState } from './model/charge.ts';
import type { Micros } from './model/price-list.ts';

const MIB_PER_GB = 1024;

/** What of a resource is charged in each state; disks and addresses are kept. */
const CHARGED: Readonly<
  Record<ChargeState, { readonly compute: boolean; readonly kept: boolean }>
> = {
  running: { compute: true, kept: true },
  stopped: { compute: false, kept: true },
  stored: { compute: false, kept: true },
  not_charged: { compute: false, kept: false },
};

/** Calculates a rate. @returns micro-units per hour; null where the price is not known */
export function planRate({
  price,
  amounts,
  state,
}: Pick<ChargedResource, 'price' | 'amounts' | 'state'>): Micros | null {
  const { compute, kept } = CHARGED[state];
  if (!compute && !kept) return 0;
  if (price === null) return null;
  const { cpuCore, memoryGb, diskGb, flat, addresses, factor } = price;
  const memory = (amounts.memoryMib * memoryGb) / MIB_PER_GB;
  const ofParts = flat > 0 ? flat : amounts.cpuCores * cpuCore + memory;
  const ofCompute = compute ? (ofParts * factor) / WHOLE : 0;
  return Math.round(ofCompute + (kept ? amounts.diskGb * diskGb + addresses : 0));
}
