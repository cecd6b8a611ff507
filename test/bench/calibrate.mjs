/** Measures how fast this machine is now, so that absolute goals mean the same everywhere. */
import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { median } from 'simple-statistics';
import { LOOP_MS_REFERENCE, measureLoop, readCpuMs } from '../support/measure-loop.mjs';
import { round } from './statistics.mjs';

/** Time to make one page durable on the reference machine, a solid-state disk. Unit: ms. */
const FSYNC_MS_REFERENCE = 2;

const FSYNCS = 20;
const PAGE = Buffer.alloc(4096, 1);

/** Clocks that can time the loop, in ms. */
const CLOCKS = { wall: () => performance.now(), cpu: readCpuMs };

/**
 * Takes samples between the repetitions of a figure.
 * @param {string} directory - on the disk that the figure writes to
 * @param {{ cpuShare: number, clock?: 'wall' | 'cpu' }} options - how much of the figure's time is
 * computing on the reference, from 0 to 1; the rest is waiting for the disk. A figure of CPU time
 * takes the clock `cpu`: whatever else runs here makes it no longer, and its goal no easier.
 */
export function createCalibration(directory, { cpuShare, clock = 'wall' }) {
  const now = CLOCKS[clock];
  const cpuMs = [];
  const fsyncMs = [];
  return {
    sample: () => {
      cpuMs.push(measureLoop(now));
      fsyncMs.push(measureFsync(directory));
    },
    /** A fast machine does not make a goal harder. */
    result: () => {
      const cpu = median(cpuMs);
      const fsync = median(fsyncMs);
      const slower =
        cpuShare * (cpu / LOOP_MS_REFERENCE) + (1 - cpuShare) * (fsync / FSYNC_MS_REFERENCE);
      const factor = Math.max(1, slower);
      return { cpu_ms: round(cpu, 1), fsync_ms: round(fsync, 2), factor: round(factor, 2) };
    },
  };
}

function measureFsync(directory) {
  const path = join(directory, 'fsync');
  const file = openSync(path, 'w');
  const times = Array.from({ length: FSYNCS }, () => {
    const startedAtMs = performance.now();
    writeSync(file, PAGE);
    fsyncSync(file);
    return performance.now() - startedAtMs;
  });
  closeSync(file);
  rmSync(path);
  return median(times);
}
