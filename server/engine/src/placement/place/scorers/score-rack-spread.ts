import type { Scorer } from '../model/rule.ts';
import { rackKey } from '../peers/similar-vms.ts';

/** Prefers racks with few similar VMs: a rack shares a switch and a power feed. */
export const scoreRackSpread: Scorer = {
  name: 'rack-spread',
  scope: 'domain',
  kind: 'count',
  measure: (node, view) => view.similarByRack.get(rackKey(node)) ?? 0,
  counts: { level: 'rack', read: ({ similarByRack }) => similarByRack },
};
