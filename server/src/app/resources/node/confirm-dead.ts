/**
 * Records that a person has made sure that a lost node is powered off. Nothing else can say so: a
 * node that does not answer may run its VMs. Source of the idea: `Confirm host has been rebooted`
 * of oVirt, the taint `out-of-service` of Kubernetes.
 */

import type { NodeFence } from '@novacron/contract/fleet/node';
import { listNames } from '@novacron/contract/formats/list-names';
import { canonicalJson } from '@novacron/contract/json';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { reserveOnly } from '../../kernel/operations/saga.ts';
import { notFound, replan } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { Prepare } from '../scope.ts';
import { isCutOff, poolHeartbeatOf } from './node-fence.ts';

/** Names of witnesses that a refusal lists. */
const NAMES_MAX = 3;

/** Plans the record. The first heartbeat of the node takes it back. */
export const prepareConfirmDead: Prepare<ParsedInputOf<'node.confirm_dead'>> = async (
  { id, reason, force },
  { deps, context, nowMs },
) => {
  const [row] = await deps.store.read({ from: 'nodes', where: { id } });
  if (row === undefined) return err([notFound('node', id)]);
  const refused = refuseLiving(row, 'confirmed dead');
  if (refused !== undefined) return err([refused]);
  const alive = force && reason !== undefined ? undefined : refuseEvidence(row);
  if (alive !== undefined) return err([alive]);
  const { name, status, fenced_json } = row;
  const fence: NodeFence = {
    kind: 'confirmed',
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
    saga: reserveOnly([
      {
        kind: 'update',
        table: 'nodes',
        id,
        set: { fenced_json: canonicalJson({ ...fence }) },
        expect: { status, fenced_json },
        otherwise: replan(`Node ${name}`),
      },
    ]),
  });
};

/** Refuses a node that others see alive: its VMs would run twice, and damage their disks. */
function refuseEvidence(row: NodeRow): Problem | undefined {
  const { name } = row;
  const read = isCutOff(row) ? poolHeartbeatOf(row) : undefined;
  if (read === undefined) return undefined;
  return problem('conflict', {
    detail:
      `Node ${name} is alive: its heartbeat in the shared storage moves, as ` +
      `${listNames(read.by, NAMES_MAX)} read at ${read.at}. VMs that start on other nodes would ` +
      'run twice.',
    remedy:
      `Power it off first (novacron node fence ${name}). If it is off, and the reading is wrong, ` +
      `say how you know: novacron node confirm-dead ${name} --force --reason "…".`,
    data: { node: name, reason: 'alive' },
  });
}

/**
 * Refuses what only happens to lost nodes.
 * @param words - the participle, such as `fenced`
 */
export function refuseLiving(
  { name, status, followed_json }: NodeRow,
  words: string,
): Problem | undefined {
  if (followed_json !== null) {
    return problem('conflict', {
      detail: `The agent of node ${name} follows another control plane: it is alive.`,
      remedy:
        'Use the server that it follows, or take the node over: novacron admin control-plane show.',
    });
  }
  if (status === 'lost') return undefined;
  return problem('conflict', {
    detail: `Node ${name} is ${status}: its agent answers, or was not expected to.`,
    remedy:
      `Only a node that is lost can be ${words}. Empty this one with novacron node drain ` +
      `${name}.`,
    data: { node: name, status },
  });
}
