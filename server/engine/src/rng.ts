/**
 * Random numbers for decisions: a tree, grown from one seed. A generator's numbers depend on its
 * path from the root alone, never on how many numbers its parent or siblings have given.
 * Sources: Blackman and Vigna, "Scrambled linear pseudorandom number generators" (2018), for
 * xoshiro128**; Appleby's MurmurHash3 for its finaliser; Oxide's planner for the tree.
 */
import type { Rng } from './env.ts';

/** Four unsigned 32-bit numbers. */
type Lanes = readonly [number, number, number, number];

/** Odd constants, one a lane, so that the lanes hash the same text differently. */
const LANE_FACTORS: Lanes = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f];

const ROOT: Lanes = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344];

/** 2^-53: the step between neighbouring results of `next`. */
const STEP = 2 ** -53;

/**
 * Makes the root of a tree of generators.
 * @param seed - any text; the same seed gives the same tree on every machine
 * @returns a generator; `fork` of the same purpose gives the same child, however often it is asked
 * @example makeRng('42').fork('placement').fork('web-01').next()
 */
export function makeRng(seed: string): Rng {
  return growRng(hashInto(ROOT, seed));
}

function growRng(key: Lanes): Rng {
  let [a, b, c, d] = key;

  function nextUint32(): number {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return result;
  }

  return {
    next: () => ((nextUint32() >>> 5) * 2 ** 26 + (nextUint32() >>> 6)) * STEP,
    fork: (purpose) => growRng(hashInto(key, purpose)),
  };
}

/** Mixes a text and its length into a key; the length keeps `ab`,`c` apart from `a`,`bc`. */
function hashInto(key: Lanes, text: string): Lanes {
  const lanes: [number, number, number, number] = [...key];
  mixIn(lanes, text.length);
  for (let index = 0; index < text.length; index += 1) mixIn(lanes, text.charCodeAt(index));
  const [a, b, c, d] = lanes;
  const sum = a ^ b ^ c ^ d;
  const mixed: Lanes = [finalise(a + sum), finalise(b ^ sum), finalise(c - sum), finalise(d + a)];
  // The all-zero state is the only one that xoshiro never leaves.
  return mixed.every((lane) => lane === 0) ? ROOT : mixed;
}

function mixIn(lanes: [number, number, number, number], word: number): void {
  const [a, b, c, d] = lanes;
  lanes[0] = rotateLeft(Math.imul(a ^ word, LANE_FACTORS[0]), 13) + d;
  lanes[1] = rotateLeft(Math.imul(b ^ word, LANE_FACTORS[1]), 15) + a;
  lanes[2] = rotateLeft(Math.imul(c ^ word, LANE_FACTORS[2]), 17) + b;
  lanes[3] = rotateLeft(Math.imul(d ^ word, LANE_FACTORS[3]), 19) + c;
}

/** MurmurHash3's last step: every bit of the input changes about half of the result's. */
function finalise(lane: number): number {
  let mixed = lane ^ (lane >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
