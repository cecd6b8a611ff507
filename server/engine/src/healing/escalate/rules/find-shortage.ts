/** Detects which resource a guest is short of, from its console and measurements. */
import type { GuestSigns, Shortage } from '../model/escalation.ts';

/** Below it, the kernel of a guest ends processes. */
const MEMORY_AVAILABLE_RATIO_MAX = 0.05;

/** From then on a guest has no time left for what it should do. */
const CPU_USED_RATIO_MIN = 0.95;

/** Measurements that make a shortage: one may be a moment of load. */
const MEASUREMENTS_MIN = 3;

/** Messages of Linux; linear in the length of a line. They are not trusted: only quoted. */
const OUT_OF_MEMORY = /out of memory|oom-kill/i;

/** The longest quotation. Unit: characters. */
const QUOTED_MAX = 160;

/** Finds it; empty where nothing shows a shortage. */
export function findShortages({
  console: lines,
  memoryAvailableRatios,
  cpuUsedRatios,
}: GuestSigns): readonly Shortage[] {
  const said = lines.findLast((line) => OUT_OF_MEMORY.test(line));
  const short = memoryAvailableRatios.filter((ratio) => ratio <= MEMORY_AVAILABLE_RATIO_MAX);
  const busy = cpuUsedRatios.filter((ratio) => ratio >= CPU_USED_RATIO_MIN);
  const memory =
    said !== undefined
      ? `its console said: "${said.slice(0, QUOTED_MAX)}"`
      : short.length < MEASUREMENTS_MIN
        ? undefined
        : `its guest could use at most 5 % of its memory in ${ofAll(short, memoryAvailableRatios)}`;
  const cpu =
    busy.length < MEASUREMENTS_MIN
      ? undefined
      : `its guest used at least 95 % of its CPU in ${ofAll(busy, cpuUsedRatios)}`;
  return [
    ...(memory === undefined ? [] : [{ resource: 'memory' as const, text: memory }]),
    ...(cpu === undefined ? [] : [{ resource: 'cpu' as const, text: cpu }]),
  ];
}

function ofAll(some: readonly number[], all: readonly number[]): string {
  return `${some.length} of the last ${all.length} measurements`;
}
