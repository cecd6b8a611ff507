/** Numbers as runs of bits: what chunks of series are made of. */
import { assert } from '@novacron/contract/result';

/** Bits that are written or read at once: with seven that wait they stay a 32-bit integer. */
const PART_BITS = 24;
const PART = 2 ** PART_BITS;

const FIRST_BYTES = 64;
const BYTE_BITS = 8;

/** Bits of a variable-length integer in each of its groups. */
const GROUP_BITS = 7;
const GROUP = 2 ** GROUP_BITS;

/** Collects bits, the first one highest. */
export interface BitWriter {
  /** @param value - whole, 0 or more, below two to the power of `bits`, which is 53 at most */
  readonly write: (value: number, bits: number) => void;
  /** Writes a whole number from 0 to 2^53 - 1 in groups of eight bits. */
  readonly writeVarint: (value: number) => void;
  /** All that was written, filled up with zeros to whole bytes. */
  readonly bytes: () => Uint8Array;
}

/** Makes an empty one. */
export function makeBitWriter(): BitWriter {
  let buffer = new Uint8Array(FIRST_BYTES);
  let length = 0;
  let waiting = 0;
  let waitingBits = 0;

  function emit(byte: number): void {
    if (length === buffer.length) {
      const larger = new Uint8Array(buffer.length * 2);
      larger.set(buffer);
      buffer = larger;
    }
    buffer[length] = byte;
    length += 1;
  }

  function write(value: number, bits: number): void {
    if (bits > PART_BITS) {
      write(Math.floor(value / PART), bits - PART_BITS);
      write(value % PART, PART_BITS);
      return;
    }
    waiting = (waiting << bits) | value;
    waitingBits += bits;
    while (waitingBits >= BYTE_BITS) {
      waitingBits -= BYTE_BITS;
      emit((waiting >>> waitingBits) & 0xff);
    }
    waiting &= (1 << waitingBits) - 1;
  }

  return {
    write,
    writeVarint: (value) => {
      let rest = value;
      while (rest >= GROUP) {
        write(GROUP + (rest % GROUP), BYTE_BITS);
        rest = Math.floor(rest / GROUP);
      }
      write(rest, BYTE_BITS);
    },
    bytes: () => {
      const whole = new Uint8Array(length + (waitingBits > 0 ? 1 : 0));
      whole.set(buffer.subarray(0, length));
      if (waitingBits > 0) whole[length] = (waiting << (BYTE_BITS - waitingBits)) & 0xff;
      return whole;
    },
  };
}

/** Reads what a {@link BitWriter} wrote. */
export interface BitReader {
  readonly read: (bits: number) => number;
  readonly readVarint: () => number;
}

/** Reads bytes from their begin. Throws where they end too early. */
export function makeBitReader(bytes: Uint8Array): BitReader {
  let next = 0;
  let waiting = 0;
  let waitingBits = 0;

  function read(bits: number): number {
    if (bits > PART_BITS) {
      const high = read(bits - PART_BITS);
      return high * PART + read(PART_BITS);
    }
    while (waitingBits < bits) {
      const byte = bytes[next];
      assert(byte !== undefined, 'a chunk has all of its bytes');
      next += 1;
      waiting = (waiting << BYTE_BITS) | byte;
      waitingBits += BYTE_BITS;
    }
    waitingBits -= bits;
    const value = (waiting >>> waitingBits) & (2 ** bits - 1);
    waiting &= (1 << waitingBits) - 1;
    return value;
  }

  return {
    read,
    readVarint: () => {
      let value = 0;
      for (let weight = 1; ; weight *= GROUP) {
        const group = read(BYTE_BITS);
        value += (group % GROUP) * weight;
        if (group < GROUP) return value;
      }
    },
  };
}
