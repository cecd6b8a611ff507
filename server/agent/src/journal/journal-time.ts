/**
 * The time by which entries of a journal age. The clock of a host may be wrong, and set by years
 * while commands are repeated; so age is what the agent has run, and not what that clock shows.
 */
import { type Clock, steadyMs } from '@novacron/runtime/clock';
import { z } from 'zod';
import type { AgentDatabase } from '../database/agent-database.ts';

const Youngest = z.object({ youngestMs: z.int().nullable() });

/**
 * Returns the journal's clock, in whole milliseconds. At its first use it continues from the youngest
 * entry of the node, in an empty journal from the clock of the host, and then goes on as durations
 * do. It is never ahead of the time that has passed: while the agent is not running, and between its
 * last entry and its end, entries do not age, and are stored for longer.
 */
export function openJournalTime(database: AgentDatabase, clock: Clock): () => number {
  let start: { readonly atMs: number; readonly steadyMs: number } | undefined;
  return () => {
    start ??= { atMs: youngestMs(database) ?? clock.nowMs(), steadyMs: steadyMs(clock) };
    return start.atMs + Math.round(steadyMs(clock) - start.steadyMs);
  };
}

function youngestMs(database: AgentDatabase): number | undefined {
  const row = database
    .prepare(
      `SELECT MAX(at_ms) AS youngestMs FROM (
         SELECT MAX(changed_at_ms) AS at_ms FROM commands WHERE node = ?
         UNION ALL SELECT MAX(seen_at_ms) FROM generations WHERE node = ?)`,
    )
    .get(database.node, database.node);
  return Youngest.parse(row).youngestMs ?? undefined;
}
