/**
 * Explains why no node can hold a VM: what was requested, why every node rejects it, and what would
 * help.
 */
import { type FieldProblem, type Problem, problem } from '@novacron/contract/problem/problem';
import type { PlacementNode, PlacementRequest } from '../model/placement.ts';
import type { Dimension, RejectedNode } from '../model/rule.ts';
import { amountOf, describeRejection, withUnit } from './describe-rules.ts';
import { describeReasons, describeRequest } from './explain-placement.ts';
import { countReasons, findConflict, isNamed } from './find-conflict.ts';
import { CONSTRAINT_REASONS, type Fault, findFaults } from './find-faults.ts';
import { distanceOf, toFacts } from './rejection-facts.ts';

/** A problem that lists more nodes than this is too long to read and to send. */
export const NODES_LISTED_MAX = 100;

/** Fields of the request by the dimension that they ask for. */
const REQUEST_FIELDS = {
  cpu: 'cpu_cores',
  memory: 'memory_gb',
  disk: 'disk_gb',
} as const satisfies Record<Dimension, string>;

const NOUNS: Readonly<Record<Dimension, string>> = {
  cpu: '',
  memory: ' memory',
  disk: ' disk',
};

/**
 * Makes the `no-capacity` problem of a request that every node rejects.
 * @param rejected - all nodes of the input with the reasons against them
 * @returns a problem whose fields are the dimensions at fault and whose `data.nodes` holds the
 *   reasons by node name, nearest misses first
 */
export function explainNoCapacity(
  input: PlacementRequest,
  fleet: { readonly rejected: readonly RejectedNode[]; readonly nodes: readonly PlacementNode[] },
): Problem {
  const { rejected, nodes } = fleet;
  const nearestFirst = sortByDistance(rejected);
  const nearest = nearestFirst[0];
  if (nearest === undefined) return refuseWithoutNodes(input);

  const { vm } = input;
  const faults = findFaults(input, rejected);
  const conflict = findConflict(rejected);
  const listed = nearestFirst.slice(0, NODES_LISTED_MAX);
  return problem('no-capacity', {
    detail: [
      `VM ${vm.name} asks for ${describeRequest(vm)}; ${describeRefusal(rejected)}.`,
      ...describeUnknownNames(input, nodes),
      ...(isNamed(conflict) ? [`Together these leave no node: ${conflict.words.join(', ')}.`] : []),
      `Nearest miss: ${describeNode(nearest)}.`,
      ...describeStandby(rejected),
      ...(input.steering ?? []).map((line) => `It was asked by ${line}.`),
    ].join(' '),
    remedy: suggestRemedy(nearestFirst, faults),
    fields: faults.map(toFieldProblem),
    data: {
      asked: askedAmounts(input),
      nearest: nearest.node.name,
      nodes_refused: rejected.length,
      conflict: [...conflict.words],
      nodes: Object.fromEntries(
        listed.map(({ node, rejections }) => [node.name, rejections.map(toFacts)]),
      ),
    },
  });
}

function refuseWithoutNodes(input: PlacementRequest): Problem {
  const { vm } = input;
  return problem('no-capacity', {
    detail: `VM ${vm.name} asks for ${describeRequest(vm)}, but the fleet has no nodes at all.`,
    remedy:
      'Ask the operator to start an agent on a node (novacron agent); try again when the ' +
      'node has joined.',
    data: { asked: askedAmounts(input), nearest: null, nodes_refused: 0, nodes: {} },
  });
}

/**
 * Sorts by how far a node is from holding the VM: per short dimension the missing share of the
 * requested amount, and 1 for any other reason, because that is not gradual.
 */
function sortByDistance(rejected: readonly RejectedNode[]): readonly RejectedNode[] {
  const distances = new Map(
    rejected.map((entry) => [
      entry,
      entry.rejections.reduce((sum, rejection) => sum + distanceOf(rejection), 0),
    ]),
  );
  return [...rejected].sort((left, right) => {
    const difference = (distances.get(left) ?? 0) - (distances.get(right) ?? 0);
    return difference === 0 ? (left.node.name < right.node.name ? -1 : 1) : difference;
  });
}

function describeRefusal(rejected: readonly RejectedNode[]): string {
  const count = rejected.length;
  const none = count === 1 ? 'the only node cannot' : `none of the ${count} nodes can`;
  return `${none} hold it: ${describeReasons(countReasons(rejected))}`;
}

/** A pin or a zone that names nothing is most likely a typing error. */
function describeUnknownNames(
  { constraints }: PlacementRequest,
  nodes: readonly PlacementNode[],
): readonly string[] {
  const lines: string[] = [];
  const { node, zone, zones = [] } = constraints;
  if (node !== undefined && !nodes.some(({ name }) => name === node)) {
    lines.push(`The fleet has no node named ${node}.`);
  }
  for (const wanted of zone === undefined ? zones : [zone, ...zones]) {
    if (nodes.some((entry) => entry.zone === wanted)) continue;
    const known = [...new Set(nodes.map((entry) => entry.zone))].sort();
    lines.push(`The fleet has no zone ${wanted}; its zones are ${known.join(', ')}.`);
  }
  return lines;
}

/** Nodes that only have to be taken into service again. */
function describeStandby(rejected: readonly RejectedNode[]): readonly string[] {
  const ready = rejected.filter(({ rejections }) =>
    rejections.every((each) => each.reason === 'status' && each.status === 'standby'),
  );
  const [first] = ready.map(({ node }) => node.name).sort();
  if (first === undefined) return [];
  const some = ready.length === 1 ? '1 node on standby' : `${ready.length} nodes on standby`;
  const remedy = `novacron node powerup ${first} (node activate where it is on)`;
  return [`${some} could hold it: ${remedy}.`];
}

function describeNode({ node, rejections }: RejectedNode): string {
  return `${node.name} ${rejections.map(describeRejection).join(' and ')}`;
}

/** Suggests remedies, from what the requester can change to what the fleet's operator can. */
function suggestRemedy(nearestFirst: readonly RejectedNode[], faults: readonly Fault[]): string {
  const only = (reasons: readonly string[]) =>
    nearestFirst.find(({ rejections }) =>
      rejections.every(({ reason }) => reasons.includes(reason)),
    );
  const unconstrained = only(CONSTRAINT_REASONS);
  if (unconstrained !== undefined) {
    return `Loosen the request: without its constraints ${unconstrained.node.name} can hold it.`;
  }
  const tooLarge = faults.filter(({ kind }) => kind === 'too-large');
  if (tooLarge.length > 0) {
    const limits = tooLarge.map(
      ({ dimension, most }) => `${withUnit(dimension, most)}${NOUNS[dimension]}`,
    );
    const limit = limits.join(' and ');
    return `Ask for at most ${limit}, or have the operator of the fleet add a larger node.`;
  }
  const outOfService = only(['status']);
  if (outOfService !== undefined) {
    const { name, controlPlane } = outOfService.node;
    if (controlPlane === 'other') {
      return (
        `Use the server that ${name} follows, or have the operator take the node over: ` +
        'novacron admin control-plane show.'
      );
    }
    return `Have the operator of the fleet bring ${name} back into service, which can hold it.`;
  }
  return 'Ask for less, delete or shrink other VMs, or have the operator of the fleet add nodes.';
}

function toFieldProblem(fault: Fault): FieldProblem {
  const { dimension, asked } = fault;
  const path = [REQUEST_FIELDS[dimension]];
  return { path, message: `asks for ${withUnit(dimension, asked)}; ${describeFault(fault)}` };
}

function describeFault({ dimension, kind, asked, most, ...fault }: Fault): string {
  const that = fault.scope === 'fleet' ? '' : ' that the request allows';
  if (kind === 'too-large') return `the largest node${that} has ${withUnit(dimension, most)}`;
  if (most >= asked) return `too little is free on ${fault.refusing} of ${fault.considered} nodes`;
  if (most <= 0) return `no node${that} has any free`;
  return `no node${that} has more than ${withUnit(dimension, most)} free`;
}

function askedAmounts({ vm }: PlacementRequest) {
  return {
    cpu_cores: vm.cpuCores,
    memory_gb: amountOf('memory', vm.memoryMib),
    disk_gb: vm.diskGb,
  };
}
