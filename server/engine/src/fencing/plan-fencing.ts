/** Plans which silent nodes are powered off now. See README.md. */
import type { Env } from '../env.ts';
import type { FenceableNode, FencingInput, FencingPlan, HeldZone } from './model/fencing.ts';

/** More silent nodes of a zone at once have a common cause: a switch, a rack, this server. */
const ZONE_SHARE_MAX = 0.2;
const ZONE_SILENT_MIN = 2;

/** A server that hears less than this share of the fleet doubts itself. */
const HEARD_SHARE_MIN = 0.5;

/** Plans a round. */
export function planFencing(
  { nodes, afterMs }: FencingInput,
  { nowMs }: Pick<Env, 'nowMs'>,
): FencingPlan {
  const held = findHeld(nodes);
  const isHeld = (zone: string) => held.some((each) => each.zone === null || each.zone === zone);
  const busy = new Set(nodes.filter(({ underWay }) => underWay).map(({ zone }) => zone));
  const fence: FenceableNode[] = [];
  for (const node of [...nodes].sort(compareNames)) {
    if (!isDue(node, { afterMs, nowMs }) || isHeld(node.zone) || busy.has(node.zone)) continue;
    fence.push(node);
    busy.add(node.zone);
  }
  return { fence, held };
}

function isDue(
  { state, silentMs, hasDevice, vms, underWay, notBeforeMs }: FenceableNode,
  { afterMs, nowMs }: { readonly afterMs: number; readonly nowMs: number },
): boolean {
  const isWanted = state === 'silent' && hasDevice && vms > 0 && !underWay;
  return isWanted && silentMs >= afterMs && (notBeforeMs ?? 0) <= nowMs;
}

/** Nodes that are known to be dead, or out of service, say nothing about the others. */
function findHeld(nodes: readonly FenceableNode[]): readonly HeldZone[] {
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

function heldOf(zone: string | null, serving: readonly FenceableNode[]): HeldZone {
  const silent = serving.filter(({ state }) => state === 'silent').map(({ name }) => name);
  return { zone, silent: silent.sort(), of: serving.length };
}

function compareNames(left: FenceableNode, right: FenceableNode): number {
  return left.name < right.name ? -1 : 1;
}
