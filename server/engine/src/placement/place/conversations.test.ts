import { expect, test } from '@jest/globals';
import type { Problem } from '@novacron/contract/problem/problem';
import { type Command, holdConversation } from '../../../test/conversation.ts';
import { amounts, envOf, makeInput, makeNode, makeVm, nodeIdOf } from '../../../test/fleet.ts';
import type { Peer, PlacementInput, PlacementNode, PlacementStrategy } from './model/placement.ts';
import { planPlacement } from './plan-placement.ts';

const PLACE_ARGUMENTS = ['cpu', 'memory', 'disk', 'strategy', 'pin', 'exclude', 'zone'];

for (const name of ['placement', 'no-capacity']) {
  const file = new URL(`./testdata/${name}.txt`, import.meta.url);
  const turns = holdConversation(file, startFleet());

  test.each(turns)(`${name}: $title`, ({ actual, expected }) => {
    expect(actual).toBe(expected);
  });
}

/** A fleet that its commands build up and ask. */
function startFleet(): (commands: readonly Command[]) => string {
  let nodes: PlacementNode[] = [];
  let peers: Peer[] = [];
  return (commands) => {
    const answers: string[] = [];
    for (const command of commands) {
      if (command.verb === 'fleet') {
        nodes = [];
        peers = [];
      }
      if (command.verb === 'node') nodes.push(readNode(command));
      if (command.verb === 'peer') {
        peers.push({ nodeId: nodeIdOf(command.name), labels: command.args });
      }
      if (command.verb === 'place') answers.push(place(readInput(command, { nodes, peers })));
    }
    return answers.join('\n');
  };
}

function place(input: PlacementInput): string {
  const planned = planPlacement(input, envOf('conversation'));
  if (!planned.ok) return describeProblem(planned.error);
  const { target_node: target, explanation } = planned.value.decision;
  expect(planned.value.nodeId).toBe(nodeIdOf(target));
  return [`${input.vm.name} goes to ${target}`, ...explanation.map((line) => `  ${line}`)].join(
    '\n',
  );
}

function describeProblem({ code, detail, remedy, fields, data }: Problem): string {
  return [
    code,
    `  detail: ${detail}`,
    `  remedy: ${remedy}`,
    ...fields.map(({ path, message }) => `  at ${path.join('.')}: ${message}`),
    ...Object.entries(data?.nodes ?? {}).map(
      ([node, reasons]) => `  node ${node}: ${JSON.stringify(reasons)}`,
    ),
  ].join('\n');
}

function readNode({ name, args }: Command): PlacementNode {
  const [cpuUsed, cpu] = readUse(args.cpu, 32);
  const [memoryUsed, memory] = readUse(args.memory, 128);
  const [diskUsed, disk] = readUse(args.disk, 2000);
  return makeNode(name, {
    zone: args.zone ?? 'a',
    rack: args.rack ?? 'r1',
    status: (args.status ?? 'ready') as PlacementNode['status'],
    used: amounts(cpuUsed, memoryUsed, diskUsed),
    capacity: amounts(cpu, memory, disk),
    vmCount: Number(args.vms ?? 0),
  });
}

/** Reads `used/capacity`. */
function readUse(text: string | undefined, capacityDefault: number): readonly [number, number] {
  const [used = 0, capacity = capacityDefault] = (text ?? '0').split('/').map(Number);
  return [used, capacity];
}

function readInput(
  { name, args }: Command,
  fleet: Pick<PlacementInput, 'nodes' | 'peers'>,
): PlacementInput {
  const labels = Object.entries(args).filter(([key]) => !PLACE_ARGUMENTS.includes(key));
  return makeInput({
    ...fleet,
    vm: makeVm({
      name,
      ...amounts(Number(args.cpu), Number(args.memory), Number(args.disk)),
      labels: Object.fromEntries(labels),
    }),
    constraints: {
      node: args.pin,
      excludeNodes: args.exclude?.split(','),
      zone: args.zone,
    },
    strategy: (args.strategy ?? 'balanced') as PlacementStrategy,
  });
}
