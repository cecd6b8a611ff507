/** Records what other nodes read of the heartbeats of nodes that servers do not hear. */
import type { NodePoolHeartbeat } from '@novacron/contract/fleet/node';
import { canonicalJson, equalJson } from '@novacron/contract/json';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { poolHeartbeatOf } from '../../resources/node/node-fence.ts';
import { replan } from '../../rows/replan.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { CapabilityDeps } from '../deps.ts';
import type { PoolReading, SecondChannel } from './second-channel.ts';

/**
 * Records it with each node, where it is not what was recorded. The next heartbeat of the node
 * takes it back.
 * @param rows - of nodes that are suspected or lost
 */
export async function recordPoolHeartbeats(
  deps: CapabilityDeps,
  rows: readonly NodeRow[],
  {
    channel,
    guard,
  }: { readonly channel: Pick<SecondChannel, 'readingOf'> } & Pick<ReconcilerBudget, 'guard'>,
): Promise<void> {
  for (const row of rows) {
    const reading = channel.readingOf(row.name);
    if (reading !== undefined) await record(deps, row, { reading, guard });
  }
}

async function record(
  deps: CapabilityDeps,
  row: NodeRow,
  { reading, guard }: { readonly reading: PoolReading } & Pick<ReconcilerBudget, 'guard'>,
): Promise<void> {
  const { kind: state, by, guests, reason } = reading;
  const known = poolHeartbeatOf(row);
  const at = known?.state === state ? known.at : toTimestamp(deps.clock.nowMs());
  const found: NodePoolHeartbeat = { state, at, by: [...by], guests, reason };
  if (known !== undefined && equalJson({ ...known }, { ...found })) return;
  const { id, name, status, last_seen_at_ms } = row;
  const done = await deps.store.commit([
    guard(),
    {
      kind: 'update',
      table: 'nodes',
      id,
      set: { pool_heartbeat_json: canonicalJson({ ...found }) },
      expect: { status, last_seen_at_ms },
      otherwise: replan(`Node ${name}`),
    },
  ]);
  if (done.ok && known?.state !== state) {
    deps.logger.warn(
      { node: name, ...found },
      'other nodes have read the heartbeat of a silent node',
    );
  }
}
