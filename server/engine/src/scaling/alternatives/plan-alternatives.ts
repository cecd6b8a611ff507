/** Compares shapes of a group by cost, performance and risk. See README.md. */
import type { ScalingWeights } from '@novacron/contract/kinds/vm-group/group-scaling';
import { explainLosses } from './explain-alternatives.ts';
import type {
  Alternative,
  AlternativesPlan,
  AlternativesQuestion,
  Shape,
} from './model/alternatives.ts';
import { findCandidates, presentSize } from './rules/find-candidates.ts';
import { type MeasuredShape, measureShape } from './rules/measure-shape.ts';
import { type PriceMember, priceMembers } from './rules/price-members.ts';

/** Parts of the members that are spot VMs. */
const SPOT_SHARES = [0, 0.5, 1];

/** The part of the peak whose loss counts as much as the present cost. */
const RISK_UNIT = 0.5;

/** Tolerance for rounding errors. */
const ROUNDING = 1e-9;

/** Plans the comparison. The same question has the same answer. */
export function planAlternatives(question: AlternativesQuestion): AlternativesPlan {
  const priceOf = priceMembers(question);
  const size = presentSize(question);
  const own = { member: question.member, size, spotSize: question.isSpot ? size : 0 };
  const present = measureShape(question, own, priceOf);
  const { shapes, isSpotRefused } = findShapes(question, priceOf);
  const isPriced = present.costPerHour !== undefined;
  const served = shapes.filter((each) => !isPriced || each.costPerHour !== undefined);
  const score = scoreBy(question, present);
  const all = [present, ...served.filter((each) => !isSame(each, present))].map(
    (each): Shape => ({ ...each, score: score(each) }),
  );
  const [scored = { ...present, score: score(present) }] = all;
  const isServing = present.usage <= question.demand.usageMax + ROUNDING;
  const front = dropDominated(isServing ? all : all.slice(1));
  const ranked = front.toSorted(
    (one, other) =>
      (one.score ?? 0) - (other.score ?? 0) || changesOf(one, own) - changesOf(other, own),
  );
  const alternatives = ranked
    .filter((each) => each !== scored)
    .map((each): Alternative => ({ ...each, givesUp: explainLosses(each, scored) }));
  const isBest = ranked[0] === scored || ranked[0]?.score === undefined;
  const recommended = isBest ? undefined : alternatives[0];
  return { present: scored, alternatives, recommended, isSpotRefused };
}

/** Measures all shapes that serve the peak. */
function findShapes(question: AlternativesQuestion, priceOf: PriceMember) {
  const shapes: MeasuredShape[] = [];
  let isSpotRefused = false;
  for (const candidate of findCandidates(question)) {
    const spot = priceOf(candidate.member, true);
    const isRisky = (spot?.interruption ?? 1) > question.spotRiskMax;
    if (spot !== undefined && isRisky) isSpotRefused = true;
    const counts = SPOT_SHARES.map((share) => Math.floor(candidate.size * share));
    for (const spotSize of new Set(counts)) {
      if (spotSize > 0 && (spot === undefined || isRisky)) continue;
      shapes.push(measureShape(question, { ...candidate, spotSize }, priceOf));
    }
  }
  return { shapes, isSpotRefused };
}

/**
 * Returns the weighted sum of cost over the present cost, usage over the usage that is allowed, and
 * risk over half of the peak. Without a known price the other weights share the whole out.
 */
function scoreBy(
  { weights, demand }: Pick<AlternativesQuestion, 'weights' | 'demand'>,
  { costPerHour: now }: MeasuredShape,
): (shape: MeasuredShape) => number | undefined {
  const rest = ({ usage, risk }: MeasuredShape, { performance, risk: weight }: ScalingWeights) =>
    performance * (usage / demand.usageMax) + weight * (risk / RISK_UNIT);
  if (now === undefined) {
    const whole = weights.performance + weights.risk;
    return (shape) => (whole === 0 ? undefined : rest(shape, weights) / whole);
  }
  return (shape) =>
    weights.cost * ((shape.costPerHour ?? 0) / Math.max(1, now)) + rest(shape, weights);
}

/** Drops what another shape beats in one respect, and equals or beats in the others. */
function dropDominated(shapes: readonly Shape[]): readonly Shape[] {
  // Whatever dominates a shape comes before it in this order.
  const front: Shape[] = [];
  for (const shape of shapes.toSorted(compareShapes)) {
    if (!front.some((other) => isAsGood(other, shape))) front.push(shape);
  }
  return front;
}

function compareShapes(one: Shape, other: Shape): number {
  const cost = (one.costPerHour ?? 0) - (other.costPerHour ?? 0);
  return cost || one.usage - other.usage || one.risk - other.risk;
}

function isAsGood(one: Shape, other: Shape): boolean {
  const isCheap = (one.costPerHour ?? 0) <= (other.costPerHour ?? 0);
  return isCheap && one.usage <= other.usage && one.risk <= other.risk;
}

type Counted = Pick<Shape, 'member' | 'size' | 'spotSize'>;

function isSame(one: Counted, other: Counted): boolean {
  return changesOf(one, other) === 0 && one.size === other.size;
}

/** How many of size, memory and spot share differ: of equal shapes the nearest comes first. */
function changesOf(one: Counted, other: Counted): number {
  return [
    one.member.cpuCores !== other.member.cpuCores,
    one.member.memoryGb !== other.member.memoryGb,
    one.spotSize !== other.spotSize,
  ].filter(Boolean).length;
}
