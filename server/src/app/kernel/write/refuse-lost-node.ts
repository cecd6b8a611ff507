/**
 * Refuses writes that need the agent of a node that is lost, or an agent that hangs, instead of
 * retrying their commands until the attempts are used up. Creates choose another node; deletes wait
 * for the node.
 */
import type { OperationName } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { isAgentSilent } from '../../rows/observed/node-suspicion.ts';
import type { KernelDeps } from '../context/deps.ts';
import type { Saga } from '../operations/saga.ts';

/**
 * Writes about resources that exist on nodes. A security group is written to the machines of all
 * its members: with a lost one among them it would lock the others until that node is back.
 */
const NEED_NODE: ReadonlySet<OperationName> = new Set<OperationName>([
  'vm.start',
  'vm.stop',
  'vm.reboot',
  'vm.reset',
  'vm.restart_service',
  'vm.pause',
  'vm.resume',
  'vm.migrate',
  'vm.recover',
  'vm.update',
  'volume.update',
  'snapshot.create',
  'snapshot.restore',
  'snapshot.export',
  'security_group.update',
]);

/**
 * Deletes wait for a lost node, but not for one whose agent follows another control plane: a delete
 * that was tried on a restored copy would be carried out when the copy takes over.
 */
const DELETES: ReadonlySet<OperationName> = new Set<OperationName>([
  'vm.delete',
  'volume.delete',
  'snapshot.delete',
]);

/**
 * Checks the nodes that receive commands.
 * @returns `conflict` if one of them is lost or its agent hangs, with its name in `data.node`;
 *   undefined otherwise
 */
export async function refuseLostNode(
  { store, clock }: Pick<KernelDeps, 'store' | 'clock'>,
  name: OperationName,
  { steps }: Pick<Saga, 'steps'>,
): Promise<Problem | undefined> {
  if (!NEED_NODE.has(name) && !DELETES.has(name)) return undefined;
  const names = steps.flatMap(({ action }) =>
    action.kind === 'agent' || action.kind === 'run-in-guest' ? [action.node] : [],
  );
  if (names.length === 0) return undefined;
  const rows = await store.read({ from: 'nodes', where: { name: { in: [...new Set(names)] } } });
  const lost = rows.find(
    (row) => row.followed_json !== null || (NEED_NODE.has(name) && isOutOfReach(row)),
  );
  if (lost === undefined) {
    const nowMs = clock.nowMs();
    const silent = rows.find((row) => NEED_NODE.has(name) && isAgentSilent(row, nowMs));
    return silent === undefined ? undefined : agentSilentProblem(silent);
  }
  const vms = steps.flatMap(({ action }) =>
    action.kind === 'agent' && action.node === lost.name ? [action.vmId] : [],
  );
  return lostProblem(
    lost,
    vms.find((id) => id.startsWith('vm_')),
  );
}

/** Its VMs run on, and nothing reaches them. */
function agentSilentProblem({ name }: NodeRow): Problem {
  return problem('conflict', {
    detail:
      `The agent of node ${name} does not respond, although the node is alive: nothing can be ` +
      'changed there.',
    remedy:
      `Restart the agent on ${name} (systemctl restart novacron-agent) and try again. Its VMs ` +
      'are not affected by that.',
    data: { node: name, reason: 'agent-silent' },
  });
}

/** Whether the agent of a node obeys nothing now. */
export function isOutOfReach({ status, followed_json }: NodeRow): boolean {
  return status === 'lost' || followed_json !== null;
}

/**
 * Returns the problem of a change on an unreachable node; `conflict`. The remedy never loses data:
 * it keeps the disks of the VM.
 * @param vm - name or id of the VM that the write is about; absent: it is about no VM
 */
export function lostProblem({ name, followed_json, fenced_json }: NodeRow, vm = 'VM'): Problem {
  const data = { node: name, reason: 'node-lost' };
  if (followed_json !== null) {
    return problem('conflict', {
      detail: `The agent of node ${name} follows another control plane and refuses this one.`,
      remedy:
        'Use the server that it follows, or take the node over: novacron admin control-plane show.',
      data,
    });
  }
  const recover = `novacron vm recover ${vm}`;
  if (fenced_json !== null) {
    return problem('conflict', {
      detail: `Node ${name} is lost and known to be off, so nothing can be changed there.`,
      remedy: `Recover the VM on another node: ${recover}. Or bring ${name} back and try again.`,
      data,
    });
  }
  return problem('conflict', {
    detail: `Node ${name} is lost: its agent does not respond, so nothing can be changed there.`,
    remedy:
      `Restart the agent of ${name} and try again. If the node does not come back, make sure ` +
      `that it is off, confirm it (novacron node confirm-dead ${name}), and recover the VM on ` +
      `another node: ${recover}.`,
    data,
  });
}
