/**
 * Freezes the file systems of a guest while the copy of one of its disks begins, so that the copy
 * is consistent for the guest and not only for the disk. The guest agent does it, where one runs:
 * databases and others take part by its hooks.
 * A guest that stays frozen writes nothing any more, so a file says which one may be frozen, and
 * is there before the guest is asked; the driver thaws each guest for which it finds one.
 * Source: `guest-fsfreeze-freeze` in QEMU's `qga/qapi-schema.json`.
 */
import type { VmId } from '@novacron/contract/ids';
import { isFile, remove } from '../files/directories.ts';
import { writeStored } from '../files/stored-json.ts';
import { QemuTrouble } from '../files/trouble.ts';
import { talkToGuest } from '../guest/talk-to-guest.ts';
import type { QemuNode } from '../machine/qemu-node.ts';

/** Maximum time that a guest is frozen, and that it may take to flush its data. Unit: ms. */
const FROZEN_MS_MAX = 10_000;

/**
 * Runs an action while the file systems of the guest are frozen, or as they are where it has no
 * agent, or one that refuses. They are thawed after 10 s also where the action takes longer.
 */
export async function whileFrozen<T>(
  node: QemuNode,
  vmId: VmId,
  act: () => Promise<T>,
): Promise<T> {
  node.freezing.add(vmId);
  let cancel = (): void => undefined;
  try {
    await freeze(node, vmId);
    cancel = node.timers.after(FROZEN_MS_MAX, () => void thaw(node, vmId));
    return await act();
  } finally {
    cancel();
    await thaw(node, vmId);
    node.freezing.delete(vmId);
  }
}

/** Thaws the guests that an agent has left frozen when it was killed, or that did not answer. */
export function thawLeft(node: QemuNode): Promise<unknown> {
  const left = node.machines.list().filter(({ vm_id }) => !node.freezing.has(vm_id));
  return Promise.all(left.map(({ vm_id }) => thaw(node, vm_id)));
}

async function freeze({ places }: QemuNode, vmId: VmId): Promise<void> {
  const { guestAgentSocket } = places.files(vmId);
  try {
    await talkToGuest(guestAgentSocket, async ({ execute }) => {
      writeStored(places.frozen(vmId), {});
      await execute('guest-fsfreeze-freeze', undefined, FROZEN_MS_MAX);
    });
  } catch (cause) {
    // The copy is consistent as after a power failure, as with a guest without an agent.
    if (!(cause instanceof QemuTrouble)) throw cause;
  }
}

/** Thaws a guest. If it does not answer, the file stays, and the next {@link thawLeft} retries. */
async function thaw({ places, machines }: QemuNode, vmId: VmId): Promise<void> {
  if (!isFile(places.frozen(vmId))) return;
  try {
    if (machines.processOf(vmId) !== undefined) {
      const { guestAgentSocket } = places.files(vmId);
      await talkToGuest(guestAgentSocket, ({ execute }) =>
        execute('guest-fsfreeze-thaw', undefined, FROZEN_MS_MAX),
      );
    }
    remove(places.frozen(vmId));
  } catch (cause) {
    if (!(cause instanceof QemuTrouble)) throw cause;
    // An agent that refuses has nothing to thaw.
    if (cause.next === 'final') remove(places.frozen(vmId));
  }
}
