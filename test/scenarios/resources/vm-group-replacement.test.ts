import { describe, expect, test } from '@jest/globals';
import type { TemplateId } from '@novacron/contract/ids';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { machineOf, useBench } from '../test-kit/use-bench.ts';

const SIZE = { cpu_cores: 1, memory_gb: 1, disk_gb: 4 };

const bench = useBench();

async function makeGroup(more: Partial<InputOf<'vm_group.create'>> = {}) {
  const asked = { name: 'web', vm: SIZE, min_size: 3, max_size: 4, ...more };
  const made = await bench().expectOk('vm_group.create', asked);
  expect(await bench().end(made.operation)).toMatchObject({ status: 'succeeded', problem: null });
  return bench().expectOk('vm_group.get', { id: made.resource.id });
}

async function vms() {
  const { items } = await bench().expectOk('vm.list', {});
  return [...items].sort((left, right) => (left.name < right.name ? -1 : 1));
}

async function stepsOf(id: string) {
  const [row] = await bench().store.read({ from: 'operations', where: { id } });
  return JSON.parse(row?.definition_json ?? '').steps;
}

async function changeTo(
  id: InputOf<'vm_group.update'>['id'],
  vm: InputOf<'vm_group.update'>['vm'],
) {
  return (await bench().expectOk('vm_group.update', { id, vm })).operation;
}

describe('members that cannot change in place', () => {
  test('are replaced one by one, under their names and numbers', async () => {
    const group = await makeGroup();
    const operation = await changeTo(group.id, { ...SIZE, disk_gb: 2 });
    expect(await stepsOf(operation.id)).toMatchObject([
      { name: 'replace web-1', after: [] },
      { name: 'replace web-2', after: ['replace web-1'] },
      { name: 'replace web-3', after: ['replace web-2'] },
    ]);
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    const found = await vms();
    expect(found.map(({ name, disk_gb, status }) => [name, disk_gb, status])).toEqual(
      ['web-1', 'web-2', 'web-3'].map((name) => [name, 2, 'running']),
    );
    const after = await bench().expectOk('vm_group.get', { id: group.id });
    expect(after).toMatchObject({ status: 'ready', member_ids: found.map(({ id }) => id) });
    expect(after.member_ids.some((id) => group.member_ids.includes(id))).toBe(false);
  });

  test('are named in the plan, with what becomes of their disks', async () => {
    const { id } = await makeGroup();
    const [{ id: template_id = '' as TemplateId } = {}] = (
      await bench().expectOk('template.list', { name: 'debian-12' })
    ).items;
    const preview = await bench().expectOk('admission.preview', {
      operation: 'vm_group.update',
      input: { id, vm: { ...SIZE, template_id } },
    });
    expect(preview).toMatchObject({
      problems: [],
      notices: [
        '3 of 3 members cannot change in place and are replaced, one at a time: web-1, web-2, ' +
          'web-3. Each is deleted with its root disk before the new one of its name is created.',
      ],
    });
  });

  test('that are too many are named in the plan as well: their disks go with them', async () => {
    const { id, member_ids: members } = await makeGroup();
    expect(members).toHaveLength(3);
    const shrink = { operation: 'vm_group.update', input: { id, min_size: 1 } } as const;
    const notices = async (sizes: object) => {
      const input = { ...shrink.input, ...sizes };
      return (await bench().expectOk('admission.preview', { ...shrink, input })).notices;
    };
    expect(await notices({ max_size: 1, desired_size: null })).toEqual([
      '2 members are too many and deleted, root disks and all: web-2, web-3.',
    ]);
    expect(await notices({ max_size: 2, desired_size: 2 })).toEqual([
      '1 member is too many and deleted, root disks and all: web-3.',
    ]);
    expect(await notices({})).toEqual([]);
  });

  test('stay when their replacements cannot be created', async () => {
    const group = await makeGroup();
    const template = { name: 't', image: 'builtin:default', disk_gb_min: 9 };
    const { id } = (await bench().expectOk('template.create', template)).resource;
    const asked = { id: group.id, vm: { ...SIZE, template_id: id } };
    expect(await bench().expectProblem('vm_group.update', asked)).toMatchObject({
      detail: 'The image of the template t needs 9 GB of disk.',
      fields: [{ path: ['vm', 'disk_gb'], message: 'must be at least 9' }],
    });
  });

  test('stay where a policy lets NovaCron make no new ones', async () => {
    const group = await makeGroup({ min_size: 2 });
    await bench().expectOk('policy.create', {
      name: 'Freeze',
      type: 'resource',
      platform_writes: true,
      rule: `package novacron

deny contains "nothing new" if {
  input.action == "create_vm"
  input.context.client == "platform"
}
`,
    });
    const before = await vms();
    const failed = await bench().end(await changeTo(group.id, { ...SIZE, disk_gb: 2 }));
    expect(failed).toMatchObject({
      status: 'failed',
      problem: {
        detail: expect.stringMatching(/step replace web-1 failed: Policy "Freeze".*nothing new/),
        remedy:
          'What it had done was undone, except where it had replaced or deleted a member. ' +
          'Fix the cause and ask again.',
      },
    });
    expect(await vms()).toEqual(before);
    const { items } = await bench().expectOk('audit.list', { limit: 100 });
    expect(items.filter(({ outcome }) => outcome === 'policy-denied')).toMatchObject([
      { operation: 'vm.create', principal: 'platform', resource_name: 'web-1' },
    ]);
  });

  test('are replaced as far as it goes; the next try goes on from there', async () => {
    const group = await makeGroup();
    const faults = [...bench().fleet.drivers.values()].map((driver) => driver.faults);
    const [, second] = await vms();
    for (const each of faults) {
      each.add({ action: 'delete', kind: 'fail-final', vm_id: String(second?.id) });
    }
    const first = await bench().end(await changeTo(group.id, { ...SIZE, disk_gb: 2 }));
    expect(first).toMatchObject({
      status: 'failed',
      problem: { detail: expect.stringContaining('step replace web-2 failed') },
    });
    expect((await vms()).map(({ disk_gb }) => disk_gb)).toEqual([2, 4, 4]);
    for (const each of faults) each.clear();
    const operation = await changeTo(group.id, { ...SIZE, disk_gb: 2 });
    expect((await stepsOf(operation.id)).map(({ name }: { name: string }) => name)).toEqual([
      'change web-1',
      'replace web-2',
      'replace web-3',
    ]);
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    expect((await vms()).map(({ disk_gb }) => disk_gb)).toEqual([2, 2, 2]);
  });
});

describe('firewalls of members', () => {
  test('are those of the group, and a change of them reaches every member', async () => {
    const rules = [
      { direction: 'ingress', action: 'allow', protocol: 'tcp', ports: '443', cidr: '0.0.0.0/0' },
    ] as const;
    const made = await bench().expectOk('security_group.create', { name: 's', rules: [...rules] });
    const security_groups = [made.resource.id];
    const group = await makeGroup({ vm: { ...SIZE, security_groups } });
    const firewalls = async () => {
      const machines = await Promise.all((await vms()).map((vm) => machineOf(bench(), vm)));
      return machines.map((machine) => machine?.spec.firewall?.rules.map(({ ports }) => ports));
    };
    expect(await firewalls()).toEqual([['443'], ['443'], ['443']]);
    const firewall_rules = [{ ...rules[0], ports: '80' }];
    const operation = await changeTo(group.id, { ...SIZE, security_groups, firewall_rules });
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    expect(await firewalls()).toEqual([
      ['443', '80'],
      ['443', '80'],
      ['443', '80'],
    ]);
    expect(await bench().expectOk('security_group.get', { id: made.resource.id })).toMatchObject({
      vm_count: 3,
    });
  });

  test('that come in another order are what they were: no member is touched', async () => {
    const rule = {
      direction: 'ingress',
      action: 'allow',
      protocol: 'tcp',
      cidr: '0.0.0.0/0',
    } as const;
    const rules = ['80', '443'].map((ports) => ({ ...rule, ports }));
    const group = await makeGroup({ vm: { ...SIZE, firewall_rules: rules } });
    const operation = await changeTo(group.id, { ...SIZE, firewall_rules: rules.toReversed() });
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded', steps: [] });
  });
});

describe('a server that is killed while it works on a group', () => {
  /** Kills it a few times on the way. */
  async function endWithKills(operation: { readonly id: string }) {
    for (const pause of [50, 150, 400]) {
      await bench().advance(pause);
      await bench().restartServer();
    }
    return bench().end(operation as Parameters<ReturnType<typeof bench>['end']>[0]);
  }

  test('goes on with its create', async () => {
    const asked = { name: 'web', vm: SIZE, min_size: 3, max_size: 4 };
    const { operation, resource } = await bench().expectOk('vm_group.create', asked);
    expect(await endWithKills(operation)).toMatchObject({ status: 'succeeded' });
    expect(await bench().expectOk('vm_group.get', { id: resource.id })).toMatchObject({
      status: 'ready',
      size: 3,
    });
  });

  test.each([
    ['with a change of its members', { ...SIZE, cpu_cores: 2 }],
    ['with a replacement of its members', { ...SIZE, disk_gb: 2 }],
  ])('goes on %s', async (_what, vm) => {
    const { id } = await makeGroup();
    expect(await endWithKills(await changeTo(id, vm))).toMatchObject({ status: 'succeeded' });
    expect(await vms()).toMatchObject(
      ['web-1', 'web-2', 'web-3'].map((name) => ({ ...vm, name, status: 'running' })),
    );
    const group = await bench().expectOk('vm_group.get', { id });
    expect(group).toMatchObject({ status: 'ready' });
  });

  test('goes on with its end', async () => {
    const { id } = await makeGroup();
    const { operation } = await bench().expectOk('vm_group.delete', { id });
    expect(await endWithKills(operation)).toMatchObject({ status: 'succeeded' });
    expect(await vms()).toEqual([]);
    expect(await bench().store.read({ from: 'vm_group_members' })).toEqual([]);
  });
});
