/** Decides which interval of the ledger a change ends, and which it begins. */
import type { ChargedResource, ChargeInterval, OpenCharge } from './model/charge.ts';
import { planRate } from './plan-rate.ts';

/** What a change does to the ledger. */
export interface ChargeChange {
  /** The interval that ends; undefined: none, or one without length. */
  readonly ended: ChargeInterval | undefined;
  /** The charge from now on; undefined: the resource is not there any more. */
  readonly open: OpenCharge | undefined;
}

/**
 * Plans a change.
 * @param before - the charge so far; undefined: there was none
 * @param after - the resource as it is from now on; undefined: it is gone
 * @param nowMs - the moment of the change; where the clock went back, the charge waits for it
 * @returns undefined where the charge stays as it is
 */
export function planCharge(
  before: OpenCharge | undefined,
  after: ChargedResource | undefined,
  nowMs: number,
): ChargeChange | undefined {
  const next =
    after === undefined
      ? undefined
      : { ...after, rate: planRate(after), sinceMs: Math.max(nowMs, before?.sinceMs ?? nowMs) };
  if (before === undefined) return next && { ended: undefined, open: next };
  if (next !== undefined && isSameBill(before, next)) {
    return isSameCharge(before, next)
      ? undefined
      : { ended: undefined, open: { ...next, sinceMs: before.sinceMs } };
  }
  const isLong = nowMs > before.sinceMs && before.state !== 'not_charged';
  return { ended: isLong ? toInterval(before, nowMs) : undefined, open: next };
}

/** The interval of a charge until a moment. */
export function toInterval(charge: OpenCharge, untilMs: number): ChargeInterval {
  const { id, kind, tenantId, name, labels, group, state, price, amounts, rate, sinceMs } = charge;
  const origin = { class: price?.class ?? null, list: price?.list ?? null };
  const about = { resourceId: id, kind, tenantId, name, labels, group, state, amounts };
  return { ...about, ...origin, rate, fromMs: sinceMs, untilMs };
}

/** Whether the intervals of both have the same contents. */
function isSameBill(before: OpenCharge, after: OpenCharge): boolean {
  return (
    before.rate === after.rate &&
    before.state === after.state &&
    before.name === after.name &&
    before.tenantId === after.tenantId &&
    before.price?.class === after.price?.class &&
    JSON.stringify(before.amounts) === JSON.stringify(after.amounts) &&
    isSameMap(before.labels, after.labels)
  );
}

function isSameCharge(before: OpenCharge, after: OpenCharge): boolean {
  return (
    JSON.stringify(before.price) === JSON.stringify(after.price) && before.group === after.group
  );
}

function isSameMap(
  left: Readonly<Record<string, string>>,
  right: Readonly<Record<string, string>>,
): boolean {
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length && names.every((name) => left[name] === right[name])
  );
}
