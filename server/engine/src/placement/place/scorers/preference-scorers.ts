/** Makes a scorer for each preference of a request. */

import { isTolerated } from '../filters/filter-place.ts';
import { reaches } from '../filters/filter-volume.ts';
import { scopeOf } from '../filters/select-filters.ts';
import type { AffinityTerm, Labels, VolumeSite } from '../model/placement.ts';
import type { CountedAffinity, CountedRequest, CountedSpread, Scorer } from '../model/rule.ts';
import { countAt } from '../peers/count-peers.ts';
import { scoreNumaFit } from './score-numa-fit.ts';

/** Lists the scorers of a request's preferences; several of a name are numbered from 2. */
export function listPreferenceScorers(request: CountedRequest): readonly Scorer[] {
  const { vm, constraints, affinities = [], spreads = [] } = request;
  const { preferZones, preferNodes, preferNodeLabels, tolerations } = constraints;
  const scorers: Scorer[] = [];
  if (preferZones !== undefined) {
    const measure: Scorer['measure'] = ({ zone }) => Number(preferZones.includes(zone));
    scorers.push({ name: 'preferred-zone', scope: 'place', kind: 'share', measure });
  }
  if (preferNodes !== undefined) {
    const measure: Scorer['measure'] = ({ name }) => Number(preferNodes.includes(name));
    scorers.push({ name: 'preferred-node', scope: 'node', kind: 'share', measure });
  }
  if (preferNodeLabels !== undefined) scorers.push(scoreNodeLabels(preferNodeLabels));
  if (vm.preferredFeatures !== undefined) scorers.push(scoreFeatures(vm.preferredFeatures));
  if (request.avoided === 'yes') {
    const measure: Scorer['measure'] = ({ taints = [] }) =>
      Number(!taints.some((taint) => !isTolerated(taint, tolerations)));
    scorers.push({ name: 'untainted', scope: 'place', kind: 'share', measure });
  }
  const volumes = vm.volumes?.filter(({ need }) => need === 'preferred') ?? [];
  if (volumes.length > 0) scorers.push(scoreVolumes(volumes));
  if (vm.numa === 'prefer-single') scorers.push({ ...scoreNumaFit, name: 'one-cell' });
  for (const counted of affinities) {
    if (counted.term.need === 'preferred') scorers.push(scoreAffinity(counted));
  }
  for (const counted of spreads) {
    if (counted.term.need === 'preferred') scorers.push(scoreSpread(counted));
  }
  return numberNames(scorers);
}

function scoreNodeLabels(preferred: Labels): Scorer {
  const wanted = Object.entries(preferred);
  return {
    name: 'preferred-label',
    scope: 'place',
    kind: 'share',
    measure: ({ labels = {} }) =>
      wanted.filter(([name, value]) => Object.hasOwn(labels, name) && labels[name] === value)
        .length / wanted.length,
  };
}

function scoreFeatures(preferred: readonly string[]): Scorer {
  return {
    name: 'preferred-feature',
    scope: 'place',
    kind: 'share',
    measure: ({ features = [] }) =>
      preferred.filter((each) => features.includes(each)).length / preferred.length,
  };
}

function scoreVolumes(volumes: readonly VolumeSite[]): Scorer {
  return {
    name: 'volume-locality',
    scope: volumes.some(({ nodes }) => nodes !== undefined) ? 'node' : 'domain',
    kind: 'share',
    measure: (node) => volumes.filter((site) => reaches(node, site)).length / volumes.length,
  };
}

function scoreAffinity({ term, tally }: CountedAffinity): Scorer {
  const isThere = (found: number) => Number(found > 0);
  const shares: Readonly<Record<AffinityTerm['rule'], Pick<Scorer, 'name' | 'kind' | 'measure'>>> =
    {
      together: {
        name: 'affinity',
        kind: 'share',
        measure: (node) => isThere(countAt(tally, term.level, node)),
      },
      apart: {
        name: 'anti-affinity',
        kind: 'count',
        measure: (node) => countAt(tally, term.level, node),
      },
    };
  return { ...shares[term.rule], scope: scopeOf(term.level) };
}

function scoreSpread({ term, tally }: CountedSpread): Scorer {
  return {
    name: `${term.level}-skew`,
    scope: scopeOf(term.level),
    kind: 'count',
    measure: (node) => countAt(tally, term.level, node),
  };
}

function numberNames(scorers: readonly Scorer[]): readonly Scorer[] {
  const seen = new Map<string, number>();
  return scorers.map((scorer) => {
    const nth = (seen.get(scorer.name) ?? 0) + 1;
    seen.set(scorer.name, nth);
    return nth === 1 ? scorer : { ...scorer, name: `${scorer.name}-${nth}` };
  });
}
