/**
 * Registers the node at SCSI devices, so that their persistent reservation lets it write, and so
 * that another node can take that from it. Source of the idea: `fence_scsi` of Pacemaker; SPC-4,
 * 5.12 (persistent reservations).
 */
import { join } from 'node:path';
import { err, ok, type Result } from '@novacron/contract/result';
import { reservationKey } from '@novacron/runtime/reservation-key';
import { z } from 'zod';
import { runHostProgram } from './run-host-program.ts';
import { readStored, writeStored } from './stored-json.ts';
import { reasonOf } from './trouble.ts';

/** Content of the file: the boot of the host in which the node has registered itself. */
const Registered = z.looseObject({ boot_id: z.string() });

/** Node and devices to register, and the location of the record. */
export interface ReservationSettings {
  readonly node: string;
  readonly devices: readonly string[];
  /** Directory of the machines. */
  readonly runDir: string;
  /** Id of the boot of the host. */
  readonly bootId: string;
  /** The program, with arguments that come first. */
  readonly command?: readonly string[];
}

/**
 * Registers it. A node whose key is gone in the same boot of its host was cut off, and its guests
 * may be there still: it is not registered again by this, but by its server after an inspection.
 * @returns failure: a clause on why it may not write
 */
export async function registerReservationKeys({
  node,
  devices,
  runDir,
  bootId: boot_id,
  command: [program = 'sg_persist', ...first] = ['sg_persist'],
}: ReservationSettings): Promise<Result<'registered' | 'kept', string>> {
  const key = reservationKey(node);
  const file = join(runDir, 'reservation.json');
  const ask = async (device: string, ...args: readonly string[]): Promise<string> => {
    const all = [...first, '--no-inquiry', ...args, `--device=${device}`];
    // The first command after a reset or a preemption is answered with a report of it.
    return runHostProgram(program, all).catch(() => runHostProgram(program, all));
  };
  try {
    const isSameBoot = readStored(file, Registered)?.boot_id === boot_id;
    let changed = false;
    for (const device of devices) {
      const keys = await ask(device, '--in', '--read-keys');
      const isThere = new RegExp(`\\b${key}\\b`, 'i').test(keys);
      if (!isThere && isSameBoot) return err(`was cut off from ${device}`);
      if (!isThere) {
        await ask(device, '--out', '--register-ignore', '--param-aptpl', `--param-sark=${key}`);
        changed = true;
      }
      await reserve((...args) => ask(device, ...args), key);
    }
    if (!isSameBoot) writeStored(file, { boot_id });
    return ok(changed ? 'registered' : 'kept');
  } catch (cause) {
    return err(`cannot register itself: ${reasonOf(cause)}`);
  }
}

/** Reserves a device for registered nodes, where none has: any node may write until then. */
async function reserve(
  ask: (...args: readonly string[]) => Promise<string>,
  key: string,
): Promise<void> {
  const isFree = async () => /NO reservation held/i.test(await ask('--in', '--read-reservation'));
  if (!(await isFree())) return;
  // Type 5: write exclusive, registrants only.
  const done = ask('--out', '--reserve', `--param-rk=${key}`, '--prout-type=5');
  await done.catch(async (cause: unknown) => {
    // Another node was first.
    if (await isFree()) throw cause;
  });
}
