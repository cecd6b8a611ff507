/** No node can hold the VM: says what was asked, why every node refuses, and what would help. */
import { type FieldProblem, type Problem, problem } from '@novacron/contract/problem';
import {
  amountOf,
  describeAsk,
  describeReasons,
  describeRejection,
  withUnit,
} from './explain-placement.ts';
import { CONSTRAINT_REASONS, type Fault, findFaults } from './find-faults.ts';
import type { Dimension, PlacementInput, RejectedNode, Rejection } from './model.ts';

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
 * Makes the `no-capacity` problem of a request that every node refuses.
 * @param rejected - all nodes of the input with the reasons against them
 * @returns a problem whose fields are the dimensions at fault and whose `data.nodes` holds the
 *   reasons by node name, nearest misses first
 */
export function refusePlacement(input: PlacementInput, rejected: readonly RejectedNode[]): Problem {
  const nearestFirst = sortByDistance(rejected);
  const nearest = nearestFirst[0];
  if (nearest === undefined) return refuseWithoutNodes(input);

  const { vm } = input;
  const faults = findFaults(input, rejected);
  const listed = nearestFirst.slice(0, NODES_LISTED_MAX);
  return problem('no-capacity', {
    detail: [
      `VM ${vm.name} asks for ${describeAsk(vm)}; ${describeRefusal(rejected)}.`,
      ...describeUnknownNames(input),
      `Nearest miss: ${describeNode(nearest)}.`,
    ].join(' '),
    remedy: suggestRemedy(nearestFirst, faults),
    fields: faults.map(toFieldProblem),
    data: {
      asked: askedAmounts(input),
      nearest: nearest.node.name,
      nodes_refused: rejected.length,
      nodes: Object.fromEntries(
        listed.map(({ node, rejections }) => [node.name, rejections.map(toFacts)]),
      ),
    },
  });
}

function refuseWithoutNodes(input: PlacementInput): Problem {
  const { vm } = input;
  return problem('no-capacity', {
    detail: `VM ${vm.name} asks for ${describeAsk(vm)}, but the fleet has no nodes at all.`,
    remedy:
      'Have the operator of the fleet start an agent on a node (novacron agent); ' +
      'try again when the node has joined.',
    data: { asked: askedAmounts(input), nearest: null, nodes_refused: 0, nodes: {} },
  });
}

/**
 * Sorts by how far a node is from holding the VM: per short dimension the missing share of what is
 * asked, and 1 for any other reason, because that one cannot be halved.
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

function distanceOf(rejection: Rejection): number {
  if (!('asked' in rejection) || rejection.asked === 0) return 1;
  return (rejection.asked - rejection.free) / rejection.asked;
}

function describeRefusal(rejected: readonly RejectedNode[]): string {
  const count = rejected.length;
  const nobody = count === 1 ? 'the only node cannot' : `none of the ${count} nodes can`;
  return `${nobody} hold it: ${describeReasons(rejected)}`;
}

/** A pin or a zone that names nothing is most likely a slip of the pen. */
function describeUnknownNames({ nodes, constraints }: PlacementInput): readonly string[] {
  const lines: string[] = [];
  const { node, zone } = constraints;
  if (node !== undefined && !nodes.some(({ name }) => name === node)) {
    lines.push(`The fleet has no node named ${node}.`);
  }
  if (zone !== undefined && !nodes.some((entry) => entry.zone === zone)) {
    const zones = [...new Set(nodes.map((entry) => entry.zone))].sort();
    lines.push(`The fleet has no zone ${zone}; its zones are ${zones.join(', ')}.`);
  }
  return lines;
}

function describeNode({ node, rejections }: RejectedNode): string {
  return `${node.name} ${rejections.map(describeRejection).join(' and ')}`;
}

/** What would help, from the requester's own moves to those of the fleet's operator. */
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
    const { name } = outOfService.node;
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

function askedAmounts({ vm }: PlacementInput) {
  return {
    cpu_cores: vm.cpuCores,
    memory_gb: amountOf('memory', vm.memoryMib),
    disk_gb: vm.diskGb,
  };
}

function toFacts(rejection: Rejection): Record<string, string | number> {
  switch (rejection.reason) {
    case 'cpu':
    case 'memory':
    case 'disk': {
      const { reason, asked, free, capacity } = rejection;
      const unit = reason === 'cpu' ? 'cores' : 'GB';
      return {
        reason,
        asked: amountOf(reason, asked),
        free: amountOf(reason, free),
        capacity: amountOf(reason, capacity),
        unit,
      };
    }
    case 'zone':
      return { reason: rejection.reason, zone: rejection.zone };
    case 'status':
      return { reason: rejection.reason, status: rejection.status };
    default:
      return { reason: rejection.reason };
  }
}
