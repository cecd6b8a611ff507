import type { Filter } from '../model/rule.ts';

/** Refuses a node that is likelier to be taken away than the request can bear. */
export const filterSpotRisk: Filter = ({ spotRisk = 0 }, { constraints: { spotRiskMax } }) =>
  spotRiskMax === undefined || spotRisk <= spotRiskMax
    ? undefined
    : { reason: 'spot-risk', risk: spotRisk, most: spotRiskMax };
