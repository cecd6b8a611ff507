/**
 * Plans to power a lost node off through its fence device. Source of the idea: STONITH of
 * Pacemaker, power management of oVirt.
 */
import type { NodeFence } from '@novacron/contract/fleet/node';
import { canonicalJson } from '@novacron/contract/json';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { err, ok } from '@novacron/contract/result';
import { notFound } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { Prepare } from '../scope.ts';
import { refuseLiving } from './confirm-dead.ts';
import { findDevice, noFenceDevice } from './fence-node.ts';
import { requireFence } from './node-fence.ts';

/** How long a device that does not answer is tried: it may have no power itself. Unit: ms. */
const PATIENCE_MS = 120_000;

/** Plans it. The first heartbeat of the node takes the record back. */
export const prepareNodeFence: Prepare<ParsedInputOf<'node.fence'>> = async (
  { id, reason },
  { deps, context, nowMs },
) => {
  const [row] = await deps.store.read({ from: 'nodes', where: { id } });
  if (row === undefined) return err([notFound('node', id)]);
  const { name, fenced_json } = row;
  const refused = refuseLiving(row, 'fenced');
  if (refused !== undefined) return err([refused]);
  if (findDevice(deps, name) === undefined) return err([noFenceDevice(name)]);
  const fence: NodeFence = {
    kind: 'power',
    at: toTimestamp(nowMs),
    by: context.principal.name,
    reason: reason ?? null,
  };
  return ok({
    resourceKind: 'node',
    target: { id, name },
    before: { fenced: fenced_json !== null },
    wanted: { fenced: true, ...(reason === undefined ? {} : { reason }) },
    placement: null,
    saga: {
      reserve: [requireFence(row)],
      steps: [
        {
          name: 'power-off',
          after: [],
          action: {
            kind: 'fence-node',
            nodeId: id,
            automatic: context.principal.kind === 'healer',
          },
          undo: null,
          patience: { kind: 'time', durationMs: PATIENCE_MS },
        },
      ],
      finalize: [
        { kind: 'patch', table: 'nodes', id, set: { fenced_json: canonicalJson({ ...fence }) } },
      ],
      rollback: [],
      release: [],
    },
  });
};
