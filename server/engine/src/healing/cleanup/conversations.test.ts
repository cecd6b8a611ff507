import { expect, test } from '@jest/globals';
import { type Machine, MachineStatus } from '@novacron/contract/agent/machine';
import type { VmId } from '@novacron/contract/ids';
import { type Command, holdConversation } from '../../../test/conversation.ts';
import { explainCleanup } from './explain-cleanup.ts';
import type { KnownVm } from './model/healing.ts';
import { planCleanup } from './plan-cleanup.ts';

const file = new URL('./testdata/cleanup.txt', import.meta.url);

test.each(holdConversation(file, clean))('$title', ({ actual, expected }) => {
  expect(actual).toBe(expected);
});

function clean(commands: readonly Command[]): string {
  const machines = commands.flatMap(({ verb, name, args }) => {
    const [first = '', status = ''] = name.split(' ');
    if (verb === 'machine') return [makeMachine(first, status, args.generation)];
    if (verb !== 'machines') return [];
    return Array.from({ length: Number(first) }, (_, index) => makeMachine(`m${index}`, status));
  });
  const named = commands.filter(({ verb }) => verb === 'vm').map(readVm);
  const nowhere = { places: [], recoveredFrom: [], recreatedFrom: [] };
  const gone: KnownVm = { life: 'gone', generation: 0, ...nowhere, inFlight: 'no' };
  const many = commands.some(({ verb }) => verb === 'machines')
    ? machines.map(({ vm_id }) => [vm_id, gone] as const)
    : [];
  const plan = planCleanup({ node: 'node-a', machines, vms: new Map([...many, ...named]) });
  const lines = explainCleanup(plan);
  const generations = plan.removals.map(
    ({ name, generation, disk }) =>
      `${name} at ${generation}${disk === 'delete' ? ' with its root disk' : ''}`,
  );
  if (lines.length === 0) return 'tidy';
  if (generations.length > 3) return [...lines.slice(-1), `${generations.length} now`].join('\n');
  return [...lines, ...(generations.length > 0 ? [generations.join(', ')] : [])].join('\n');
}

/** The names of these conversations are their ids too. */
function vmIdOf(name: string): VmId {
  return `vm_01jd3v6t7re3h8z9k2m4n5p6${name.padStart(2, '0').slice(-2)}` as VmId;
}

function makeMachine(name: string, status: string, generation = '1'): Machine {
  const size = { cpu_cores: 1, memory_mib: 1024, disk_gb: 10 };
  return {
    vm_id: vmIdOf(name),
    generation: Number(generation),
    status: MachineStatus.parse(status),
    spec: { name, ...size, template: 'default', network: null, labels: {} },
    volumes: [],
  };
}

function readVm({ name, args }: Command): [VmId, KnownVm] {
  const life = args.life === 'gone' || args.life === 'never' ? args.life : 'exists';
  const namesOf = (list = '') => list.split(',').filter((text) => text !== '');
  const places = namesOf(args.places);
  const recreatedFrom = namesOf(args['recreated-from']);
  const recoveredFrom = [...namesOf(args['recovered-from']), ...recreatedFrom];
  const inFlight = args['in-flight'] === 'yes' ? 'yes' : 'no';
  const generation = Number(args.generation ?? 0);
  return [vmIdOf(name), { life, generation, places, recoveredFrom, recreatedFrom, inFlight }];
}
