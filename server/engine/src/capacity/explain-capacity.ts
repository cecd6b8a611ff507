/** A capacity plan in lines for people; the same in API and command line. */
import { roundTo } from '../round.ts';
import type { Alternative, CapacityResource, Outlook, ResourcePlan } from './model/capacity.ts';

const PERCENT = 100;
const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;

/** Explains the plan of a resource: what is used, what is expected, what to do and why. */
export function explainCapacity(plan: ResourcePlan): readonly string[] {
  const { resource, outlook, bottleneckSinceMs, recommendation } = plan;
  const { type, priority, alternatives } = recommendation;
  const bottleneck =
    bottleneckSinceMs === null ? [] : [`Bottleneck since ${toMinute(bottleneckSinceMs)}.`];
  return [
    `${nameOf(resource)}: ${describeUse(resource)}.`,
    ...bottleneck,
    ...explainOutlook(resource, outlook),
    `${VERBS[type]} (priority ${priority}): ${explainReason(plan)}`,
    ...alternatives.map((each) => explainAlternative(resource, each)),
    ...(type === 'maintain' ? [] : [explainRisk(plan)]),
  ];
}

const VERBS = {
  scale_up: 'Add capacity',
  scale_down: 'Remove nodes',
  maintain: 'Keep the capacity',
  rebalance: 'Move VMs',
} as const;

/** Explains why something is recommended, in a sentence. */
export function explainReason({ resource, outlook, recommendation }: ResourcePlan): string {
  const { recommendedCapacity, recommendedInstances, why } = recommendation;
  const wanted = `${amountOf(recommendedCapacity, resource)} are recommended instead of ${amountOf(
    resource.capacity,
    resource,
  )}.`;
  switch (why) {
    case 'bottleneck':
      return `almost everything is in use. ${wanted}`;
    case 'runs_out_within_lead_time':
      return `it may run out before what is ordered now can be used. ${wanted}`;
    case 'above_maximum':
      return `use may rise above the maximum${describePeak(resource, outlook)}. ${wanted}`;
    case 'room_elsewhere':
      return 'the fleet as a whole has enough.';
    case 'spare':
      return `${recommendedInstances ?? 0} of ${resource.nodes} nodes are enough.`;
    case 'needed_by_others':
      return 'nodes are to spare, but another resource needs them.';
    case 'enough':
      return 'there is enough, with the buffer.';
    case 'not_known':
      return 'too little is known to recommend a change.';
  }
}

/** Explains what happens if nothing is done, in a sentence. */
export function explainRisk({ resource, outlook, recommendation }: ResourcePlan): string {
  switch (recommendation.type) {
    case 'scale_down':
      return 'If nothing is done, nodes stay idle.';
    case 'maintain':
      return 'If nothing is done, nothing changes.';
    case 'rebalance':
      return `If nothing is done, new VMs find no room in ${nameOf(resource, 'scope')}.`;
    case 'scale_up': {
      const runOut = outlook.kind === 'known' ? outlook.runOut : undefined;
      const refused = REFUSED[resource.scope.kind] ?? 'new VMs are refused';
      if (runOut?.kind !== 'expected') return `If nothing is done, ${refused}.`;
      return `If nothing is done, ${refused}, from ${toDay(runOut.earliestMs)} on at the earliest.`;
    }
  }
}

const REFUSED: Partial<Readonly<Record<CapacityResource['scope']['kind'], string>>> = {
  storage_pool: 'new volumes are refused',
  server: 'changes or uploads of images are refused',
  network: 'VMs get no address of the network',
  tenant: 'the tenant is refused more',
  vm_group: 'the group cannot grow',
};

/** Explains what is expected, in sentences. */
function explainOutlook(resource: CapacityResource, outlook: Outlook): readonly string[] {
  if (outlook.kind === 'too_short') {
    const { hours, hoursNeeded } = outlook;
    return [`Run-out date not known: ${hours} hours of history, ${hoursNeeded} needed.`];
  }
  if (outlook.kind === 'stopped') {
    return [`Run-out date not known: nothing was measured since ${toMinute(outlook.sinceMs)}.`];
  }
  const { horizons, runOut } = outlook;
  const ahead = horizons.map(({ aheadMs, point, lower, upper }) => {
    const hours = aheadMs / HOUR_MS;
    const when = hours < DAY_HOURS ? `${hours} h` : `${hours / DAY_HOURS} days`;
    const numbers = [point, lower, upper].map((value) => digits(value, resource));
    return `${numbers[0]} in ${when} (${numbers[1]} to ${numbers[2]})`;
  });
  const expected = `Expected, with 80 % intervals: ${ahead.join(', ')}.`;
  if (runOut.kind === 'reached') return [expected, 'It has run out.'];
  if (runOut.kind === 'not_within') return [expected, 'It does not run out within 90 days.'];
  const { earliestMs, atMs, latestMs } = runOut;
  const end = latestMs === null ? 'beyond 90 days' : toDay(latestMs);
  const at = atMs === null ? 'beyond 90 days' : `on ${toDay(atMs)}`;
  return [expected, `It runs out ${at}; 80 % interval from ${toDay(earliestMs)} to ${end}.`];
}

function explainAlternative(
  resource: CapacityResource,
  { nodeClass, count, amount, orderByMs, pricePerHour }: Alternative,
): string {
  const like = nodeClass === null ? 'like the current ones' : `of class ${nodeClass}`;
  const nodes = count === 1 ? `1 node ${like} adds` : `${count} nodes ${like} add`;
  const what = resource.nodes === 0 ? 'Add' : nodes;
  const price = pricePerHour === null ? '' : `, for ${roundTo(pricePerHour, 2)} an hour`;
  const until = orderByMs === null ? '' : `; order by ${toDay(orderByMs)}`;
  return `${what} ${amountOf(amount, resource)}${price}${until}.`;
}

function describeUse(resource: CapacityResource): string {
  const { use, capacity, standby } = resource;
  const ratio = capacity === 0 ? '' : ` (${Math.round((use / capacity) * PERCENT)} %)`;
  const asleep = standby === 0 ? '' : `, ${digits(standby, resource)} of them on standby`;
  return `${digits(use, resource)} of ${amountOf(capacity, resource)} in use${ratio}${asleep}`;
}

function describePeak(resource: CapacityResource, outlook: Outlook): string {
  if (outlook.kind !== 'known') return '';
  return `, to ${digits(outlook.peak.upper, resource)}`;
}

/** Returns the name of a resource, or of its scope alone, for sentences. */
export function nameOf(
  { scope, metric }: CapacityResource,
  part: 'resource' | 'scope' = 'resource',
): string {
  const words = scope.kind.replaceAll('_', ' ');
  const of = scope.kind === scope.name ? words : `${words} ${scope.name}`;
  return part === 'scope' ? of : `${metric} of ${of}`;
}

function amountOf(value: number, resource: CapacityResource): string {
  return `${digits(value, resource)} ${resource.unit}`;
}

/** A hundredth of the capacity is exact enough for a plan. */
function digits(value: number, { capacity }: CapacityResource): string {
  return String(roundTo(value, capacity >= PERCENT ? 0 : 1));
}

function toDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function toMinute(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16)}Z`;
}
