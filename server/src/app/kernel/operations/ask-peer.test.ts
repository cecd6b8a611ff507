import { expect, test } from '@jest/globals';
import type { MigrationAnswer } from '@novacron/contract/agent/migration';
import { VmId } from '@novacron/contract/ids';
import { problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import type { AgentStepAction } from '../definitions/operation-definition.ts';
import { askPeer } from './ask-peer.ts';

const vmId = VmId.parse('vm_01jd3v6t7re3h8z9k2m4n5p6q7');
const target = {
  host: '192.0.2.2',
  memory_port: 1,
  release_port: 2,
  disk_port: null,
  disks: [],
  key: 'a1b2',
};
const offer = { node: 'node-a', hardware: {}, disks: [{ name: 'root', size_bytes: 1 }] };

const migrate: AgentStepAction = {
  kind: 'agent',
  node: 'node-a',
  peer: 'node-b',
  vmId,
  generation: 2,
  action: { kind: 'migrate', to_node: 'node-b' },
};
const spec = {
  name: 'web-01',
  cpu_cores: 1,
  memory_mib: 512,
  disk_gb: 1,
  template: 'default',
  network: null,
  labels: {},
};
const prepare: AgentStepAction = {
  ...migrate,
  node: 'node-b',
  peer: 'node-a',
  action: { kind: 'prepare-incoming', spec, volumes: [] },
};

/** A bus on which one peer answers. */
function busWith(answer: MigrationAnswer | 'silent' | 'strange') {
  const asked: unknown[] = [];
  const request = async (subject: string, message: unknown) => {
    asked.push([subject, message]);
    if (answer === 'silent')
      return err(problem('unavailable', { detail: 'no answer', remedy: '' }));
    return ok(answer === 'strange' ? { kind: 'other' } : { ...answer });
  };
  return { asked, bus: { request } as unknown as Parameters<typeof askPeer>[0] };
}

test('the target of a migration is asked where it waits, for its source', async () => {
  const { asked, bus } = busWith({ kind: 'target', target });
  const step = await askPeer(bus, migrate);
  expect(step).toEqual(ok({ ...migrate, action: { ...migrate.action, target } }));
  const query = { migration: 'target', vm_id: vmId };
  expect(asked).toEqual([['novacron.agent.node-b.inspect', query]]);
});

test('the source is asked for its hardware, and the target prepares for it', async () => {
  const { asked, bus } = busWith({ kind: 'offer', offer });
  const step = await askPeer(bus, prepare);
  expect(step).toEqual(ok({ ...prepare, action: { ...prepare.action, offer } }));
  const query = { migration: 'offer', vm_id: vmId };
  expect(asked).toEqual([['novacron.agent.node-a.inspect', query]]);
});

test('a step without a peer asks nothing', async () => {
  const { asked, bus } = busWith('silent');
  const { peer: _peer, ...plain } = migrate;
  expect(await askPeer(bus, plain)).toEqual(ok(plain));
  const undo: AgentStepAction = { ...migrate, action: { kind: 'activate' } };
  expect(await askPeer(bus, undo)).toEqual(ok(undo));
  expect(asked).toEqual([]);
});

test('a target that awaits nothing leaves the answer to the source', async () => {
  const { bus } = busWith({ kind: 'none', message: 'No migration is prepared.' });
  expect(await askPeer(bus, migrate)).toEqual(ok(migrate));
});

test.each([
  ['silent', migrate, 'node node-b is unreachable: no answer', 'retry'],
  ['strange', migrate, 'the agent of node-b sent an invalid response', 'final'],
  [
    { kind: 'none', message: 'It does not run.' },
    prepare,
    'node node-a does not offer the VM: It does not run.',
    'final',
  ],
] as const)('an answer %j fails the attempt', async (answer, step, message, next) => {
  const { bus } = busWith(answer);
  expect(await askPeer(bus, step)).toEqual(err({ kind: 'failed', message, next }));
});
