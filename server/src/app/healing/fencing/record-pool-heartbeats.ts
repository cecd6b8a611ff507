/** Records what other nodes read of the heartbeats of nodes that servers do not hear. */
import type { NodePoolHeartbeat } from '@novacron/contract/fleet/node';
import { canonicalJson, equalJson } from '@novacron/contract/json';
import type { PoolVerdict } from '@novacron/engine/healing/fence/rules/judge-readings';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { poolHeartbeatOf } from '../../resources/node/node-fence.ts';
import { replan } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { SecondChannel } from './second-channel.ts';

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
  { reading, guard }: { readonly reading: PoolVerdict } & Pick<ReconcilerBudget, 'guard'>,
): Promise<void> {
  const { kind: state, by, guests, reason } = reading;
  const known = poolHeartbeatOf(row);
  const isSame = known?.state === state;
  const at = isSame ? known.at : toTimestamp(deps.clock.nowMs());
  // Others are asked each time: all that have seen it move are its witnesses.
  const before = isSame && state === 'moves' ? known.by : [];
  const readers = [...new Set([...before, ...by])].sort();
  const found: NodePoolHeartbeat = { state, at, by: readers, guests, reason };
  if (known !== undefined && equalJson({ ...known }, { ...found })) return;
  const { id, name, status, last_seen_at_ms } = row;
  const done = await commitUnder(guard, deps, [
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
      'other nodes read the heartbeat of an unresponsive node',
    );
  }
}
