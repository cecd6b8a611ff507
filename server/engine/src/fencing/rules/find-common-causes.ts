/** Which silent nodes are silent for a reason that they have in common. */
import type { FenceableNode, HeldZone } from '../model/fencing.ts';

/** More silent nodes of a zone at once have a common cause: a switch, a rack, this server. */
const ZONE_SHARE_MAX = 0.2;
const ZONE_SILENT_MIN = 2;

/** A server that hears less than this share of the fleet doubts itself. */
const HEARD_SHARE_MIN = 0.5;

/** What the rule looks at. */
type HeardNode = Pick<FenceableNode, 'name' | 'zone' | 'state'>;

/**
 * Finds zones with more silent nodes than fail by themselves. Nodes that are known to be dead, or
 * out of service, say nothing about the others.
 * @returns the fleet alone where most of it is silent; otherwise zones, sorted
 */
export function findCommonCauses(nodes: readonly HeardNode[]): readonly HeldZone[] {
  const serving = nodes.filter(({ state }) => state === 'answers' || state === 'silent');
  const silent = serving.filter(({ state }) => state === 'silent');
  const heard = serving.length - silent.length;
  if (silent.length >= ZONE_SILENT_MIN && heard < HEARD_SHARE_MIN * serving.length) {
    return [heldOf(null, serving)];
  }
  const zones = [...new Set(silent.map(({ zone }) => zone))].sort();
  return zones
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
}

function heldOf(zone: string | null, serving: readonly HeardNode[]): HeldZone {
  const silent = serving.filter(({ state }) => state === 'silent').map(({ name }) => name);
  return { zone, silent: silent.sort(), of: serving.length };
}
