/** The library: workflows about VM groups, and about systems beside NovaCron. */
import { describe, expect, test } from '@jest/globals';
import type { VmGroupId } from '@novacron/contract/ids';
import { statusesOf, useLibrary } from './use-library.ts';

const HOUR_MS = 3_600_000;
const SMALL = { cpu_cores: 1, memory_gb: 1, disk_gb: 10 };
const LARGE = { ...SMALL, memory_gb: 2 };

const library = useLibrary();
const { bench, run, start, endOf, vote, makeVms, vmOf, vmNames, received, answer } = library;

async function makeGroup(name = 'web', size = 2): Promise<VmGroupId> {
  const made = await bench().expectOk('vm_group.create', {
    name,
    vm: SMALL,
    min_size: 1,
    max_size: 6,
    desired_size: size,
  });
  await bench().end(made.operation);
  await bench().endAll();
  return made.resource.id;
}

const groupNames = async () =>
  (await bench().expectOk('vm_group.list', {})).items.map(({ name }) => name).toSorted();

const memories = async () =>
  (await bench().expectOk('vm.list', {})).items.map((vm) => vm.memory_gb);

/** Returns the received requests without their IDs. */
const sent = () => received().map(({ what }) => what.replace(/(vmg|vm|op)_[a-z0-9]+/, 'ID'));

describe('rolling-update', () => {
  test('rolls a configuration out to all members', async () => {
    const group_id = await makeGroup();
    const ended = await run('rolling-update', { group_id, vm: LARGE, previous: SMALL });
    expect([ended.status, await memories()]).toEqual(['succeeded', [2, 2]]);
  });

  test('rolls the previous one out where the service is not healthy', async () => {
    const group_id = await makeGroup();
    answer(() => ({ status: 503 }));
    const ended = await run('rolling-update', { group_id, vm: LARGE, previous: SMALL });
    expect([ended.status, statusesOf(ended)]).toEqual([
      'failed',
      ['update taken_back', 'settle succeeded', 'verify failed'],
    ]);
    expect(await memories()).toEqual([1, 1]);
  });
});

describe('canary-release', () => {
  async function setUp() {
    const group_id = await makeGroup();
    const template = await bench().expectOk('template.create', {
      name: 'web-2',
      image: 'https://images.example.com/web-2.qcow2',
      image_checksum: `sha256:${'0'.repeat(64)}`,
    });
    await bench().end(template.operation);
    const template_id = template.resource.id;
    return { group_id, template_id, vm: { ...LARGE, template_id } };
  }

  test('rolls a template out once people have seen one VM of it', async () => {
    const inputs = await setUp();
    const id = await start('canary-release', inputs);
    await vote(id, 'approve');
    expect(statusesOf(await endOf(id))).toEqual([
      'canary succeeded',
      'healthy succeeded',
      'leave succeeded',
      'roll-out succeeded',
      'clean-up succeeded',
    ]);
    const { items } = await bench().expectOk('vm.list', {});
    expect(items.map(({ template_id }) => template_id)).toEqual([
      inputs.template_id,
      inputs.template_id,
    ]);
  });

  test('deletes the VM and leaves the group where it is denied', async () => {
    const id = await start('canary-release', await setUp());
    await vote(id, 'deny');
    expect(await endOf(id)).toMatchObject({ status: 'failed' });
    expect([await vmNames(), await memories()]).toEqual([
      ['web-1', 'web-2'],
      [1, 1],
    ]);
  });

  test('does not ask where the VM is not healthy', async () => {
    answer(() => ({ status: 503 }));
    const ended = await run('canary-release', await setUp());
    expect(statusesOf(ended).slice(0, 2)).toEqual(['canary taken_back', 'healthy failed']);
    expect(await vmNames()).toEqual(['web-1', 'web-2']);
    expect(await bench().expectOk('approval.list', {})).toMatchObject({ items: [] });
  });
});

describe('scale-for-launch', () => {
  const sizeOf = async (id: VmGroupId) =>
    (await bench().expectOk('vm_group.get', { id })).desired_size;

  test('scales a group for six hours, and back', async () => {
    const group_id = await makeGroup();
    const inputs = { group_id, launch_size: 4, usual_size: 2 };
    const id = await start('scale-for-launch', inputs);
    await vote(id, 'approve');
    await bench().advance(20_000);
    expect([await sizeOf(group_id), (await vmNames()).length]).toEqual([4, 4]);
    await bench().skip(6 * HOUR_MS);
    expect(await endOf(id)).toMatchObject({ status: 'succeeded' });
    expect([await sizeOf(group_id), (await vmNames()).length]).toEqual([2, 2]);
  });

  test('scales nothing where it is denied', async () => {
    const group_id = await makeGroup();
    const id = await start('scale-for-launch', { group_id, launch_size: 4, usual_size: 2 });
    await vote(id, 'deny');
    expect(await endOf(id)).toMatchObject({ status: 'failed' });
    expect(await sizeOf(group_id)).toBe(2);
  });

  test('scales back where it is cancelled during the launch', async () => {
    const group_id = await makeGroup();
    const id = await start('scale-for-launch', { group_id, launch_size: 4, usual_size: 2 });
    await vote(id, 'approve');
    await bench().advance(20_000);
    await bench().expectOk('operation.cancel', { id });
    expect(await endOf(id)).toMatchObject({ status: 'stopped' });
    expect(await sizeOf(group_id)).toBe(2);
  });
});

describe('provision-service', () => {
  test('makes a network, a firewall and a group, and registers them', async () => {
    const ended = await run('provision-service', { name: 'shop' });
    expect([ended.status, ended.problem]).toEqual(['succeeded', null]);
    expect(sent()).toEqual(['POST inventory.example.com/services']);
    const { items } = await bench().expectOk('vm.list', {});
    const [network] = (await bench().expectOk('network.list', {})).items;
    const [firewall] = (await bench().expectOk('security_group.list', {})).items;
    expect(items.map((vm) => [vm.status, vm.network_id, vm.security_groups])).toEqual(
      items.map(() => ['running', network?.id, [firewall?.id]]),
    );
    expect(items).toHaveLength(2);
  });

  test('leaves nothing where the inventory refuses it', async () => {
    answer(() => ({ status: 409 }));
    const ended = await run('provision-service', { name: 'shop' });
    expect([ended.status, statusesOf(ended)]).toEqual([
      'failed',
      ['network taken_back', 'firewall taken_back', 'group taken_back', 'register failed'],
    ]);
    const left = await Promise.all([
      bench().expectOk('vm.list', {}),
      bench().expectOk('vm_group.list', {}),
      bench().expectOk('network.list', {}),
      bench().expectOk('security_group.list', {}),
    ]);
    expect(left.map(({ items }) => items.length)).toEqual([0, 0, 0, 0]);
  });
});

describe('switch-versions', () => {
  const inputsOf = (present_id: VmGroupId) => ({ name: 'web-b', vm: LARGE, size: 2, present_id });

  test('moves the traffic to the next version, and deletes the present one', async () => {
    const id = await start('switch-versions', inputsOf(await makeGroup('web-a')));
    await vote(id, 'approve');
    await bench().advance(10_000);
    expect([await groupNames(), sent()]).toEqual([
      ['web-a', 'web-b'],
      ['GET checks.example.com/groups/ID', 'PUT balancer.example.com/target'],
    ]);
    await bench().skip(HOUR_MS);
    expect(await endOf(id)).toMatchObject({ status: 'succeeded' });
    expect(await groupNames()).toEqual(['web-b']);
  });

  test('deletes the next version where the traffic cannot be moved', async () => {
    const id = await start('switch-versions', inputsOf(await makeGroup('web-a')));
    answer((what) => (what.startsWith('PUT') ? { status: 400 } : undefined));
    await vote(id, 'approve');
    expect((await endOf(id)).problem?.detail).toContain('step move failed');
    expect(sent().at(-1)).toBe('PUT balancer.example.com/target');
    expect(await groupNames()).toEqual(['web-a']);
  });
});

describe('rotate-certificate', () => {
  const inputs = { domain: 'shop.example', old: 'C1', gateways: ['east', 'west'] };
  const order = (what: string) =>
    what === 'POST ca.example.com/certificates' ? { body: { number: 'C2' } } : undefined;

  test('installs the new one on each gateway, then revokes the old one', async () => {
    answer(order);
    const ended = await run('rotate-certificate', inputs);
    expect(ended.status).toBe('succeeded');
    expect(received().map(({ what, body }) => [what, body])).toEqual([
      ['POST ca.example.com/certificates', { domain: 'shop.example' }],
      ['PUT gateways.example.com/east/certificate', { number: 'C2' }],
      ['PUT gateways.example.com/west/certificate', { number: 'C2' }],
      ['DELETE ca.example.com/certificates/C1', null],
    ]);
  });

  test('puts the old one back, and revokes the new one, where a gateway refuses', async () => {
    answer((what) => (what.includes('west') ? { status: 400 } : order(what)));
    const ended = await run('rotate-certificate', inputs);
    expect(ended.status).toBe('failed');
    const last = received().slice(-2);
    expect(last.map(({ what, body }) => [what, body])).toEqual([
      ['PUT gateways.example.com/east/certificate', { number: 'C1' }],
      ['DELETE ca.example.com/certificates/C2', null],
    ]);
  });
});

describe('fail-over-database', () => {
  const NO_VM = 'vm_01jd3v6t7re3h8z9k2m4n5p6q7';

  async function setUp(...isUp: readonly boolean[]) {
    const [vm] = await makeVms('db-1');
    if (vm === undefined) throw new Error('there is one');
    let state = '';
    answer((what) => {
      if (what.endsWith('/promote')) state = 'promoted';
      const [, observer] = /observer-(\d)/.exec(what) ?? [];
      return observer === undefined ? undefined : { body: { is_up: isUp[Number(observer) - 1] } };
    });
    return { vm, state: () => state };
  }

  test('switches the primary off, and then promotes the standby', async () => {
    const { vm } = await setUp(false, false);
    const inputs = { primary: 'db-1', primary_vm_id: vm.id, standby: 'db-2' };
    const ended = await run('fail-over-database', inputs);
    expect([ended.status, statusesOf(ended)]).toEqual([
      'succeeded',
      [
        'ask-first succeeded',
        'ask-second succeeded',
        'fence succeeded',
        'promote succeeded',
        'report succeeded',
      ],
    ]);
    expect(await vmOf(vm.id)).toMatchObject({ status: 'stopped' });
    expect(sent().filter((what) => what.startsWith('POST databases'))).toEqual([
      'POST databases.example.com/db-2/promote',
    ]);
  });

  test.each([
    [true, true],
    [true, false],
    [false, true],
  ])('does nothing where one observer sees it (%s, %s)', async (first, second) => {
    const { vm, state } = await setUp(first, second);
    const inputs = { primary: 'db-1', primary_vm_id: vm.id, standby: 'db-2' };
    const ended = await run('fail-over-database', inputs);
    expect([ended.status, statusesOf(ended).slice(2)]).toEqual([
      'succeeded',
      ['fence skipped', 'promote skipped', 'report skipped'],
    ]);
    expect([(await vmOf(vm.id)).status, state()]).toEqual(['running', '']);
  });

  test('promotes nothing where the primary cannot be switched off', async () => {
    const { state } = await setUp(false, false);
    const inputs = { primary: 'db-1', primary_vm_id: NO_VM, standby: 'db-2' };
    const ended = await run('fail-over-database', inputs);
    expect([ended.status, state()]).toEqual(['stopped', '']);
  });

  test('does nothing where an observer does not answer', async () => {
    const { vm } = await setUp(false, false);
    answer((what) => (what.includes('observer-2') ? { status: 400 } : { body: { is_up: false } }));
    const inputs = { primary: 'db-1', primary_vm_id: vm.id, standby: 'db-2' };
    const ended = await run('fail-over-database', inputs);
    expect(ended.status).toBe('stopped');
    expect(await vmOf(vm.id)).toMatchObject({ status: 'running' });
  });
});
