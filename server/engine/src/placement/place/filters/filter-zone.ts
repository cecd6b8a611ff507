import type { Filter } from '../model/rule.ts';

/** Rejects a node outside the zone that the request insists on. */
export const filterZone: Filter = ({ zone }, { constraints }) =>
  constraints.zone === undefined || constraints.zone === zone
    ? undefined
    : { reason: 'zone', zone, zoneWanted: constraints.zone };
