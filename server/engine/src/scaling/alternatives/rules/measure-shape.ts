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
    risk: unservedWithout(Math.max(spotSize, 1), { size, usage }),
    interruption: spotSize > 0 ? (spot?.interruption ?? 1) : 0,
  };
}

/**
 * The part of the peak that the other members cannot serve, even fully used. Spot members count as
 * lost together: those of one class of nodes are withdrawn together.
 */
function unservedWithout(lost: number, { size, usage }: Pick<Shape, 'size' | 'usage'>): number {
  if (usage <= 0) return 0;
  return Math.min(1, Math.max(0, 1 - (size - lost) / (size * usage)));
}
