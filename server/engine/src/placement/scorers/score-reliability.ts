import type { Scorer } from '../model/rule.ts';

/** Prefers nodes that are unlikely to be taken away. */
export const scoreReliability: Scorer = {
  name: 'reliability',
  scope: 'place',
  kind: 'share',
  measure: ({ spotRisk = 0 }) => 1 - Math.min(1, Math.max(0, spotRisk)),
};
