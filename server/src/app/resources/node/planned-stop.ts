/** The planned stop of an agent, as servers store it with the suspicion of its node. */
import { NodeSuspicion } from '@novacron/contract/fleet/node';
import { Timestamp } from '@novacron/contract/schema/resource';
import { z } from 'zod';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { parseStored } from '../../rows/parse-stored.ts';

/** Content of `suspected_json` during a planned stop of an agent. */
export const StoredPlannedStop = NodeSuspicion.extend({
  planned_until: Timestamp,
  stopped_start: z.string().describe('`incarnation` of the start that has announced the stop'),
});
export type StoredPlannedStop = z.infer<typeof StoredPlannedStop>;

/** Reads it; undefined for a node whose agent has announced none, or has come back. */
export function readPlannedStop({
  suspected_json,
}: Pick<NodeRow, 'suspected_json'>): StoredPlannedStop | undefined {
  if (suspected_json === null) return undefined;
  return StoredPlannedStop.safeParse(parseStored(suspected_json)).data;
}

/** For how long the agent may still be away; undefined without a planned stop. Unit: ms. */
export function plannedMsLeft(
  row: Pick<NodeRow, 'suspected_json'>,
  nowMs: number,
): number | undefined {
  const stop = readPlannedStop(row);
  return stop === undefined ? undefined : Math.max(0, Date.parse(stop.planned_until) - nowMs);
}
