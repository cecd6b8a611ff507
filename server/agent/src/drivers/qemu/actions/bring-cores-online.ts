/**
 * Lets a guest use cores that were plugged in: Linux adds them, and leaves it to user space to
 * bring them online. Guests without a guest agent do so by a rule of udev, or at their next boot.
 * Source: `guest-set-vcpus` in QEMU's `qga/qapi-schema.json`.
 */
import { z } from 'zod';
import { QemuTrouble } from '../files/trouble.ts';
import { talkToGuest } from '../guest/talk-to-guest.ts';
import type { QemuAction } from '../machine/qemu-node.ts';
import { awaitCondition } from './devices.ts';

const Cores = z.array(z.looseObject({ 'logical-id': z.int(), online: z.boolean() }));

/**
 * Asks the guest agent, where one answers, to bring all cores online; waits until the guest has
 * seen them.
 */
export async function bringCoresOnline(action: QemuAction, cores: number): Promise<void> {
  const { node, order } = action;
  const { guestAgentSocket } = node.places.files(order.vm_id);
  const allOnline = async (): Promise<boolean> =>
    talkToGuest(guestAgentSocket, async ({ execute }) => {
      const found = Cores.parse(await execute('guest-get-vcpus'));
      const vcpus = found
        .filter(({ online }) => !online)
        .map((core) => ({ 'logical-id': core['logical-id'], online: true }));
      if (vcpus.length > 0) await execute('guest-set-vcpus', { vcpus });
      return found.length >= cores;
    });
  try {
    await awaitCondition(action, allOnline);
  } catch (cause) {
    // Without an agent that can, the cores are there, and the guest decides.
    if (!(cause instanceof QemuTrouble || cause instanceof z.ZodError)) throw cause;
  }
}
