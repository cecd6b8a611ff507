/**
 * Runs of whole numbers in few bits: blocks of sixteen, each as differences from its least value or
 * from number to number, whichever needs fewer bits. Source of the idea: frame of reference
 * (Goldstein, Ramakrishnan and Shaft, 1998).
 */
import type { BitReader, BitWriter } from './bits.ts';

/** Numbers of a block: an outlier makes only these wider. */
const BLOCK = 16;

/** Bits that say how wide the numbers of a block are. */
const WIDTH_BITS = 6;

/** The largest number, either way: differences and their signs stay exact. */
export const PACKED_MAX = 2 ** 45;

const FROM_LEAST = 0;
const FROM_BEFORE = 1;

/** Writes whole numbers, each within {@link PACKED_MAX} of 0. */
export function packIntegers(out: BitWriter, numbers: readonly number[]): void {
  let before = 0;
  for (let start = 0; start < numbers.length; start += BLOCK) {
    const block = numbers.slice(start, start + BLOCK);
    before = packBlock(out, block, before);
  }
}

/** @returns the last number of the block */
function packBlock(out: BitWriter, block: readonly number[], before: number): number {
  const least = Math.min(...block);
  const steps: number[] = [];
  let last = before;
  for (const number of block) {
    steps.push(zigzag(number - last));
    last = number;
  }
  const offsets = block.map((number) => number - least);
  const [stepBits, offsetBits] = [bitsOf(Math.max(...steps)), bitsOf(Math.max(...offsets))];
  const base = zigzag(least - before);
  const isFromLeast = offsetBits * block.length + bitsOf(base) < stepBits * block.length;
  out.write(isFromLeast ? FROM_LEAST : FROM_BEFORE, 1);
  const bits = isFromLeast ? offsetBits : stepBits;
  out.write(bits, WIDTH_BITS);
  if (isFromLeast) out.writeVarint(base);
  if (bits > 0) for (const each of isFromLeast ? offsets : steps) out.write(each, bits);
  return last;
}

/** Reads as many numbers as were packed. */
export function unpackIntegers(input: BitReader, count: number): number[] {
  const numbers: number[] = [];
  let before = 0;
  while (numbers.length < count) {
    const size = Math.min(BLOCK, count - numbers.length);
    const mode = input.read(1);
    const bits = input.read(WIDTH_BITS);
    const least = mode === FROM_LEAST ? before + unzigzag(input.readVarint()) : 0;
    for (let index = 0; index < size; index += 1) {
      const each = bits === 0 ? 0 : input.read(bits);
      before = mode === FROM_LEAST ? least + each : before + unzigzag(each);
      numbers.push(before);
    }
  }
  return numbers;
}

function bitsOf(value: number): number {
  let bits = 0;
  for (let rest = value; rest >= 1; rest = Math.floor(rest / 2)) bits += 1;
  return bits;
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function unzigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
