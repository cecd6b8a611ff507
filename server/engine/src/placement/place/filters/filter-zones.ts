import type { Filter } from '../model/rule.ts';

/** Rejects a node outside all of the zones that the request insists on. */
export const filterZones: Filter = ({ zone }, { constraints: { zones } }) =>
  zones === undefined || zones.includes(zone)
    ? undefined
    : { reason: 'zone', zone, zoneWanted: zones.join(' or ') };
