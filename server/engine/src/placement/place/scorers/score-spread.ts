/** Scorers that keep similar VMs apart. */
import type { Scorer } from '../model/rule.ts';
import { rackKey } from '../peers/similar-vms.ts';

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

/** Prefers racks with few similar VMs: a rack shares a switch and a power feed. */
export const scoreRackSpread: Scorer = {
  name: 'rack-spread',
  scope: 'domain',
  kind: 'count',
  measure: (node, view) => view.similarByRack.get(rackKey(node)) ?? 0,
  counts: { level: 'rack', read: ({ similarByRack }) => similarByRack },
};
