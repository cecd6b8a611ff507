/**
 * Space that is reserved beside a database, so that the agent can still write down what it does
 * when guests have filled the disk. Source of the idea: the reserved blocks of ext4.
 */
import { closeSync, fsyncSync, openSync, statSync, truncateSync, writeSync } from 'node:fs';

/** Size of the whole reserve, and of the part that is given up at a time. Unit: bytes. */
const RESERVE_BYTES = 2_097_152;
const PART_BYTES = 131_072;

const OWNER_ONLY = 0o600;

/** Reserved space. */
export interface SpaceReserve {
  /** Reserves what is missing, as far as the disk has room. */
  readonly fill: () => void;
  /** Gives up a part of it; returns whether there was one. */
  readonly free: () => boolean;
}

/** Describes the reserve in a file, which is made when it is first filled. */
export function reserveSpace(path: string): SpaceReserve {
  const sizeOf = (): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return {
    fill: () => {
      const size = sizeOf();
      if (size >= RESERVE_BYTES) return;
      try {
        const file = openSync(path, 'a', OWNER_ONLY);
        try {
          // A hole in a file would reserve nothing.
          writeSync(file, Buffer.alloc(RESERVE_BYTES - size));
          fsyncSync(file);
        } finally {
          closeSync(file);
        }
      } catch {
        // The disk is full: what could be reserved is.
      }
    },
    free: () => {
      const size = sizeOf();
      if (size === 0) return false;
      try {
        truncateSync(path, Math.max(0, size - PART_BYTES));
        return true;
      } catch {
        return false;
      }
    },
  };
}
