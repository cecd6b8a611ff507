/** Compares ways to buy a VM: on demand, as spot, or with a commitment. */

import { HOURS_PER_MONTH } from '@novacron/contract/cost/purchase-operations';
import type { Micros, ReservedOffer } from './model/price-list.ts';
import type { PurchaseOption, PurchasePlan, PurchaseQuestion } from './model/purchase.ts';
import { planRate } from './plan-rate.ts';
import { findOffers, type Offer, type PriceOf } from './rules/find-offers.ts';
import { priceVm } from './rules/price-vm.ts';

const MONTHS_PER_YEAR = 12;

/**
 * Plans a purchase. For each way to buy, and for commitments by their duration and way of payment,
 * the plan has the cheapest type that is large enough.
 * @returns no options where no type is large enough
 */
export function planPurchase(question: PurchaseQuestion): PurchasePlan {
  const offers = findOffers(question, priceWith(question));
  const onDemand = cheapest(offers, ({ onDemand: price }) => price);
  if (onDemand === undefined) return { options: [], refusedSpot: null };
  const { spotRiskMax } = question;
  const spot = cheapest(offers, ({ spot: price, risk }) =>
    risk !== undefined && risk <= spotRiskMax ? price : undefined,
  );
  const anySpot = cheapest(offers, (offer) => offer.spot);
  const used = { ...question, onDemandHourly: onDemand.price };
  const options = [
    toPerHour('on_demand', onDemand, used),
    ...(spot === undefined ? [] : [toPerHour('spot', spot, used)]),
    ...findReserved(offers, used),
  ];
  const isRefused = anySpot !== undefined && (spot === undefined || anySpot.price < spot.price);
  return {
    options: options.toSorted((left, right) => left.total - right.total),
    refusedSpot: isRefused ? { type: anySpot.offer.type, risk: anySpot.offer.risk } : null,
  };
}

function priceWith({ list, cpuCores, memoryMib, tenantVms }: PurchaseQuestion): PriceOf {
  const amounts = { cpuCores, memoryMib, diskGb: 0 };
  return (at) => {
    const price = priceVm(list, { ...at, amounts, zone: '', tenantVms, addressClasses: [] });
    if (price === undefined) return undefined;
    return planRate({ price, amounts, state: 'running' }) ?? undefined;
  };
}

interface Priced {
  readonly offer: Offer;
  readonly price: Micros;
}

function cheapest(
  offers: readonly Offer[],
  priceOf: (offer: Offer) => Micros | undefined,
): Priced | undefined {
  let best: Priced | undefined;
  for (const offer of offers) {
    const price = priceOf(offer);
    if (price !== undefined && (best === undefined || price < best.price)) best = { offer, price };
  }
  return best;
}

interface Used extends Pick<PurchaseQuestion, 'hoursPerMonth' | 'months'> {
  readonly onDemandHourly: Micros;
}

/** Cost on demand for the whole period. */
function onDemandTotal({ onDemandHourly, hoursPerMonth, months }: Used): Micros {
  return Math.round(onDemandHourly * hoursPerMonth * months);
}

function toPerHour(
  kind: 'on_demand' | 'spot',
  { offer, price }: Priced,
  used: Used,
): PurchaseOption {
  const total = Math.round(price * used.hoursPerMonth * used.months);
  const isCheaper = price < used.onDemandHourly;
  return {
    kind,
    type: offer.type,
    years: null,
    upfront: 0,
    hourly: price,
    total,
    savings: onDemandTotal(used) - total,
    breakEvenHours: isCheaper ? 0 : null,
    breakEvenMonths: isCheaper ? 0 : null,
    risk: kind === 'spot' ? (offer.risk ?? 0) : 0,
  };
}

/** The cheapest commitment of each duration and way of payment. */
function findReserved(offers: readonly Offer[], used: Used): readonly PurchaseOption[] {
  const best = new Map<string, { readonly offer: Offer; readonly reserved: ReservedOffer }>();
  for (const offer of offers) {
    for (const reserved of offer.reserved) {
      const key = `${reserved.years} ${paymentOf(reserved)}`;
      const known = best.get(key);
      if (known === undefined || termCost(reserved) < termCost(known.reserved)) {
        best.set(key, { offer, reserved });
      }
    }
  }
  return [...best.values()].map(({ offer, reserved }) => toReserved(offer, reserved, used));
}

function paymentOf({ upfront, hourly }: ReservedOffer): 'monthly' | 'mixed' | 'upfront' {
  if (upfront === 0) return 'monthly';
  return hourly === 0 ? 'upfront' : 'mixed';
}

/** The hours of a term are paid whether they are used or not. */
function termCost({ years, upfront, hourly }: ReservedOffer): Micros {
  return upfront + hourly * HOURS_PER_MONTH * MONTHS_PER_YEAR * years;
}

function toReserved({ type }: Offer, reserved: ReservedOffer, used: Used): PurchaseOption {
  const { years, upfront, hourly } = reserved;
  const { onDemandHourly, hoursPerMonth, months } = used;
  const termMonths = years * MONTHS_PER_YEAR;
  const total = Math.ceil(months / termMonths) * termCost(reserved);
  const hours = termCost(reserved) / termMonths / onDemandHourly;
  const savedPerMonth = onDemandHourly * hoursPerMonth - hourly * HOURS_PER_MONTH;
  const paidOff = savedPerMonth > 0 ? upfront / savedPerMonth : Number.POSITIVE_INFINITY;
  return {
    kind: 'reserved',
    type,
    years,
    upfront,
    hourly,
    total,
    savings: onDemandTotal(used) - total,
    breakEvenHours: hours <= HOURS_PER_MONTH ? hours : null,
    breakEvenMonths: paidOff <= termMonths ? paidOff : null,
    risk: 0,
  };
}
