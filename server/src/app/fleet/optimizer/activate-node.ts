/** Returns nodes to service: ends their maintenance. */
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { answerOperation } from '../../kernel/operations/answer-operation.ts';
import { reserveOnly } from '../../kernel/operations/saga.ts';
import { admitWrite } from '../../kernel/write/admit-write.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { getNode } from '../../resources/node/read-nodes.ts';
import type { Prepare } from '../../resources/scope.ts';
import { notFound, replan } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { dryStep, type ImprovementParts } from './improve-fleet.ts';
import { RUNNING } from './prepare-improvement.ts';

/**
 * Returns a node to service, or shows what would change. One that is in service stays so.
 * Problems: `not-found`, `conflict`, `policy-denied`.
 */
export async function activateNode(
  { deps, executor }: ImprovementParts,
  input: ParsedInputOf<'node.activate'>,
  context: CallContext,
): Promise<Result<unknown, Problem>> {
  if (input.dry_run) return previewActivate(deps, input.id, context);
  const admitted = await admitWrite('node.activate', input, prepareNodeActivate, deps, context);
  if (!admitted.ok) return admitted;
  const { operation, warnings } = admitted.value;
  if (operation.status === 'running') executor.start(operation);
  const resource = await getNode(deps, input.id, context);
  if (!resource.ok) return resource;
  return ok({
    resource: resource.value,
    operation: await answerOperation(deps, operation),
    warnings,
  });
}

/** Previews the change, with the same refusals as the write itself. */
async function previewActivate(
  deps: CapabilityDeps,
  id: string,
  context: CallContext,
): Promise<Result<unknown, Problem>> {
  const found = await findActivatable(deps, id);
  if (!found.ok) return found;
  const resource = await getNode(deps, id, context);
  if (!resource.ok) return resource;
  return ok({ resource: resource.value, explanation: explainActivate(found.value), warnings: [] });
}

function explainActivate({ name, status, maintenance_until_ms: untilMs }: NodeRow): string[] {
  if (status === 'ready') return [`Node ${name} is already in service: nothing changes.`];
  const planned = untilMs === null ? '' : `, which was planned until ${toTimestamp(untilMs)}`;
  const from: Readonly<Record<string, string>> = {
    standby: 'standby',
    draining: 'an unfinished drain',
  };
  return [
    `Node ${name} returns from ${from[status] ?? `maintenance${planned}`}.`,
    'VMs can be placed on it again. VMs that moved off it stay where they are.',
  ];
}

/** Plans the end of a maintenance, also as a step of a workflow. */
export const prepareNodeActivate: Prepare<ParsedInputOf<'node.activate'>> = async (
  { id, dry_run },
  { deps },
) => {
  if (dry_run) return err([dryStep('node.activate')]);
  const found = await findActivatable(deps, id);
  if (!found.ok) return err([found.error]);
  const { name, status } = found.value;
  return ok({
    resourceKind: 'node',
    target: { id, name },
    before: { status },
    wanted: { status: 'ready' },
    placement: null,
    saga: reserveOnly([
      {
        kind: 'update',
        table: 'nodes',
        id,
        set: { status: 'ready', maintenance_until_ms: null },
        expect: { status },
        otherwise: replan(`Node ${name}`),
      },
    ]),
  });
};

/** Reads the node. Problems: `not-found`; `conflict` where it cannot return to service. */
async function findActivatable(
  { store }: Pick<CapabilityDeps, 'store'>,
  id: string,
): Promise<Result<NodeRow, Problem>> {
  const { nodes, working } = await store.snapshot({
    nodes: { from: 'nodes', where: { id } },
    working: { from: 'operations', where: RUNNING, damaged: 'blank' },
  });
  const [row] = nodes;
  if (row === undefined) return err(notFound('node', id));
  const [own] = working.filter(({ target_id }) => target_id === id || row.status === 'draining');
  const refused = own === undefined ? refuseOutOfReach(row) : beingChanged(row.name, own);
  return refused === undefined ? ok(row) : err(refused);
}

/** Refuses a node whose agent does not serve this control plane now. */
function refuseOutOfReach({ name, power, status, followed_json }: NodeRow): Problem | undefined {
  if (power === 'off') {
    return problem('conflict', {
      detail: `Node ${name} is powered off.`,
      remedy: `Power it on, which also activates it: novacron node powerup ${name}`,
    });
  }
  if (status === 'lost') {
    return problem('conflict', {
      detail: `Node ${name} is lost: its agent does not respond.`,
      remedy: 'Restart its agent: the node is ready again after its first heartbeat.',
    });
  }
  if (followed_json === null) return undefined;
  return problem('conflict', {
    detail: `The agent of node ${name} follows another control plane.`,
    remedy:
      'Use the server that it follows, or take the node over: novacron admin control-plane show.',
  });
}

function beingChanged(name: string, { id, kind }: Tables['operations']): Problem {
  const detail =
    kind === 'node.drain'
      ? `Node ${name} is being drained by ${id}.`
      : `Node ${name} is being changed by ${kind} (${id}).`;
  return problem('conflict', {
    detail,
    remedy: `Wait for it, or cancel it first: novacron operation cancel ${id}`,
    data: { operation_id: id },
  });
}
