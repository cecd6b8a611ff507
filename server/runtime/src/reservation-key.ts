/** The key that a node registers at SCSI devices. */
import { createHash } from 'node:crypto';

/** Keys of nodes begin with it, so that they differ from those of other programs. */
const PREFIX = '4e43';
const DIGITS = 12;

/**
 * Returns the key of a node: the same for its name everywhere, and never zero.
 * @returns as `sg_persist` prints it, such as `0x4e43a1b2c3d4e5f6`
 */
export function reservationKey(node: string): string {
  const hash = createHash('sha256').update(node).digest('hex');
  return `0x${PREFIX}${hash.slice(0, DIGITS)}`;
}
