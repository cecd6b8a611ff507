/** Finds silent nodes whose silence has a common cause. */
import type { FenceableNode, HeldZone } from '../model/fencing.ts';

/** More silent nodes of a zone at once have a common cause: a switch, a rack, this server. */
const ZONE_SHARE_MAX = 0.2;
const ZONE_SILENT_MIN = 2;

/** A server that hears less than this share of the fleet doubts itself. */
const HEARD_SHARE_MIN = 0.5;

/** Node attributes that the rule reads. Without racks, no rack is a common cause. */
type HeardNode = Pick<FenceableNode, 'name' | 'zone'> &
  Partial<Pick<FenceableNode, 'rack' | 'wasSilent' | 'isSettled'>> & { readonly state: string };

/**
 * Finds zones with more silent nodes than fail by themselves, and racks that are silent as a whole.
 * Nodes that are known to be dead, out of service, or settled say nothing about the others.
 * @returns the fleet alone where most of it is silent; else zones, then racks of others, sorted
 */
export function findCommonCauses(nodes: readonly HeardNode[]): readonly HeldZone[] {
  const serving = nodes.filter(
    (node) => node.state === 'answers' || (isUnheard(node) && node.isSettled !== true),
  );
  const silent = serving.filter(isCounted);
  if (!serving.some(isUnheard)) return [];
  const heard = serving.length - silent.length;
  if (silent.length >= ZONE_SILENT_MIN && heard < HEARD_SHARE_MIN * serving.length) {
    return [heldOf(null, serving)];
  }
  const zones = [...new Set(silent.map(({ zone }) => zone))].sort();
  const held = zones
    .map((zone) =>
      heldOf(
        zone,
        serving.filter((node) => node.zone === zone),
      ),
    )
    .filter(
      (each) =>
        each.silent.length >= ZONE_SILENT_MIN && each.silent.length > ZONE_SHARE_MAX * each.of,
    );
  const others = serving.filter(({ zone }) => !held.some((each) => each.zone === zone));
  return [...held, ...findRacks(others)];
}

/** Racks of at least two nodes, all of which are silent: a switch, or their power. */
function findRacks(serving: readonly HeardNode[]): readonly HeldZone[] {
  const racks = new Map<string, HeardNode[]>();
  for (const node of serving) {
    if (node.rack === undefined) continue;
    const key = JSON.stringify([node.zone, node.rack]);
    const found = racks.get(key);
    if (found === undefined) racks.set(key, [node]);
    else found.push(node);
  }
  return [...racks.entries()]
    .filter(([, members]) => members.length >= ZONE_SILENT_MIN && members.every(isCounted))
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, members]) => heldOf(members[0]?.zone ?? null, members, members[0]?.rack));
}

/** The last nodes of a network that comes back are silent for the reason of the others. */
function isCounted(node: HeardNode): boolean {
  return isUnheard(node) || node.wasSilent === true;
}

/** Whatever another channel says of it: servers do not hear it. */
export function isUnheard({ state }: Pick<HeardNode, 'state'>): boolean {
  return state === 'silent' || state === 'suspected';
}

function heldOf(zone: string | null, serving: readonly HeardNode[], rack?: string): HeldZone {
  const silent = serving.filter(isCounted).map(({ name }) => name);
  return { zone, rack: rack ?? null, silent: silent.sort(), of: serving.length };
}
