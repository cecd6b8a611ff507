/**
 * Records when a server saw that a heartbeat of a node was stored, by a monotonic clock: the time
 * in the row is wall-clock time, which a clock step can move by minutes.
 */
import type { NodeRow } from '../../../ports/tables/node-row.ts';

/** Recorded observations of rows. Unit of all times: ms of a monotonic clock. */
export interface StoredBeats {
  /** Looks at all rows. */
  readonly see: (rows: readonly NodeRow[], nowMs: number) => void;
  /**
   * Returns the time of a node's last observed heartbeat, by id; undefined if this server has
   * observed none.
   */
  readonly atMs: (id: string) => number | undefined;
}

/** Remembers none. */
export function rememberStoredBeats(): StoredBeats {
  const known = new Map<string, number>();
  const heard = new Map<string, number>();
  return {
    see: (rows, nowMs) => {
      for (const { id, status, last_seen_at_ms: storedMs } of rows) {
        const before = known.get(id);
        known.set(id, storedMs);
        // Of a lost node the moment is set when it is marked, which is no heartbeat.
        if (before !== undefined && before !== storedMs && status !== 'lost') heard.set(id, nowMs);
      }
      const ids = new Set<string>(rows.map(({ id }) => id));
      for (const each of [known, heard]) {
        for (const id of each.keys()) if (!ids.has(id)) each.delete(id);
      }
    },
    atMs: (id) => heard.get(id),
  };
}
