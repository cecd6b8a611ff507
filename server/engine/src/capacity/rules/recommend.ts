/** Recommends what to do about a resource, without regard to others. */
import type {
  Alternative,
  CapacitySettings,
  Recommendation,
  ResourceOutlook,
  ResourcePlan,
} from '../model/capacity.ts';

const DAY_MS = 86_400_000;

/** Changes of orders take this long to be noticed, decided and placed. */
const NOTICE_MS = 14 * DAY_MS;

/** Use of the last two weeks comes again, whatever the trend. */
const RECENT_HOURS = 336;

/** Recommends. */
export function recommend(
  outlook: ResourceOutlook,
  settings: CapacitySettings,
  nowMs: number,
): Recommendation {
  const { capacity, nodes, offers } = outlook.resource;
  const needed = capacityNeeded(outlook, settings);
  const why = reasonFor(outlook, settings, nowMs);
  const isOfNodes = offers.length > 0 || nodes > 0;
  const stay = {
    recommendedCapacity: capacity,
    recommendedInstances: isOfNodes ? nodes : null,
    alternatives: [],
  } as const;
  const priority = priorityOf(outlook, why, nowMs);
  if (why === 'enough' || why === 'not_known') {
    const spare = why === 'enough' ? spareNodes(outlook, needed) : 0;
    if (spare === 0) return { type: 'maintain', priority, why, ...stay };
    return {
      type: 'scale_down',
      priority: 'low',
      why: 'spare',
      recommendedCapacity: capacity - spare * (capacity / nodes),
      recommendedInstances: nodes - spare,
      alternatives: [],
    };
  }
  const alternatives = listAlternatives(outlook, needed - capacity, nowMs);
  const [first] = alternatives;
  return {
    type: 'scale_up',
    priority,
    why,
    recommendedCapacity: Math.max(needed, capacity),
    recommendedInstances: isOfNodes && first !== undefined ? nodes + first.count : null,
    alternatives,
  };
}

/** The expected use at the target, and the upper end of its interval with the buffer. */
function capacityNeeded(
  { resource, outlook }: ResourceOutlook,
  { targetRatio, bufferRatio }: CapacitySettings,
): number {
  const { point, upper } =
    outlook.kind === 'known' ? outlook.peak : { point: resource.use, upper: resource.use };
  const highest = Math.max(upper, recentPeak(resource.history.values));
  const expected = Math.max(point, resource.use) / targetRatio;
  // Half a VM or core is of no use.
  return Math.ceil(Math.max(expected, highest * (1 + bufferRatio)));
}

function recentPeak(values: ArrayLike<number>): number {
  const recent = Array.from(values).slice(-RECENT_HOURS);
  return Math.max(0, ...recent.filter(Number.isFinite));
}

function reasonFor(
  { resource, outlook, bottleneckSinceMs }: ResourceOutlook,
  { maximumRatio }: CapacitySettings,
  nowMs: number,
): Recommendation['why'] {
  const { capacity, use } = resource;
  const alarm = findAlarm({ resource, outlook, bottleneckSinceMs }, nowMs);
  if (alarm !== null) return alarm;
  if (outlook.kind !== 'known') {
    return use > capacity * maximumRatio ? 'above_maximum' : 'not_known';
  }
  return outlook.peak.upper > capacity * maximumRatio ? 'above_maximum' : 'enough';
}

/** Finds why a resource needs a decision now. */
export function findAlarm(
  { resource, outlook, bottleneckSinceMs }: ResourceOutlook,
  nowMs: number,
): ResourcePlan['alarm'] {
  if (bottleneckSinceMs !== null) return 'bottleneck';
  if (outlook.kind !== 'known' || outlook.runOut.kind !== 'expected') return null;
  const isNear = outlook.runOut.earliestMs <= nowMs + resource.leadTimeMs;
  return isNear ? 'runs_out_within_lead_time' : null;
}

function priorityOf(
  { outlook, resource }: ResourceOutlook,
  why: Recommendation['why'],
  nowMs: number,
): Recommendation['priority'] {
  if (why === 'bottleneck') return 'critical';
  if (why === 'runs_out_within_lead_time') return 'high';
  if (outlook.kind !== 'known' || outlook.runOut.kind !== 'expected') {
    return why === 'above_maximum' ? 'medium' : 'low';
  }
  const isNear = outlook.runOut.earliestMs <= nowMs + resource.leadTimeMs + NOTICE_MS;
  return why === 'above_maximum' && isNear ? 'high' : 'medium';
}

/** Nodes that could leave: never the last one. */
function spareNodes({ resource, outlook }: ResourceOutlook, needed: number): number {
  const { capacity, nodes } = resource;
  if (outlook.kind !== 'known' || outlook.runOut.kind !== 'not_within' || nodes < 2) return 0;
  const spare = Math.floor((capacity - needed) / (capacity / nodes));
  return Math.max(0, Math.min(nodes - 1, spare));
}

/** Ways to add capacity, the cheapest first where prices are known. */
function listAlternatives(
  { resource, outlook }: ResourceOutlook,
  missing: number,
  nowMs: number,
): readonly Alternative[] {
  const { offers, nodes, leadTimeMs } = resource;
  const orderByMs = latestOrder(outlook, leadTimeMs, nowMs);
  if (offers.length === 0 && nodes === 0) {
    return [{ nodeClass: null, count: 1, amount: missing, orderByMs, pricePerHour: null }];
  }
  return offers
    .map(({ nodeClass, amount, pricePerHour }) => {
      const count = Math.max(1, Math.ceil(missing / amount));
      const price = pricePerHour === null ? null : count * pricePerHour;
      return { nodeClass, count, amount: count * amount, orderByMs, pricePerHour: price };
    })
    .sort((one, other) => costOf(one) - costOf(other) || one.count - other.count);
}

function costOf({ pricePerHour }: Alternative): number {
  return pricePerHour ?? Number.MAX_VALUE;
}

function latestOrder(
  outlook: ResourceOutlook['outlook'],
  leadTimeMs: number,
  nowMs: number,
): number | null {
  if (outlook.kind !== 'known' || outlook.runOut.kind === 'not_within') return null;
  if (outlook.runOut.kind === 'reached') return nowMs;
  return Math.max(nowMs, outlook.runOut.earliestMs - leadTimeMs);
}
