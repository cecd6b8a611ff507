/**
 * The heartbeat of a node in a shared storage pool, as another node of the pool reads it: a second
 * channel beside the messages of the bus. A question changes nothing, so no journal has it; one
 * that got lost is asked again.
 * Source of the idea: the sanlock leases of oVirt, and the heartbeat datastores of vSphere HA.
 */
import { z } from 'zod';

/** Longest time for which an agent watches the heartbeat of another node. Unit: ms. */
export const POOL_WATCH_MS_MAX = 30_000;

/** Query of a server. Only for agents that announce `poolHeartbeat`. */
export const PoolHeartbeatQuery = z.looseObject({
  node: z.string().describe('Node whose heartbeat is read'),
  pool: z.string().describe('Id of the pool; an agent that uses another one says so'),
  watch_ms: z
    .int()
    .min(1)
    .max(POOL_WATCH_MS_MAX)
    .describe('Time the heartbeat must stand still, by the clock of the agent that reads it'),
});
export type PoolHeartbeatQuery = z.infer<typeof PoolHeartbeatQuery>;

const guests = z
  .int()
  .min(0)
  .optional()
  .describe('Number of guests running on the node, according to its last heartbeat');

/** Answer of the agent. */
export const PoolHeartbeatAnswer = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('moves'), guests }).describe('The node is alive'),
  z
    .looseObject({ kind: z.literal('stopped'), watched_ms: z.int(), guests })
    .describe('It stood still for the whole time, in which that of the agent itself moved'),
  z
    .looseObject({
      kind: z.literal('unknown'),
      reason: z.string().describe('A clause, for people'),
    })
    .describe('The pool is away, or has no heartbeat of the node'),
]);
export type PoolHeartbeatAnswer = z.infer<typeof PoolHeartbeatAnswer>;
