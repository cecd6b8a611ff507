/** Latency of a simulated hypervisor: it waits, and reports the elapsed part of the wait. */
import { type Wait, wait } from '@novacron/runtime/wait';

/** Actions shorter than this report no progress. Unit: ms. */
const PART_MS_MIN = 250;

/** Maximum number of progress reports for one action. */
const PARTS_MAX = 20;

const PERCENT = 100;

/** Works until the delay is over or a signal is aborted. */
export async function work(
  job: Wait & { readonly onProgress: ((percent: number) => void) | undefined },
): Promise<void> {
  const { delayMs, signals, onProgress } = job;
  const parts = Number.isFinite(delayMs)
    ? Math.min(PARTS_MAX, Math.max(1, Math.floor(delayMs / PART_MS_MIN)))
    : 1;
  for (let part = 1; part <= parts; part += 1) {
    await wait({ ...job, delayMs: delayMs / parts });
    if (signals.some(({ aborted }) => aborted)) return;
    if (part < parts) onProgress?.((PERCENT * part) / parts);
  }
}
