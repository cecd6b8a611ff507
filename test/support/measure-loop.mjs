/**
 * Measures the speed of this machine by a loop that only computes.
 *
 *   node test/support/measure-loop.mjs
 *
 * Prints the CPU time of the loop in ms.
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

/** CPU time of the loop on the reference: one core of a virtual machine of the 2020s. Unit: ms. */
export const LOOP_MS_REFERENCE = 30;

const LOOP_STEPS = 20_000_000;
const SAMPLES = 5;
const US_PER_MS = 1000;

/**
 * Runs the loop once.
 * @param {() => number} nowMs - wall clock or CPU clock, in ms
 * @returns {number} ms by that clock
 */
export function measureLoop(nowMs = readCpuMs) {
  const startedAtMs = nowMs();
  let state = 1;
  // Marsaglia, 2003, "Xorshift RNGs": nothing that a compiler could foresee and leave out.
  for (let step = 0; step < LOOP_STEPS; step += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
  }
  const durationMs = nowMs() - startedAtMs;
  if (state === 0) throw new Error('xorshift never reaches zero');
  return durationMs;
}

/** @returns CPU time of this process, in ms */
export function readCpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / US_PER_MS;
}

/**
 * Measures how much slower than the reference this machine is with all its cores busy, which is how
 * tests use it.
 * @returns {Promise<number>} a factor; 1 on a machine that is as fast or faster
 */
export async function measureSlowness() {
  const cores = Array.from({ length: availableParallelism() }, runInProcess);
  const samples = (await Promise.all(cores)).sort((a, b) => a - b);
  return Math.max(1, samples[Math.floor(samples.length / 2)] / LOOP_MS_REFERENCE);
}

function runInProcess() {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    printed += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve(Number(printed)));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const samples = Array.from({ length: SAMPLES }, () => measureLoop()).sort((a, b) => a - b);
  process.stdout.write(`${samples[Math.floor(SAMPLES / 2)]}\n`);
}
