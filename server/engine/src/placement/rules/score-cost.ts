import type { Scorer } from './model.ts';

/** Prefers cheap nodes. One that states no cost costs nothing more. */
export const scoreCost: Scorer = {
  name: 'cost',
  scope: 'place',
  kind: 'range',
  measure: ({ costPerHour = 0 }) => (Number.isFinite(costPerHour) ? costPerHour : 0),
};
