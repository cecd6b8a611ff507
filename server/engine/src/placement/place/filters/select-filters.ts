/** Selects the filters that a request needs, in the order in which their reasons are listed. */
import type { TopologyLevel } from '../model/placement.ts';
import type { CountedRequest, RuleScope, ScopedFilter } from '../model/rule.ts';
import { makeAffinityFilter } from './filter-affinity.ts';
import { filterLicenceByNode, filterLicenceByVm } from './filter-licence.ts';
import {
  filterExcluded,
  filterFeature,
  filterNetwork,
  filterNodeLabel,
  filterPinnedElsewhere,
  filterResidency,
  filterSpotRisk,
  filterStatus,
  filterTaint,
  filterZone,
  filterZones,
} from './filter-place.ts';
import {
  filterBrokenFigures,
  filterCpu,
  filterDevice,
  filterDisk,
  filterMemory,
  filterNuma,
  filterPool,
} from './filter-room.ts';
import { makeSpreadFilter } from './filter-spread.ts';
import { makeAntiAffinityFilter } from './filter-unwelcome.ts';
import { filterVolumeByNode, filterVolumeByZone } from './filter-volume.ts';

/**
 * The filters that every request has. A filter's place in this list is its bit in the index's
 * masks, so all of them are always there.
 */
const COMMON: readonly ScopedFilter[] = [
  { reason: 'status', scope: 'place', reject: filterStatus },
  { reason: 'broken-figures', scope: 'load', reject: filterBrokenFigures },
  { reason: 'pinned-elsewhere', scope: 'node', reject: filterPinnedElsewhere },
  { reason: 'excluded', scope: 'node', reject: filterExcluded },
  { reason: 'zone', scope: 'place', reject: filterZone },
  { reason: 'zone', scope: 'place', reject: filterZones },
  { reason: 'node-label', scope: 'place', reject: filterNodeLabel },
  { reason: 'taint', scope: 'place', reject: filterTaint },
  { reason: 'network', scope: 'place', reject: filterNetwork },
  { reason: 'feature', scope: 'place', reject: filterFeature },
  { reason: 'residency', scope: 'place', reject: filterResidency },
  { reason: 'spot-risk', scope: 'place', reject: filterSpotRisk },
  {
    reason: 'volume',
    scope: 'domain',
    reject: filterVolumeByZone,
    concerns: ({ vm }) => vm.volumes !== undefined && vm.volumes.length > 0,
  },
  { reason: 'volume', scope: 'node', reject: filterVolumeByNode },
  {
    reason: 'licence',
    scope: 'domain',
    reject: filterLicenceByVm,
    concerns: ({ vm }) => vm.licences !== undefined && vm.licences.length > 0,
  },
  { reason: 'licence', scope: 'node', reject: filterLicenceByNode },
  { reason: 'cpu', scope: 'load', reject: filterCpu },
  { reason: 'memory', scope: 'load', reject: filterMemory },
  { reason: 'disk', scope: 'load', reject: filterDisk },
  { reason: 'disk-class', scope: 'load', reject: filterPool },
  { reason: 'device', scope: 'load', reject: filterDevice },
  { reason: 'numa', scope: 'load', reject: filterNuma },
];

/**
 * Lists the filters of a request: the common ones, then one for each required term.
 * @returns at most 31, so that a set of them is a number
 */
export function selectFilters(request: CountedRequest): readonly ScopedFilter[] {
  const terms = termFiltersOf(request);
  return terms.length === 0 ? COMMON : [...COMMON, ...terms];
}

function termFiltersOf({ affinities, spreads, unwelcome }: CountedRequest): ScopedFilter[] {
  const filters: ScopedFilter[] = [];
  for (const counted of affinities ?? []) {
    const { need, rule, level } = counted.term;
    if (need !== 'required') continue;
    const reason = rule === 'apart' ? 'anti-affinity' : 'affinity';
    filters.push({ reason, scope: scopeOf(level), reject: makeAffinityFilter(counted) });
  }
  for (const counted of spreads ?? []) {
    const { need, level } = counted.term;
    if (need !== 'required') continue;
    filters.push({ reason: 'spread', scope: scopeOf(level), reject: makeSpreadFilter(counted) });
  }
  for (const there of unwelcome ?? []) {
    const reject = makeAntiAffinityFilter(there);
    filters.push({ reason: 'unwelcome', scope: scopeOf(there.level), reject });
  }
  return filters;
}

/** Returns the scope of a rule about a topology level. */
export function scopeOf(level: TopologyLevel): RuleScope {
  return level === 'node' ? 'node' : 'domain';
}
