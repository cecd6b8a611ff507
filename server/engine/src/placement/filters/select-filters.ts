/** Which filters a question needs, in the order in which their reasons are told. */
import type { TopologyLevel } from '../model/placement.ts';
import type { PlacementQuestion, RuleScope, ScopedFilter } from '../model/rule.ts';
import { makeAffinityFilter } from './filter-affinity.ts';
import { refuseBrokenFigures } from './filter-broken-figures.ts';
import { refuseCpu } from './filter-cpu.ts';
import { refuseDevice } from './filter-device.ts';
import { refuseDisk } from './filter-disk.ts';
import { refuseExcluded } from './filter-excluded.ts';
import { refuseLicenceByNode, refuseLicenceByVm } from './filter-licence.ts';
import { refuseMemory } from './filter-memory.ts';
import { refuseNetwork } from './filter-network.ts';
import { refuseNodeLabel } from './filter-node-label.ts';
import { refuseNuma } from './filter-numa.ts';
import { refusePinnedElsewhere } from './filter-pinned-elsewhere.ts';
import { refusePool } from './filter-pool.ts';
import { refuseResidency } from './filter-residency.ts';
import { refuseSpotRisk } from './filter-spot-risk.ts';
import { makeSpreadFilter } from './filter-spread.ts';
import { refuseStatus } from './filter-status.ts';
import { refuseTaint } from './filter-taint.ts';
import { makeUnwelcomeFilter } from './filter-unwelcome.ts';
import { refuseVolumeByNode, refuseVolumeByZone } from './filter-volume.ts';
import { refuseZone } from './filter-zone.ts';
import { refuseZones } from './filter-zones.ts';

/**
 * The filters that every question has. A filter's place in this list is its bit in the index's
 * masks, so all of them are always there.
 */
const COMMON: readonly ScopedFilter[] = [
  { reason: 'status', scope: 'place', refuse: refuseStatus },
  { reason: 'broken-figures', scope: 'load', refuse: refuseBrokenFigures },
  { reason: 'pinned-elsewhere', scope: 'node', refuse: refusePinnedElsewhere },
  { reason: 'excluded', scope: 'node', refuse: refuseExcluded },
  { reason: 'zone', scope: 'place', refuse: refuseZone },
  { reason: 'zone', scope: 'place', refuse: refuseZones },
  { reason: 'node-label', scope: 'place', refuse: refuseNodeLabel },
  { reason: 'taint', scope: 'place', refuse: refuseTaint },
  { reason: 'network', scope: 'place', refuse: refuseNetwork },
  { reason: 'residency', scope: 'place', refuse: refuseResidency },
  { reason: 'spot-risk', scope: 'place', refuse: refuseSpotRisk },
  {
    ...{ reason: 'volume', scope: 'domain', refuse: refuseVolumeByZone },
    concerns: ({ vm }) => vm.volumes !== undefined && vm.volumes.length > 0,
  },
  { reason: 'volume', scope: 'node', refuse: refuseVolumeByNode },
  {
    ...{ reason: 'licence', scope: 'domain', refuse: refuseLicenceByVm },
    concerns: ({ vm }) => vm.licences !== undefined && vm.licences.length > 0,
  },
  { reason: 'licence', scope: 'node', refuse: refuseLicenceByNode },
  { reason: 'cpu', scope: 'load', refuse: refuseCpu },
  { reason: 'memory', scope: 'load', refuse: refuseMemory },
  { reason: 'disk', scope: 'load', refuse: refuseDisk },
  { reason: 'disk-class', scope: 'load', refuse: refusePool },
  { reason: 'device', scope: 'load', refuse: refuseDevice },
  { reason: 'numa', scope: 'load', refuse: refuseNuma },
];

/**
 * Lists the filters of a question: the common ones, then one a required term.
 * @returns at most 31, so that a set of them is a number
 */
export function filtersOf(question: PlacementQuestion): readonly ScopedFilter[] {
  const terms = termFiltersOf(question);
  return terms.length === 0 ? COMMON : [...COMMON, ...terms];
}

function termFiltersOf({ affinities, spreads, unwelcome }: PlacementQuestion): ScopedFilter[] {
  const filters: ScopedFilter[] = [];
  for (const counted of affinities ?? []) {
    const { need, rule, level } = counted.term;
    if (need !== 'required') continue;
    const reason = rule === 'apart' ? 'anti-affinity' : 'affinity';
    filters.push({ reason, scope: scopeOf(level), refuse: makeAffinityFilter(counted) });
  }
  for (const counted of spreads ?? []) {
    const { need, level } = counted.term;
    if (need !== 'required') continue;
    filters.push({ reason: 'spread', scope: scopeOf(level), refuse: makeSpreadFilter(counted) });
  }
  for (const there of unwelcome ?? []) {
    const refuse = makeUnwelcomeFilter(there);
    filters.push({ reason: 'unwelcome', scope: scopeOf(there.level), refuse });
  }
  return filters;
}

/** What a rule about a level has to look at. */
export function scopeOf(level: TopologyLevel): RuleScope {
  return level === 'node' ? 'node' : 'domain';
}
