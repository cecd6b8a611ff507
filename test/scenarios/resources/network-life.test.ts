import { describe, expect, test } from '@jest/globals';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const NETWORK = { name: 'front', cidr: '10.0.0.0/16' } as const;

describe('the life of a network', () => {
  const bench = useBench();

  async function make(more: Partial<InputOf<'network.create'>> = {}) {
    const { resource } = await bench().expectOk('network.create', { ...NETWORK, ...more });
    return resource;
  }

  test('is there as soon as it is asked for', async () => {
    const answer = await bench().expectOk('network.create', {
      ...NETWORK,
      dns_servers: ['8.8.8.8'],
    });
    expect(answer).toMatchObject({
      operation: { status: 'succeeded', steps: [] },
      resource: { ...NETWORK, dns_servers: ['8.8.8.8'], vm_count: 0, revision: 1 },
      warnings: [],
    });
  });

  test.each([
    ['127.0.0.0/8', 'is reserved for loopback on each host (RFC 1122)'],
    [
      '127.1.0.0/16',
      'shares addresses with 127.0.0.0/8, which is reserved for loopback on each host (RFC 1122)',
    ],
    ['169.254.0.0/16', expect.stringContaining('link-local')],
    ['128.0.0.0/1', expect.stringContaining('shares addresses with 169.254.0.0/16')],
    ['224.0.0.0/24', expect.stringContaining('multicast')],
    ['255.255.255.255/32', expect.stringContaining('broadcast')],
    ['0.1.0.0/16', expect.stringContaining('0.0.0.0/8')],
    ['fe80::/64', expect.stringContaining('link-local')],
    ['ff02::/16', expect.stringContaining('multicast')],
    ['::1/128', expect.stringContaining('loopback')],
    ['::ffff:10.9.0.0/112', expect.stringContaining('IPv4')],
  ])('is not made of addresses with a purpose of their own (%s)', async (cidr, message) => {
    const refused = await bench().expectProblem('network.create', { ...NETWORK, cidr });
    expect(refused).toMatchObject({
      code: 'validation-failed',
      fields: [{ path: ['cidr'], message }],
    });
  });

  test.each(['100.64.0.0/16', '192.0.2.0/24', '198.18.0.0/16', '2001:db8:1::/48', 'fd00::/48'])(
    'is made of private, shared and documentation addresses (%s)',
    async (cidr) => {
      await make({ ...NETWORK, cidr });
    },
  );

  test('reports every address as that alone, beside other networks', async () => {
    await make(NETWORK);
    const input = { name: 'all', cidr: '0.0.0.0/0' };
    const asked = { operation: 'network.create', input } as const;
    const { problems } = await bench().expectOk('admission.preview', asked);
    expect(problems).toMatchObject([{ code: 'validation-failed' }]);
  });

  test.each(['0.0.0.0/0', '::/0'])('is not made of every address (%s)', async (cidr) => {
    const refused = await bench().expectProblem('network.create', { ...NETWORK, cidr });
    expect(refused).toMatchObject({
      code: 'validation-failed',
      fields: [{ path: ['cidr'], message: 'is every address, not the block of a network' }],
    });
  });

  test('changes its name and DNS servers, and nothing when they are as they were', async () => {
    const { id } = await make();
    const changed = await bench().expectOk('network.update', {
      id,
      name: 'back',
      dns_servers: ['1.1.1.1'],
    });
    expect(changed.resource).toMatchObject({ name: 'back', dns_servers: ['1.1.1.1'], revision: 2 });
    const same = await bench().expectOk('network.update', { id, name: 'back' });
    expect(same.resource.revision).toBe(2);
    const cleared = await bench().expectOk('network.update', { id, dns_servers: null });
    expect(cleared.resource).toMatchObject({ dns_servers: null, revision: 3 });
  });

  test('cannot change its address block', async () => {
    const { id } = await make();
    const refused = await bench().expectProblem('network.update', { id, cidr: '10.1.0.0/16' });
    expect(refused).toMatchObject({
      code: 'validation-failed',
      fields: [{ path: ['cidr'], message: 'cannot be changed in place' }],
    });
  });

  test('may not overlap another, and the problem names it', async () => {
    const { id } = await make();
    const asked = { name: 'back', cidr: '10.0.128.0/17' };
    expect(await bench().expectProblem('network.create', asked)).toMatchObject({
      code: 'network-overlap',
      detail: `10.0.128.0/17 overlaps 10.0.0.0/16 of the network front (${id}).`,
      fields: [{ path: ['cidr'], message: 'overlaps 10.0.0.0/16 of the network front' }],
    });
    await make({ name: 'back', cidr: '10.1.0.0/16' });
  });

  test('of many that overlap and are asked for at once, one is made', async () => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        bench().call('network.create', {
          name: `n${index}`,
          cidr: `10.0.0.0/${16 + (index % 10)}`,
        }),
      ),
    );
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    for (const answer of answers) if (!answer.ok) expect(answer.error.code).toBe('network-overlap');
  });

  test('of many that do not overlap and are asked for at once, all are made', async () => {
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        bench().call('network.create', { name: `n${index}`, cidr: `10.${index}.0.0/16` }),
      ),
    );
    expect(answers.filter(({ ok }) => !ok)).toEqual([]);
  });

  test('refuses a taken name with the command that imports its holder', async () => {
    const { id } = await make();
    const asked = { ...NETWORK, cidr: '10.1.0.0/16' };
    expect(await bench().expectProblem('network.create', asked)).toMatchObject({
      code: 'name-taken',
      remedy: expect.stringContaining(`terraform import novacron_network.NAME ${id}`),
    });
  });

  test('cannot be deleted while VMs are connected to it', async () => {
    const { id } = await make();
    const vm = await makeVm(bench(), { network_id: id });
    expect(await bench().expectProblem('network.delete', { id })).toMatchObject({
      code: 'in-use',
      detail: 'The network front cannot be deleted: 1 VM is connected to it: web-01.',
      remedy: 'Delete the VMs, or connect them to another network, first.',
      data: { vm_count: 1 },
    });
    await bench().end((await bench().expectOk('vm.delete', { id: vm.id })).operation);
    await bench().expectOk('network.delete', { id });
    expect(await bench().expectProblem('network.get', { id })).toMatchObject({ code: 'not-found' });
  });

  test('is deleted or gets a VM, never both, when asked at once', async () => {
    const { id } = await make();
    const answers = await Promise.all([
      bench().call('vm.create', { ...SMALL_VM, network_id: id }),
      bench().call('network.delete', { id }),
    ]);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  });

  test('refuses a change that was meant for an earlier revision', async () => {
    const { id } = await make();
    await bench().expectOk('network.update', { id, name: 'back' });
    const late = { id, if_revision: 1 };
    for (const refused of [
      await bench().expectProblem('network.update', { ...late, name: 'other' }),
      await bench().expectProblem('network.delete', late),
    ]) {
      expect(refused).toMatchObject({ code: 'revision-mismatch', data: { revision: 2 } });
    }
  });

  test('refuses a change that was meant for other desired fields, and no other', async () => {
    const { id } = await make();
    const { desired_revision: first } = await bench().expectOk('network.get', { id });
    const { resource } = await bench().expectOk('network.update', {
      id,
      name: 'back',
      if_desired_revision: String(first),
    });
    const { desired_revision: second } = resource;
    expect(second).not.toBe(first);
    const late = { id, name: 'other', if_desired_revision: String(first) };
    expect(await bench().expectProblem('network.update', late)).toMatchObject({
      code: 'revision-mismatch',
      data: { desired_revision: second },
    });
    // A VM that joins changes the row of the network, not what is desired.
    await bench().expectOk('vm.create', { ...SMALL_VM, network_id: id });
    const joined = { id, name: 'other', if_desired_revision: String(second) };
    await bench().expectOk('network.update', joined);
  });
});
