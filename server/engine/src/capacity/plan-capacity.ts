/** Plans the capacity of a fleet: what to do about each resource, and by when. See README.md. */
import type { Env } from '../env.ts';
import type {
  CapacityPlan,
  CapacitySettings,
  Recommendation,
  ResourceOutlook,
  ResourcePlan,
} from './model/capacity.ts';
import { findAlarm, recommend } from './rules/recommend.ts';

/** Settings of every plan. */
export const CAPACITY_SETTINGS: CapacitySettings = {
  targetRatio: 0.65,
  maximumRatio: 0.8,
  bufferRatio: 0.15,
  bottleneckRatio: 0.95,
};

const PRIORITIES: readonly Recommendation['priority'][] = ['critical', 'high', 'medium', 'low'];

/**
 * Plans. Nodes leave only where every resource that they provide can do without them; what one zone
 * or class lacks while the fleet has enough is solved by moving VMs.
 * @param outlooks - of all resources, from `planOutlook`
 * @returns the most urgent first, else by id
 */
export function planCapacity(
  outlooks: readonly ResourceOutlook[],
  { nowMs }: Pick<Env, 'nowMs'>,
  settings: CapacitySettings = CAPACITY_SETTINGS,
): CapacityPlan {
  const alone = outlooks.map((outlook) => ({
    ...outlook,
    recommendation: recommend(outlook, settings, nowMs),
    alarm: findAlarm(outlook, nowMs),
  }));
  const resources = alone.map((plan) => ({
    ...plan,
    recommendation: moveInstead(plan, alone) ?? leaveTogether(plan, alone),
  }));
  return { resources: resources.toSorted(byUrgency) };
}

function byUrgency(one: ResourcePlan, other: ResourcePlan): number {
  const rankOf = ({ recommendation }: ResourcePlan) => PRIORITIES.indexOf(recommendation.priority);
  return rankOf(one) - rankOf(other) || (one.resource.id < other.resource.id ? -1 : 1);
}

/** The same resource of the whole fleet is enough: VMs move, and nothing is bought. */
function moveInstead(
  { resource, recommendation }: ResourcePlan,
  all: readonly ResourcePlan[],
): Recommendation | undefined {
  const isPart = resource.scope.kind === 'zone' || resource.scope.kind === 'node_class';
  if (!isPart || recommendation.type !== 'scale_up') return undefined;
  const whole = all.find(
    (plan) => plan.resource.scope.kind === 'fleet' && plan.resource.metric === resource.metric,
  );
  if (whole === undefined || !hasEnough(whole)) return undefined;
  return {
    type: 'rebalance',
    priority: recommendation.priority,
    why: 'room_elsewhere',
    recommendedCapacity: resource.capacity,
    recommendedInstances: resource.nodes,
    alternatives: recommendation.alternatives,
  };
}

function hasEnough({ recommendation: { type, why } }: ResourcePlan): boolean {
  return type === 'scale_down' || (type === 'maintain' && why === 'enough');
}

/** As many nodes leave as the resource of their scope that needs most of them allows. */
function leaveTogether(
  { resource, recommendation }: ResourcePlan,
  all: readonly ResourcePlan[],
): Recommendation {
  if (recommendation.type !== 'scale_down') return recommendation;
  const kept = all
    .filter((plan) => isOfSameNodes(plan, resource))
    .map((plan) => plan.recommendation.recommendedInstances ?? plan.resource.nodes);
  const instances = Math.min(resource.nodes, Math.max(...kept));
  if (instances < resource.nodes) {
    const recommendedCapacity = (resource.capacity / resource.nodes) * instances;
    return { ...recommendation, recommendedCapacity, recommendedInstances: instances };
  }
  return {
    type: 'maintain',
    priority: 'low',
    why: 'needed_by_others',
    recommendedCapacity: resource.capacity,
    recommendedInstances: resource.nodes,
    alternatives: [],
  };
}

function isOfSameNodes(
  { resource }: ResourcePlan,
  { scope, nodes }: ResourcePlan['resource'],
): boolean {
  const { kind, name } = resource.scope;
  return kind === scope.kind && name === scope.name && nodes > 0 && resource.nodes > 0;
}
