import type { Filter } from '../model/rule.ts';

/** Rejects a node whose spot risk is above the limit of the request. */
export const filterSpotRisk: Filter = ({ spotRisk = 0 }, { constraints: { spotRiskMax } }) =>
  spotRiskMax === undefined || spotRisk <= spotRiskMax
    ? undefined
    : { reason: 'spot-risk', risk: spotRisk, most: spotRiskMax };
