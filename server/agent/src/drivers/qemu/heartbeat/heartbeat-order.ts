/** Instructions for the process that writes heartbeats: a file in the run directory names it. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Content of `pool-heartbeat.json`. */
export const HeartbeatOrder = z.looseObject({
  token: z.string().describe('Names the process: only the one that the file names goes on'),
  node: z.string(),
  storage_dir: z.string(),
  pool: z.string().describe('Id of the storage: no other one that is mounted there is written to'),
  run_dir: z.string().describe('Where the processes of machines are recorded'),
});
export type HeartbeatOrder = z.infer<typeof HeartbeatOrder>;

/** Reads it; undefined where there is none, or none that is whole. */
export function readHeartbeatOrder(file: string): HeartbeatOrder | undefined {
  try {
    return HeartbeatOrder.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}
