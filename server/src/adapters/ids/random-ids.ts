import { randomBytes } from 'node:crypto';
import { makeId } from '@novacron/contract/ids';
import type { Clock } from '@novacron/runtime/clock';
import type { Ids } from '../../ports/ids.ts';
import type { SecretRandom } from '../../ports/rng.ts';

/** The operating system's random numbers. */
export const systemRandom: SecretRandom = { bytes: (count) => randomBytes(count) };

/** Bytes that are drawn at once: a call of the operating system costs more than they do. */
const POOL_BYTES = 4_096;

/** Chance for ids, which are not secrets, drawn in advance; no byte is handed out twice. */
function poolOf(random: SecretRandom): (count: number) => Uint8Array {
  let pool: Uint8Array = new Uint8Array(0);
  let used = 0;
  return (count) => {
    if (used + count > pool.length) {
      pool = random.bytes(POOL_BYTES);
      used = 0;
    }
    used += count;
    return pool.subarray(used - count, used);
  };
}

/**
 * Ids from clock and chance that rise within this process, also within one millisecond: the first
 * random bytes are counted up (RFC 9562, section 6.2, monotonic random).
 */
export function createIds(clock: Clock, random: SecretRandom): Ids {
  const draw = poolOf(random);
  let lastMs = 0;
  let lastBytes = new Uint8Array(10);
  return {
    next: (prefix) => {
      const nowMs = clock.nowMs();
      if (nowMs > lastMs) {
        lastMs = nowMs;
        lastBytes = Uint8Array.from(draw(10));
        // Room to count up: the highest bit of the counted part starts at zero.
        lastBytes[0] = (lastBytes[0] ?? 0) & 0x07;
      } else {
        const fresh = Uint8Array.from(draw(10));
        fresh.set(countUp(lastBytes));
        lastBytes = fresh;
      }
      return makeId(prefix, lastMs, lastBytes);
    },
  };
}

/** Adds one to the first four bytes, skipping the bits that hold version and variant. */
function countUp(bytes: Uint8Array): number[] {
  const [b0 = 0, b1 = 0, b2 = 0, b3 = 0] = bytes;
  // 4 bits of byte 0, 8 of byte 1, 6 of byte 2, 8 of byte 3: the others are overwritten.
  const value = (((b0 & 0x0f) * 256 + b1) * 64 + (b2 & 0x3f)) * 256 + b3 + 1;
  return [
    Math.floor(value / (256 * 64 * 256)) & 0x0f,
    Math.floor(value / (64 * 256)) & 0xff,
    Math.floor(value / 256) & 0x3f,
    value & 0xff,
  ];
}
