/** Measures a shape of a group: cost, usage at the peak, and what a loss of members leaves. */
import type { AlternativesQuestion, Shape } from '../model/alternatives.ts';
import { type Candidate, capacityOf } from './find-candidates.ts';
import type { PriceMember } from './price-members.ts';

/** A shape without its score. */
export type MeasuredShape = Omit<Shape, 'score'>;

/** Measures a shape; its cost is undefined where a price is not known. */
export function measureShape(
  question: AlternativesQuestion,
  { member, size, spotSize }: Candidate & Pick<Shape, 'spotSize'>,
  priceOf: PriceMember,
): MeasuredShape {
  const onDemand = spotSize < size ? priceOf(member, false) : undefined;
  const spot = spotSize > 0 ? priceOf(member, true) : undefined;
  const isKnown =
    (spotSize === size || onDemand !== undefined) && (spotSize === 0 || spot !== undefined);
  const perHour = (size - spotSize) * (onDemand?.perHour ?? 0) + spotSize * (spot?.perHour ?? 0);
  const usage = question.demand.load / (size * capacityOf(question, member));
  return {
    member,
    size,
    spotSize,
    priceClass: onDemand?.priceClass ?? spot?.priceClass ?? null,
    costPerHour: isKnown ? perHour : undefined,
    usage,
    risk: riskOf({ size, spotSize, usage }, question.demand.usageMax),
    interruption: spotSize > 0 ? (spot?.interruption ?? 1) : 0,
  };
}

/**
 * The part of the peak that is unserved after the loss of one member, and that after the loss of
 * all spot members, together at most 1. One member is lost often, so the others are to serve within
 * the accepted usage. Spot members are withdrawn together and seldom: the others may be fully used.
 */
function riskOf(
  { size, spotSize, usage }: Pick<Shape, 'size' | 'spotSize' | 'usage'>,
  usageMax: number,
): number {
  if (usage <= 0) return 0;
  const unserved = (lost: number, limit: number) =>
    Math.max(0, 1 - ((size - lost) / size) * (limit / usage));
  const bySpot = spotSize === 0 ? 0 : unserved(spotSize, Math.max(1, usage));
  return Math.min(1, unserved(1, Math.max(usageMax, usage)) + bySpot);
}
