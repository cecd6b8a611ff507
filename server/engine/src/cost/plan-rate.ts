/** The hourly rate of a charge, by its state. */
import { WHOLE } from '@novacron/contract/cost/money';
import type { ChargedResource, ChargeState } from './model/charge.ts';
import type { Micros } from './model/price-list.ts';

const MIB_PER_GB = 1024;

/** What of a resource is charged in each state. */
const CHARGED: Readonly<
  Record<ChargeState, { readonly compute: boolean; readonly disk: boolean }>
> = {
  running: { compute: true, disk: true },
  stopped: { compute: false, disk: true },
  stored: { compute: false, disk: true },
  not_charged: { compute: false, disk: false },
};

/** Calculates a rate. @returns micro-units per hour; null where the price is not known */
export function planRate({
  price,
  amounts,
  state,
}: Pick<ChargedResource, 'price' | 'amounts' | 'state'>): Micros | null {
  const { compute, disk } = CHARGED[state];
  if (!compute && !disk) return 0;
  if (price === null) return null;
  const { cpuCore, memoryGb, diskGb, flat, factor } = price;
  const memory = (amounts.memoryMib * memoryGb) / MIB_PER_GB;
  const ofParts = flat > 0 ? flat : amounts.cpuCores * cpuCore + memory;
  const ofCompute = compute ? (ofParts * factor) / WHOLE : 0;
  return Math.round(ofCompute + (disk ? amounts.diskGb * diskGb : 0));
}
