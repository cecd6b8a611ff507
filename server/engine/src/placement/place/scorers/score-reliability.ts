import type { Scorer } from '../model/rule.ts';

/** Prefers nodes with a low spot risk. */
export const scoreReliability: Scorer = {
  name: 'reliability',
  scope: 'place',
  kind: 'share',
  measure: ({ spotRisk = 0 }) => 1 - Math.min(1, Math.max(0, spotRisk)),
};
