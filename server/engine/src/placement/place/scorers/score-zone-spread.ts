import type { Scorer } from '../model/rule.ts';

/**
 * Prefers zones with few similar VMs, so that the loss of a zone takes few of them.
 * Source of the idea: Kubernetes, SelectorSpread.
 */
export const scoreZoneSpread: Scorer = {
  name: 'zone-spread',
  scope: 'domain',
  kind: 'count',
  measure: (node, view) => view.similarByZone.get(node.zone) ?? 0,
  counts: { level: 'zone', read: ({ similarByZone }) => similarByZone },
};
