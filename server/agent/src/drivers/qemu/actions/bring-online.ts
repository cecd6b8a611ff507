/**
 * Lets a guest use cores and memory that were plugged in: Linux adds both, and may leave it to user
 * space to bring them online. Guests without a guest agent do so by rules of udev, by parameters of
 * their kernel, or at their next boot.
 * Source: `guest-set-vcpus` and `guest-set-memory-blocks` in QEMU's `qga/qapi-schema.json`.
 */
import { z } from 'zod';
import { QemuTrouble } from '../files/trouble.ts';
import type { GuestAgent } from '../guest/guest-agent.ts';
import { talkToGuest } from '../guest/talk-to-guest.ts';
import { awaitCondition } from '../hotplug/devices.ts';
import type { QemuAction } from '../machine/qemu-node.ts';

const Cores = z.array(z.looseObject({ 'logical-id': z.int(), online: z.boolean() }));

const Blocks = z.array(z.looseObject({ 'phys-index': z.int(), online: z.boolean() }));

/**
 * Asks the guest agent, where one answers, to bring all cores online; waits until the guest has
 * seen them.
 */
export function bringCoresOnline(action: QemuAction, cores: number): Promise<void> {
  return askUntil(action, async ({ execute }) => {
    const found = Cores.parse(await execute('guest-get-vcpus'));
    const vcpus = found
      .filter(({ online }) => !online)
      .map((core) => ({ 'logical-id': core['logical-id'], online: true }));
    if (vcpus.length > 0) await execute('guest-set-vcpus', { vcpus });
    return found.length >= cores;
  });
}

/** Asks the guest agent, where one answers, to bring all memory online. */
export function bringMemoryOnline(action: QemuAction): Promise<void> {
  return askUntil(action, async ({ execute }) => {
    const found = Blocks.parse(await execute('guest-get-memory-blocks'));
    const blocks = found
      .filter(({ online }) => !online)
      .map((block) => ({ 'phys-index': block['phys-index'], online: true }));
    if (blocks.length > 0) await execute('guest-set-memory-blocks', { 'mem-blks': blocks });
    return true;
  });
}

async function askUntil(
  action: QemuAction,
  isDone: (agent: GuestAgent) => Promise<boolean>,
): Promise<void> {
  const { node, order } = action;
  const { guestAgentSocket } = node.places.files(order.vm_id);
  try {
    await awaitCondition(action, () => talkToGuest(guestAgentSocket, isDone));
  } catch (cause) {
    // Without an agent that can, they are there, and the guest decides.
    if (!(cause instanceof QemuTrouble || cause instanceof z.ZodError)) throw cause;
  }
}
