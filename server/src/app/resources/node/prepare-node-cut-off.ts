/**
 * Plans to have shared storages cut a lost node off. Source of the idea: fabric fencing of
 * Pacemaker (`fence_scsi`), the sanlock leases of oVirt.
 */
import type { NodeCutOff } from '@novacron/contract/fleet/node';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import type { Change } from '../../../ports/store.ts';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { notFound, replan } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { Prepare } from '../scope.ts';
import { refuseLiving } from './confirm-dead.ts';
import { cutOffOf, cutOffText, findStorageFences } from './node-cut-off.ts';
import { isSuspected, loseSuspected } from './prepare-node-fence.ts';

/** Time limit of retries against storages that do not confirm the cut-off. Unit: ms. */
const PATIENCE_MS = 60_000;

type PrepareCutOff = Prepare<ParsedInputOf<'node.cut_off'>>;

/** Plans it. What storages have confirmed stays recorded until the node is given them back. */
export const prepareNodeCutOff: PrepareCutOff = async (input, scope) => {
  const [row] = await scope.deps.store.read({ from: 'nodes', where: { id: input.id } });
  if (row === undefined) return err([notFound('node', input.id)]);
  const refused = refuseLiving(row, 'cut off');
  if (refused !== undefined) return err([refused]);
  return planCutOff(row, input, { ...scope, lose: [requireLost(row)] });
};

/** Plans it for a node that is silent on all channels: a suspected one is lost from now on. */
export const prepareSilentNodeCutOff: PrepareCutOff = async (input, scope) => {
  const [row] = await scope.deps.store.read({ from: 'nodes', where: { id: input.id } });
  if (row === undefined || !isSuspected(row)) return prepareNodeCutOff(input, scope);
  return planCutOff(row, input, { ...scope, lose: await loseSuspected(row, scope.deps) });
};

function planCutOff(
  row: NodeRow,
  { reason }: Pick<ParsedInputOf<'node.cut_off'>, 'reason'>,
  {
    deps,
    context,
    nowMs,
    lose,
  }: Pick<Parameters<PrepareCutOff>[1], 'deps' | 'context' | 'nowMs'> & {
    readonly lose: readonly Change[];
  },
): Awaited<ReturnType<PrepareCutOff>> {
  const { id, name, cut_off_json } = row;
  const fences = findStorageFences(deps, row);
  if (fences.length === 0) return err([noStorageFence(name)]);
  const known = cutOffOf(row);
  const ordered: NodeCutOff = {
    at: known?.at ?? toTimestamp(nowMs),
    by: context.principal.name,
    reason: reason ?? null,
    pools: withPools(known?.pools ?? [], fences),
  };
  return ok({
    resourceKind: 'node',
    target: { id, name },
    before: { cut_off: poolsOf(known) },
    wanted: { cut_off: poolsOf(ordered), ...(reason === undefined ? {} : { reason }) },
    placement: null,
    saga: {
      reserve: [
        ...lose,
        // Whatever ends this: a storage that was ordered to may have done it.
        {
          kind: 'update',
          table: 'nodes',
          id,
          set: { cut_off_json: cutOffText(ordered) },
          expect: { cut_off_json },
          otherwise: replan(`Node ${name}`),
        },
        requireNoOther(id, 'node.reconnect', name),
      ],
      steps: [
        {
          name: 'cut-off',
          after: [],
          action: {
            kind: 'cut-off-node',
            nodeId: id,
            automatic: context.principal.kind === 'healer',
          },
          undo: null,
          patience: { kind: 'time', durationMs: PATIENCE_MS },
        },
      ],
      finalize: [],
      rollback: [],
      release: [],
    },
  });
}

/** Those that are known, and the others of the fences as ordered, by id. */
function withPools(
  known: NodeCutOff['pools'],
  fences: readonly { readonly pool: string }[],
): NodeCutOff['pools'] {
  const others = fences.filter(({ pool }) => !known.some((each) => each.pool === pool));
  const all = [...known, ...others.map(({ pool }) => ({ pool, state: 'ordered' as const }))];
  return all.sort((left, right) => (left.pool < right.pool ? -1 : 1));
}

function poolsOf(cutOff: NodeCutOff | undefined): string[] {
  return (cutOff?.pools ?? []).map(({ pool }) => pool);
}

function requireLost({ id, name, status, followed_json }: NodeRow): Change {
  return {
    kind: 'update',
    table: 'nodes',
    id,
    set: { status },
    expect: { status, followed_json },
    otherwise: replan(`Node ${name}`),
  };
}

/** Guard: nothing does the contrary at the same time. */
export function requireNoOther(
  nodeId: NodeRow['id'],
  kind: 'node.cut_off' | 'node.reconnect',
  name: string,
): Change {
  return {
    kind: 'require-none',
    of: 'operations',
    where: { target_id: nodeId, kind, status: { in: ['running', 'undoing'] } },
    otherwise: problem('conflict', {
      detail: `Node ${name} is just being ${kind === 'node.cut_off' ? 'cut off' : 'reconnected'}.`,
      remedy: 'Repeat this when that has ended.',
      data: { node: name },
    }),
  };
}

function noStorageFence(name: string): Problem {
  return problem('conflict', {
    detail: `Node ${name} has no shared storage with a storage fence.`,
    remedy:
      'Name the storages that it shares in the file of the setting fence-devices. Or switch the ' +
      `node off yourself, and say so: novacron node confirm-dead ${name}.`,
    data: { node: name },
  });
}
