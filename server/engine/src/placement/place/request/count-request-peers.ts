/** Completes a request with the counts of placed VMs that its rules need. */
import type { NodeId } from '@novacron/contract/ids';
import type { FleetOverlay } from '../index/fleet-overlay.ts';
import {
  type PeerTable,
  tallySelected,
  tallySimilar,
  tallyUnwelcoming,
} from '../index/peer-table.ts';
import type { PlacementRequest, SpreadTerm, TopologyLevel } from '../model/placement.ts';
import type { CountedRequest, CountedSpread, ScoreView, Tally } from '../model/rule.ts';
import { selectsPeer } from '../peers/count-peers.ts';

const LEVELS: readonly TopologyLevel[] = ['node', 'rack', 'zone'];

/** Counts everything but the spread terms, which depend on what the other rules allow. */
export function countRequestPeers(fleet: FleetOverlay, request: PlacementRequest): CountedRequest {
  const { vm, constraints } = request;
  const unwelcome = LEVELS.map((level) => ({
    level,
    tally: tallyAll(fleet, (table) => tallyUnwelcoming(table, vm, level)),
  }));
  return {
    ...request,
    avoided: fleet.index.avoidedNodes > 0 ? 'yes' : 'no',
    workload: request.workload ?? [{ cpuCores: vm.cpuCores, devices: vm.devices ?? [], share: 1 }],
    affinities: constraints.affinity?.map((term) => ({
      term,
      tally: tallyAll(fleet, (table) => tallySelected(table, term.to)),
      selectsItself: selectsPeer(term.to, vm) ? 'yes' : 'no',
    })),
    unwelcome: unwelcome.filter(({ tally }) => tally.total > 0),
  };
}

/** Counts the spread terms. @param leastAt - VMs of a tally in the emptiest place allowed */
export function countSpreads(
  fleet: FleetOverlay,
  terms: readonly SpreadTerm[],
  leastAt: (tally: Tally, level: TopologyLevel) => number,
): readonly CountedSpread[] {
  return terms.map((term) => {
    const tally = tallyAll(fleet, (table) => tallySelected(table, term.of));
    return { term, tally, least: leastAt(tally, term.level) };
  });
}

/** Returns what scorers may read of a request. */
export function toScoreView(fleet: FleetOverlay, request: CountedRequest): ScoreView {
  const like = tallyAll(fleet, (table) => tallySimilar(table, request.vm.labels));
  return { vm: request.vm, similarByZone: like.byZone, similarByRack: like.byRack, request };
}

function tallyAll({ index, peers }: FleetOverlay, count: (table: PeerTable) => Tally): Tally {
  const below = count(index.peers);
  if (peers.kinds.size === 0) return below;
  const above = count(peers);
  if (above.total === 0) return below;
  return {
    total: below.total + above.total,
    byNode: sum<NodeId>(below.byNode, above.byNode),
    byRack: sum(below.byRack, above.byRack),
    byZone: sum(below.byZone, above.byZone),
  };
}

function sum<K>(left: ReadonlyMap<K, number>, right: ReadonlyMap<K, number>): Map<K, number> {
  const both = new Map(left);
  for (const [key, count] of right) both.set(key, (both.get(key) ?? 0) + count);
  return both;
}
