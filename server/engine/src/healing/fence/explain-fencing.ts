/** Explains a round of fencing in lines for people. */
import type { FenceableNode, FencingPlan, GuardedNode, HeldZone } from './model/fencing.ts';

/** Explains it: a line for each node that is fenced or alive, and for each zone held. */
export function explainFencing({ fence, cutOff, held, alive }: FencingPlan): string[] {
  return [
    ...fence.map(explainFence),
    ...cutOff.map(explainCutOff),
    ...alive.map(explainAlive),
    ...held.map(explainHeld),
  ];
}

function explainFence(node: FenceableNode): string {
  const { name, vms } = node;
  return `${name} is powered off: ${explainSilence(node)}, ${vms} VMs start elsewhere then`;
}

function explainCutOff(node: FenceableNode): string {
  const { name, hasDevice, storage } = node;
  const why = hasDevice ? 'its power could not be switched' : 'it has no power switch';
  return (
    `${name} is cut off from its storage: ${explainSilence(node)}, ${why}, ` +
    `${storage?.vms ?? 0} VMs start elsewhere then`
  );
}

/** Explains what the channels say of a node that is powered off, as a clause. */
export function explainSilence({ silentMs, pool }: FenceableNode): string {
  const silent = `no heartbeat for ${Math.floor(silentMs / 1_000)} s`;
  if (pool?.kind !== 'stopped') return silent;
  const readers = pool.by.join(', ');
  return `${silent}, and the one in the shared storage has stopped (read by ${readers})`;
}

/** Explains why a node that servers do not hear is not powered off, as a sentence. */
function explainAlive({ name, pool }: FenceableNode): string {
  const guests = pool?.guests ?? null;
  const running = guests === null ? '' : `, and ${guests} guests run`;
  return (
    `${name} is not powered off: servers do not hear it, and its heartbeat in the shared storage ` +
    `moves (read by ${pool?.by.join(', ') ?? ''}). Its management network or its agent is away` +
    running
  );
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

/** Explains that the guarded VMs of a silent node run no more, as a sentence. */
export function explainLeaseFence({ name, guard, storedMs }: GuardedNode): string {
  const leaseMs = guard?.leaseMs ?? 0;
  return (
    `${name} has stopped ${guard?.vms ?? 0} VMs by itself: no heartbeat of it was stored for ` +
    `${Math.floor(storedMs / 1_000)} s, and it stops them within ${Math.floor(leaseMs / 1_000)} s`
  );
}
