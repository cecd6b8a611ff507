/** Explains in words what comes of the loss of nodes, and why a write is refused for it. */
import { type FieldProblem, type Problem, problem } from '@novacron/contract/problem/problem';
import type { FailoverVerdict, LossOutcome, WhyStranded } from './model/failover.ts';
import { isUncovered } from './rules/is-uncovered.ts';

/** VMs that a text names; more would be a list rather than a hint. */
const NAMES_MAX = 5;

const WHY: Readonly<Record<WhyStranded, string>> = {
  room: 'no node that it may use has enough room left',
  others: 'rules about other VMs (affinity, anti-affinity, spread) keep it off all nodes left',
  nowhere: 'its rules and its disks allow none of the nodes that are left',
  unreserved:
    'it needs devices, cores, bandwidth or licences of its node, for which no room is kept',
};

/** Returns why a VM starts nowhere, in a clause. */
export function explainStranded(why: WhyStranded): string {
  return WHY[why];
}

/** Refused write, and the tenant that its explanation is for. */
export interface RefusedWriter {
  readonly nodesMax: number;
  /** Only VMs of this tenant are named. */
  readonly tenantId: string;
  /** Ids of its VMs that are to start elsewhere themselves. */
  readonly asked: readonly string[];
}

/** Returns the problem of a write that would use up the room of VMs of lost nodes. */
export function explainUncovered(
  verdict: Exclude<FailoverVerdict, { readonly kind: 'safe' }>,
  { nodesMax, tenantId, asked }: RefusedWriter,
): Problem {
  const kept = `Room is kept free for the loss of ${countNodes(nodesMax)} (failover-nodes).`;
  if (verdict.kind === 'unproven') {
    return problem('no-capacity', {
      detail:
        `${kept} The fleet is too full to show that the VMs of any ${nodesMax} nodes would still ` +
        'have room elsewhere.',
      remedy: REMEDY,
      fields: [{ path: ['memory_gb'], message: 'takes room that is kept free for lost nodes' }],
      data: { reason: 'failover' },
    });
  }
  const { lost, outcomes } = verdict.plan;
  const short = outcomes.filter(({ why }) => isUncovered(why));
  const isOwn = short.some(({ vm }) => asked.includes(vm.id));
  const isRoom = short.some(({ why }) => why === 'room');
  const names = nameVms(short, tenantId);
  const missing = isRoom
    ? 'would have no room on another node.'
    : 'would start on no other node: rules about other VMs (affinity, anti-affinity, spread) ' +
      'allow none.';
  return problem('no-capacity', {
    detail: `${kept} If ${lost.join(' and ')} were lost, ${names} ${missing}`,
    remedy: isRoom ? REMEDY : REMEDY_OF_RULES,
    fields: [fieldOf(isRoom ? 'room' : 'others', isOwn)],
    data: {
      reason: 'failover',
      nodes: [...lost],
      vms: short.filter(({ vm }) => vm.tenantId === tenantId).map(({ vm }) => vm.request.vm.name),
    },
  });
}

const REMEDY =
  'Add a node, bring one back into service, make VMs smaller or delete some, or let some VMs ' +
  'wait for their node (on_node_loss = "wait").';

const REMEDY_OF_RULES =
  'Add a node, bring one back into service, take the rule away or loosen it, or let some VMs ' +
  'wait for their node (on_node_loss = "wait").';

function fieldOf(missing: 'room' | 'others', isOwn: boolean): FieldProblem {
  if (!isOwn) {
    const path = missing === 'room' ? 'memory_gb' : 'placement';
    const what = missing === 'room' ? 'room' : 'a place';
    return { path: [path], message: `takes ${what} that is kept free for lost nodes` };
  }
  const path = ['healing', 'on_node_loss'];
  return missing === 'room'
    ? { path, message: 'asks for room that no other node has' }
    : { path, message: 'asks for a start that rules about other VMs allow on no other node' };
}

function countNodes(count: number): string {
  return count === 1 ? 'one node' : `${count} nodes`;
}

/** VMs of other tenants are counted, not named. */
function nameVms(short: readonly LossOutcome[], tenantId: string): string {
  const own = short.filter(({ vm }) => vm.tenantId === tenantId);
  const names = own.slice(0, NAMES_MAX).map(({ vm }) => vm.request.vm.name);
  const rest = short.length - names.length;
  if (names.length === 0) return rest === 1 ? 'one VM' : `${rest} VMs`;
  const listed = names.join(', ');
  if (rest > 0) return `the VMs ${listed} and ${rest} more`;
  return names.length === 1 ? `the VM ${listed}` : `the VMs ${listed}`;
}
