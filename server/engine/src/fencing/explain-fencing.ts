/** Explains a round of fencing in lines for people. */
import type { FenceableNode, FencingPlan, HeldZone } from './model/fencing.ts';

/** Explains it: a line for each node that is powered off, and for each zone that is held. */
export function explainFencing({ fence, held }: FencingPlan): string[] {
  return [...fence.map(explainFence), ...held.map(explainHeld)];
}

function explainFence({ name, silentMs, vms }: FenceableNode): string {
  const seconds = Math.floor(silentMs / 1_000);
  return `${name} is powered off: silent for ${seconds} s, ${vms} VMs start elsewhere then`;
}

/** Explains why silent nodes are left alone, as a sentence. */
export function explainHeld({ zone, rack, silent, of }: HeldZone): string {
  const room = rack === null ? zone : `${rack} of ${zone}`;
  const where = zone === null ? 'in the fleet' : `in ${room}`;
  return (
    `${silent.length} of ${of} nodes ${where} are silent at once, which has a common cause: ` +
    `none is powered off (${silent.join(', ')})`
  );
}
