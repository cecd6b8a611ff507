/** Writes heartbeats into a storage, one after another: a write that hangs is waited for. */
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunning, ProcessRecord, readBootId } from '../machine/machine-process.ts';
import { heartbeatFile, writeHeartbeat } from './heartbeat-file.ts';
import { type HeartbeatOrder, readHeartbeatOrder } from './heartbeat-order.ts';

/** Interval between heartbeats. Unit: ms. */
const POOL_BEAT_MS = 1_000;

/**
 * Begins to write.
 * @param file - of the order: when it names another process, this one ends
 * @param onEnd - ends the process, also while a write hangs
 */
export function writeHeartbeats(
  file: string,
  order: HeartbeatOrder,
  { onEnd }: { readonly onEnd: () => void },
): void {
  const { node, storage_dir, run_dir, token } = order;
  const target = heartbeatFile(storage_dir, node);
  const boot_id = readBootId();
  // Another one than any that was written before, and than the next process begins with.
  let counter = Date.now();
  let isWriting = false;

  async function beat(): Promise<void> {
    isWriting = true;
    try {
      if (target === undefined || !(await isMounted(order))) return;
      counter += 1;
      await writeHeartbeat(target, { node, boot_id, counter, guests: countGuests(run_dir) });
    } catch {
      // The agent sees that its heartbeats do not arrive, and reports it.
    } finally {
      isWriting = false;
    }
  }

  function tick(): void {
    if (readHeartbeatOrder(file)?.token !== token) {
      clearInterval(ticks);
      onEnd();
    } else if (!isWriting) void beat();
  }

  const ticks = setInterval(tick, POOL_BEAT_MS);
  tick();
}

/** An empty mount point looks like an empty storage: nothing is written there. */
async function isMounted({ storage_dir, pool }: HeartbeatOrder): Promise<boolean> {
  const found = JSON.parse(await readFile(join(storage_dir, 'pool.json'), 'utf8'));
  return Object(found).id === pool;
}

/** The machines that run, by the records of their processes. */
function countGuests(runDir: string): number {
  return readdirSync(runDir).filter((name) => name.startsWith('vm_') && runs(runDir, name)).length;
}

function runs(runDir: string, name: string): boolean {
  try {
    const text = readFileSync(join(runDir, name, 'process.json'), 'utf8');
    const record = ProcessRecord.safeParse(JSON.parse(text));
    return record.success && isRunning(record.data);
  } catch {
    // It has none.
    return false;
  }
}
