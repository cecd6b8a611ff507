/**
 * Reads `/proc/pressure/memory`: how long tasks of the host wait for memory. Pure.
 * Source: Linux, `Documentation/accounting/psi.rst`.
 */
import type { MemoryPressure } from './signal-source.ts';

const FULL = /^full .*\bavg60=([\d.]+) avg300=([\d.]+)/m;

/** Reads it; undefined where the kernel counts none. */
export function parsePressure(text: string): MemoryPressure | undefined {
  const found = FULL.exec(text);
  if (found === null) return undefined;
  const [lastMinute = 0, lastFiveMinutes = 0] = found.slice(1).map(Number);
  return { lastMinute, lastFiveMinutes };
}
