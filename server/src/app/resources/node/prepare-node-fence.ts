/**
 * Plans to power a lost node off through its fence device. Source of the idea: STONITH of
 * Pacemaker, power management of oVirt.
 */
import type { NodeFence } from '@novacron/contract/fleet/node';
import { canonicalJson } from '@novacron/contract/json';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { err, ok } from '@novacron/contract/result';
import type { Change } from '../../../ports/store.ts';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { notFound, replan } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { Prepare } from '../scope.ts';
import { refuseLiving } from './confirm-dead.ts';
import { findDevice, noFenceDevice } from './fence-node.ts';
import { isWatched, lostFrom } from './node-announcement.ts';
import { findStorageFences } from './node-cut-off.ts';
import { requireFence } from './node-fence.ts';
import { createNodeNews } from './node-news.ts';

/**
 * Time limit of retries against a device that does not answer: it may have lost power itself. Unit:
 * ms.
 */
const PATIENCE_MS = 120_000;

/** The same where the storage comes next. Unit: ms. */
const PATIENCE_MS_WITH_STORAGE = 30_000;

type PrepareFence = Prepare<ParsedInputOf<'node.fence'>>;

/** Plans it. The first heartbeat of the node takes the record back. */
export const prepareNodeFence: PrepareFence = async (input, scope) => {
  const [row] = await scope.deps.store.read({ from: 'nodes', where: { id: input.id } });
  if (row === undefined) return err([notFound('node', input.id)]);
  const refused = refuseLiving(row, 'fenced');
  if (refused !== undefined) return err([refused]);
  return planFence(row, input, { ...scope, reserve: [requireFence(row)] });
};

/**
 * Plans it for a node that is silent on all channels: one that is suspected is lost from now on,
 * before its lease is over.
 */
export const prepareSilentNodeFence: PrepareFence = async (input, scope) => {
  const [row] = await scope.deps.store.read({ from: 'nodes', where: { id: input.id } });
  if (row === undefined || !isSuspected(row)) return prepareNodeFence(input, scope);
  return planFence(row, input, { ...scope, reserve: await loseSuspected(row, scope.deps) });
};

/** Whether a node is suspected to be lost, and its lease has not ended. */
export function isSuspected({ suspected_json, status }: NodeRow): boolean {
  return suspected_json !== null && isWatched(status);
}

/** The changes by which a node that is suspected is lost. */
export async function loseSuspected(
  row: NodeRow,
  deps: Parameters<PrepareFence>[1]['deps'],
): Promise<readonly Change[]> {
  const { id, name, status, suspected_json, fenced_json, last_seen_at_ms } = row;
  const set = { ...lostFrom(status), suspected_json: null };
  const news = await createNodeNews(deps).plan(row, { ...row, ...set });
  const lose: Change = {
    kind: 'update',
    table: 'nodes',
    id,
    set,
    // A heartbeat that was stored meanwhile counts.
    expect: { status, suspected_json, fenced_json, last_seen_at_ms },
    otherwise: replan(`Node ${name}`),
  };
  return [lose, ...news.changes];
}

function planFence(
  row: NodeRow,
  { reason }: Pick<ParsedInputOf<'node.fence'>, 'reason'>,
  {
    deps,
    context,
    nowMs,
    reserve,
  }: Pick<Parameters<PrepareFence>[1], 'deps' | 'context' | 'nowMs'> & {
    readonly reserve: readonly Change[];
  },
): Awaited<ReturnType<PrepareFence>> {
  const { id, name, fenced_json } = row;
  if (findDevice(deps, name) === undefined) return err([noFenceDevice(name)]);
  const isLast = findStorageFences(deps, row).length === 0;
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
      reserve,
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
          patience: { kind: 'time', durationMs: isLast ? PATIENCE_MS : PATIENCE_MS_WITH_STORAGE },
        },
      ],
      finalize: [
        { kind: 'patch', table: 'nodes', id, set: { fenced_json: canonicalJson({ ...fence }) } },
      ],
      rollback: [],
      release: [],
    },
  });
}
