/** Opens the rule caches that requests with the same rules of places and loads share. */

import type { FleetIndex } from '../index/fleet-index.ts';
import { openCache, type RuleCache } from '../index/rule-cache.ts';
import type { CountedRequest, RuleScope, WeightedScorer } from '../model/rule.ts';

/** Scorers that read the typical workload of the fleet. */
const JUDGING_BY_WORKLOAD = ['fgd', 'fragmentation', 'stranded'];

/**
 * Opens both caches of a request. Their keys contain everything that their rules look at.
 * @returns `key`: both keys together
 */
export function openRuleCaches(
  index: FleetIndex,
  { vm, constraints, workload, unknownFacts }: CountedRequest,
  scorers: readonly WeightedScorer[],
): { readonly places: RuleCache; readonly loads: RuleCache; readonly key: string } {
  const { zone, zones, preferZones, nodeLabels, preferNodeLabels, tolerations } = constraints;
  const names = scorers.map(({ scorer }) => scorer.name).join();
  const placeKey = JSON.stringify([
    zone,
    zones,
    preferZones,
    nodeLabels,
    preferNodeLabels,
    tolerations,
    constraints.jurisdictions,
    constraints.spotRiskMax,
    vm.networks,
    vm.features,
    vm.preferredFeatures,
    names,
    // The cheapest node depends on the size.
    ...(names.includes('cost') ? [vm.cpuCores, vm.memoryMib, vm.diskGb, vm.spot] : []),
  ]);
  const { cpuCores, memoryMib, diskGb, pools, devices, numa, pinning } = vm;
  const isPlain =
    pools === undefined && devices === undefined && numa === undefined && pinning === undefined;
  const further = isPlain ? '' : JSON.stringify([pools, devices, numa, pinning, unknownFacts]);
  const isJudged = scorers.some(({ scorer }) => JUDGING_BY_WORKLOAD.includes(scorer.name));
  const mix = isJudged ? numberOf(index.workloads, workload ?? []) : '';
  const loadKey = `${cpuCores},${memoryMib},${diskGb},${names},${mix}${further}`;
  const columns = (scope: RuleScope) =>
    scorers.filter(({ scorer }) => scorer.scope === scope).length;
  const { places, loads } = index;
  return {
    key: `${placeKey}${loadKey}`,
    places: openCache(index.placeCaches, placeKey, {
      size: places.items.length,
      columns: columns('place'),
    }),
    loads: openCache(index.loadCaches, loadKey, {
      size: loads.items.length,
      columns: columns('load'),
    }),
  };
}

function numberOf<T>(known: T[], wanted: T): number {
  const at = known.indexOf(wanted);
  return at === -1 ? known.push(wanted) - 1 : at;
}
