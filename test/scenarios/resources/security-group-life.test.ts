import { describe, expect, test } from '@jest/globals';
import type { SecurityGroupId, VmId } from '@novacron/contract/ids';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { machineOf, makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const HTTPS = {
  direction: 'ingress',
  action: 'allow',
  protocol: 'tcp',
  ports: '443',
  cidr: '0.0.0.0/0',
} as const;
const SSH = {
  direction: 'ingress',
  action: 'allow',
  protocol: 'tcp',
  ports: '22',
  cidr: '10.0.0.0/8',
} as const;
const AS_SENT = { group_id: null, description: null };

const bench = useBench();

type Create = InputOf<'security_group.create'>;

async function makeGroup(name: string, rules: Create['rules'] = [HTTPS]) {
  return (await bench().expectOk('security_group.create', { name, rules })).resource;
}

async function makeNetwork() {
  const asked = { name: 'front', cidr: '10.0.0.0/16' };
  return (await bench().expectOk('network.create', asked)).resource.id;
}

async function update(change: InputOf<'security_group.update'>) {
  const { operation } = await bench().expectOk('security_group.update', change);
  return bench().end(operation);
}

async function updateVm(change: InputOf<'vm.update'>) {
  const { operation } = await bench().expectOk('vm.update', change);
  return bench().end(operation);
}

async function firewallOf(id: VmId) {
  const vm = await bench().expectOk('vm.get', { id });
  return (await machineOf(bench(), vm))?.spec.firewall;
}

/** The firewall as its node has it, where a rule without an action allows. */
const reported = (
  groups: readonly SecurityGroupId[],
  ...rules: readonly Readonly<Record<string, unknown>>[]
) => ({
  group_ids: [...groups].sort(),
  rules: rules.map(({ action: _, ...rule }) => ({ group_id: null, ...rule })),
});

describe('the life of a security group', () => {
  test('is there as soon as it is asked for, its rules in one order and each once', async () => {
    const group = await makeGroup('web', [SSH, HTTPS, SSH]);
    expect(group).toMatchObject({
      name: 'web',
      vm_count: 0,
      revision: 1,
      metadata: null,
      rules: [
        { ...HTTPS, ...AS_SENT },
        { ...SSH, ...AS_SENT },
      ],
    });
    const turned = await bench().expectOk('security_group.update', {
      id: group.id,
      rules: [HTTPS, SSH],
    });
    expect(turned.resource.revision).toBe(1);
  });

  test('refuses a taken name with the command that imports its holder', async () => {
    const { id } = await makeGroup('web');
    expect(await bench().expectProblem('security_group.create', { name: 'web' })).toMatchObject({
      code: 'name-taken',
      detail: `A security group named "web" exists already: ${id}.`,
      remedy: expect.stringContaining(`terraform import novacron_security_group.NAME ${id}`),
    });
  });

  test('refuses rules about a group that does not exist', async () => {
    const { id } = await makeGroup('gone');
    await bench().expectOk('security_group.delete', { id });
    const rules = [
      { direction: 'ingress', action: 'allow', protocol: 'any', group_id: id },
    ] as const;
    const asked = { name: 'web', rules: [...rules] };
    expect(await bench().expectProblem('security_group.create', asked)).toMatchObject({
      code: 'reference-unknown',
      detail: `rules refers to the security group ${id}, which does not exist.`,
    });
    const vm = { ...SMALL_VM, security_groups: [id], firewall_rules: [...rules] };
    expect(await bench().expectProblem('vm.create', vm)).toMatchObject({
      code: 'reference-unknown',
      detail: `security_groups refers to the security group ${id}, which does not exist.`,
    });
  });

  test('counts against the quota of its tenant', async () => {
    const id = bench().admin.tenantId;
    await bench().expectOk('tenant.update', { id, quotas: { security_groups: 1 } });
    const { id: first } = await makeGroup('web');
    expect(await bench().expectProblem('security_group.create', { name: 'db' })).toMatchObject({
      code: 'quota-exceeded',
      detail: expect.stringContaining('security_groups: 1 of 1 used, 1 more requested'),
    });
    await bench().expectOk('security_group.delete', { id: first });
    await makeGroup('db');
  });

  test('is recorded: in the audit log and among the events', async () => {
    const { id } = await makeGroup('web');
    await update({ id, rules: [SSH] });
    const audit = await bench().expectOk('audit.list', { resource_id: id });
    expect(audit.items.map(({ operation }) => operation).sort()).toEqual([
      'security_group.create',
      'security_group.update',
    ]);
    await bench().advance(1_000);
    const events = await bench().expectOk('event.list', {});
    expect(events.items.filter(({ target }) => target === id).map(({ type }) => type)).toEqual([
      'security_group.create.succeeded',
      'security_group.update.succeeded',
    ]);
  });
});

describe('a VM with security groups', () => {
  test('has their rules and its own on its node, from the first moment on', async () => {
    const [web, admin] = [await makeGroup('web'), await makeGroup('admin', [SSH, HTTPS])];
    const icmp = {
      direction: 'ingress',
      action: 'allow',
      protocol: 'icmp',
      cidr: '0.0.0.0/0',
    } as const;
    const vm = await makeVm(bench(), {
      security_groups: [admin.id, web.id],
      firewall_rules: [icmp],
    });
    expect(vm.security_groups).toEqual([web.id, admin.id].sort());
    expect(await firewallOf(vm.id)).toEqual(
      reported([web.id, admin.id], HTTPS, { ...icmp, ports: null }, SSH),
    );
    expect(await bench().expectOk('security_group.get', { id: web.id })).toMatchObject({
      vm_count: 1,
    });
  });

  test('gets and loses them while it runs', async () => {
    const [web, admin] = [await makeGroup('web'), await makeGroup('admin', [SSH])];
    const vm = await makeVm(bench(), { security_groups: [web.id] });
    await updateVm({ id: vm.id, security_groups: [admin.id], restart: 'forbidden' });
    expect(await firewallOf(vm.id)).toEqual(reported([admin.id], SSH));
    expect(await bench().expectOk('security_group.get', { id: web.id })).toMatchObject({
      vm_count: 0,
    });
    await updateVm({ id: vm.id, security_groups: null, restart: 'forbidden' });
    expect(await firewallOf(vm.id)).toBeUndefined();
  });

  test('takes them along when it moves', async () => {
    const web = await makeGroup('web');
    const vm = await makeVm(bench(), { security_groups: [web.id] });
    await bench().end((await bench().expectOk('vm.migrate', { id: vm.id })).operation);
    expect(await firewallOf(vm.id)).toEqual(reported([web.id], HTTPS));
  });

  test('has what it had when a change of them fails', async () => {
    const [web, admin] = [await makeGroup('web'), await makeGroup('admin', [SSH])];
    const vm = await makeVm(bench(), { security_groups: [web.id] });
    const driver = bench().fleet.drivers.get(String(vm.node));
    driver?.faults.add({ action: 'configure', kind: 'fail-final' });
    expect(await updateVm({ id: vm.id, security_groups: [admin.id] })).toMatchObject({
      status: 'failed',
    });
    expect(await bench().expectOk('vm.get', { id: vm.id })).toMatchObject({
      security_groups: [web.id],
    });
    expect(await firewallOf(vm.id)).toEqual(reported([web.id], HTTPS));
  });

  test('keeps its groups from being deleted, and is named', async () => {
    const [web, db] = [await makeGroup('web'), await makeGroup('db', [])];
    const rules = [
      { direction: 'ingress', action: 'allow', protocol: 'any', group_id: web.id },
    ] as const;
    await update({ id: db.id, rules: [...rules] });
    const vm = await makeVm(bench(), { security_groups: [web.id] });
    const other = await makeVm(bench(), { name: 'db-01', firewall_rules: [...rules] });
    expect(await bench().expectProblem('security_group.delete', { id: web.id })).toMatchObject({
      code: 'in-use',
      detail:
        'The security group web cannot be deleted: web-01 has it, and rules of db, db-01 name it.',
      remedy: 'Remove it from the VMs, and from the rules that name it, first.',
      data: { vm_count: 1, vms: [vm.id] },
    });
    for (const { id } of [vm, other]) {
      await bench().end((await bench().expectOk('vm.delete', { id })).operation);
    }
    await bench().expectOk('security_group.delete', { id: db.id });
    await bench().expectOk('security_group.delete', { id: web.id });
  });

  test('that was not made has none: a create that fails gives them back', async () => {
    const web = await makeGroup('web');
    for (const driver of bench().fleet.drivers.values()) {
      driver.faults.add({ action: 'create', kind: 'fail-final' });
    }
    const made = await bench().expectOk('vm.create', { ...SMALL_VM, security_groups: [web.id] });
    expect(await bench().end(made.operation)).toMatchObject({ status: 'failed' });
    await bench().expectOk('security_group.delete', { id: web.id });
  });
});

describe('new rules of a group', () => {
  test('reach every VM that has it, stopped ones too, beside what else they have', async () => {
    const [web, admin] = [await makeGroup('web'), await makeGroup('admin', [SSH])];
    const both = await makeVm(bench(), { security_groups: [web.id, admin.id] });
    const stopped = await makeVm(bench(), { name: 'web-02', security_groups: [web.id] });
    await bench().end((await bench().expectOk('vm.stop', { id: stopped.id })).operation);
    const http = { ...HTTPS, ports: '80' } as const;
    const ended = await update({ id: web.id, rules: [http] });
    expect(ended).toMatchObject({
      status: 'succeeded',
      steps: [{ name: 'apply-firewall@web-01' }, { name: 'apply-firewall@web-02' }],
    });
    expect(await firewallOf(both.id)).toEqual(reported([web.id, admin.id], http, SSH));
    expect(await firewallOf(stopped.id)).toEqual(reported([web.id], http));
    expect(await bench().expectOk('security_group.get', { id: web.id })).toMatchObject({
      rules: [{ ...http, ...AS_SENT }],
      revision: 2,
    });
  });

  test('reach all VMs or none: where a node fails, the group is what it was', async () => {
    const web = await makeGroup('web');
    const spread = { strategy: 'spread' } as const;
    const vms = [];
    for (const name of ['web-01', 'web-02']) {
      vms.push(
        await makeVm(bench(), {
          name,
          security_groups: [web.id],
          placement: spread,
          anti_affinity: 'w',
        }),
      );
    }
    const driver = bench().fleet.drivers.get(String(vms[1]?.node));
    driver?.faults.add({ action: 'apply-firewall', kind: 'fail-final' });
    expect(await update({ id: web.id, rules: [] })).toMatchObject({ status: 'failed' });
    for (const { id } of vms) expect(await firewallOf(id)).toEqual(reported([web.id], HTTPS));
    expect(await bench().expectOk('security_group.get', { id: web.id })).toMatchObject({
      rules: [{ ...HTTPS, ...AS_SENT }],
    });
  });

  test('wait for a VM that is being changed, and say by what', async () => {
    const web = await makeGroup('web');
    const vm = await makeVm(bench(), { security_groups: [web.id] });
    const { operation } = await bench().expectOk('vm.update', { id: vm.id, memory_gb: 8 });
    const change = { id: web.id, rules: [SSH] };
    expect(await bench().expectProblem('security_group.update', change)).toMatchObject({
      code: 'conflict',
      detail: `The VM web-01 is being changed by ${operation.id}.`,
    });
    await bench().end(operation);
    expect(await update(change)).toMatchObject({ status: 'succeeded' });
  });

  test('wait for a VM that is giving the group up, as it may keep it', async () => {
    const web = await makeGroup('web');
    const vm = await makeVm(bench(), { security_groups: [web.id] });
    const leaving = await bench().expectOk('vm.update', { id: vm.id, security_groups: null });
    const change = { id: web.id, rules: [SSH] };
    expect(await bench().expectProblem('security_group.update', change)).toMatchObject({
      code: 'conflict',
      detail: 'A VM is gaining or losing the security group web.',
    });
    const asked = await bench().expectProblem('security_group.delete', { id: web.id });
    expect(asked).toMatchObject({
      code: 'in-use',
      detail: 'The security group web cannot be deleted: a change in progress uses it.',
    });
    await bench().end(leaving.operation);
    expect(await update(change)).toMatchObject({ status: 'succeeded', steps: [] });
  });

  test('keep new VMs waiting until they are everywhere', async () => {
    const web = await makeGroup('web');
    await makeVm(bench(), { security_groups: [web.id] });
    const { operation } = await bench().expectOk('security_group.update', {
      id: web.id,
      rules: [SSH],
    });
    const asked = { ...SMALL_VM, name: 'web-02', security_groups: [web.id] };
    expect(await bench().expectProblem('vm.create', asked)).toMatchObject({
      code: 'conflict',
      detail: `The security group web is being changed by ${operation.id}.`,
    });
    await bench().end(operation);
    const vm = await makeVm(bench(), { name: 'web-02', security_groups: [web.id] });
    expect(await firewallOf(vm.id)).toEqual(reported([web.id], SSH));
  });

  test('survive a server that dies in between', async () => {
    const web = await makeGroup('web');
    const vm = await makeVm(bench(), { security_groups: [web.id] });
    const { operation } = await bench().expectOk('security_group.update', {
      id: web.id,
      rules: [SSH],
    });
    await bench().restartServer();
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    expect(await firewallOf(vm.id)).toEqual(reported([web.id], SSH));
  });

  test('that people made behind the back of Terraform are critical drift', async () => {
    const terraform = { client: 'terraform', deployment: 'shop' } as const;
    const asked = { name: 'web', rules: [HTTPS] };
    const { resource } = await bench().expectOk('security_group.create', asked, terraform);
    await bench().advance(1_000);
    await update({ id: resource.id, rules: [SSH] });
    const { items } = await bench().expectOk('drift.report', { resource_kind: 'security_group' });
    expect(items).toMatchObject([
      {
        resource_name: 'web',
        severity: 'critical',
        fields: [
          { field: 'rules[0]', drift_class: 'security' },
          { field: 'rules[1]', drift_class: 'security' },
        ],
      },
    ]);
  });
});

describe('a rule that denies', () => {
  test('goes to the node as such, and decides what reaches the VM', async () => {
    const network_id = await makeNetwork();
    const deny = { ...HTTPS, action: 'deny', cidr: '192.0.2.0/24' } as const;
    const vm = await makeVm(bench(), { network_id, firewall_rules: [HTTPS, deny] });
    expect((await firewallOf(vm.id))?.rules).toEqual([
      { ...deny, group_id: null },
      ...reported([], HTTPS).rules,
    ]);
    const asked = { to_vm_id: vm.id, protocol: 'tcp', port: 443 } as const;
    const from = (from_cidr: string) =>
      bench().expectOk('network.reachability', { ...asked, from_cidr });
    expect(await from('198.51.100.0/24')).toMatchObject({ allowed: true });
    expect(await from('192.0.2.7/32')).toMatchObject({
      allowed: false,
      verdicts: [
        {
          reason: 'denied',
          rule: { action: 'deny' },
          explanation:
            'web-01 does not let it in: the rule ingress tcp 443 from 192.0.2.0/24 of its own ' +
            'denies it.',
        },
      ],
    });
  });
});

describe('a firewall changed on the node', () => {
  const terraform = { client: 'terraform', deployment: 'shop' } as const;
  const round = () => bench().advance(31_000);

  async function disturbed() {
    const group = await makeGroup('web');
    const asked = { ...SMALL_VM, security_groups: [group.id], firewall_rules: [SSH] };
    const { resource, operation } = await bench().expectOk('vm.create', asked, terraform);
    await bench().end(operation);
    const vm = await bench().expectOk('vm.get', { id: resource.id });
    const open = { ...HTTPS, ports: null, protocol: 'any', group_id: null } as const;
    const kept = { ...SSH, group_id: null };
    const firewall = { group_ids: [group.id], rules: [kept, open] };
    bench()
      .fleet.drivers.get(String(vm.node))
      ?.disturb(vm.id, { kind: 'alter', spec: { firewall } });
    await round();
    return { vm, group, open };
  }

  async function repair({ vm, group }: Awaited<ReturnType<typeof disturbed>>) {
    const change = { id: vm.id, security_groups: [group.id], firewall_rules: [SSH] };
    const { operation } = await bench().expectOk('vm.update', change, terraform);
    expect((await bench().end(operation)).status).toBe('succeeded');
  }

  test('shows in answers and is critical drift, with the node as its cause', async () => {
    const found = await disturbed();
    const { vm, open } = found;
    expect(await bench().expectOk('vm.get', { id: vm.id })).toMatchObject({
      security_groups: null,
      firewall_rules: [{ ...open }, { ...SSH }],
    });
    const { items } = await bench().expectOk('drift.report', { resource_id: vm.id });
    expect(items).toMatchObject([
      { severity: 'critical', causes: [{ kind: 'hypervisor', principal: 'platform' }] },
    ]);
    expect(items[0]?.fields.map(({ field, drift_class }) => [field, drift_class])).toEqual([
      ['security_groups[0]', 'security'],
      ['firewall_rules[0]', 'security'],
    ]);
    await round();
    const { items: audit } = await bench().expectOk('audit.list', { resource_id: vm.id });
    expect(audit.filter(({ operation }) => operation === 'vm.firewall_changed')).toHaveLength(1);
    await repair(found);
  });

  test('is repaired by an apply of the desired groups of the VM', async () => {
    const found = await disturbed();
    const { vm, group } = found;
    await repair(found);
    expect(await firewallOf(vm.id)).toEqual(reported([group.id], HTTPS, SSH));
    await round();
    expect((await bench().expectOk('drift.report', { resource_id: vm.id })).items).toEqual([]);
    expect(await bench().expectOk('vm.get', { id: vm.id })).toMatchObject({
      security_groups: [group.id],
    });
  });

  test('is no longer drift once it was repaired on the node', async () => {
    const { vm, group } = await disturbed();
    const firewall = reported([group.id], HTTPS, SSH) as never;
    bench()
      .fleet.drivers.get(String(vm.node))
      ?.disturb(vm.id, { kind: 'alter', spec: { firewall } });
    await round();
    expect((await bench().expectOk('drift.report', { resource_id: vm.id })).items).toEqual([]);
    const { items } = await bench().expectOk('event.list', {});
    expect(items.map(({ type }) => type)).toContain('vm.firewall_restored');
  });
});

describe('network.reachability', () => {
  async function makePair(more: Partial<InputOf<'vm.create'>> = {}) {
    const network_id = await makeNetwork();
    const from = await makeVm(bench(), { name: 'client', network_id });
    const to = await makeVm(bench(), { name: 'server', network_id, ...more });
    return { from, to };
  }

  test('follows the rules as they change, and names the one that decides', async () => {
    const { from, to } = await makePair();
    const question = {
      from_vm_id: from.id,
      to_vm_id: to.id,
      protocol: 'tcp' as const,
      port: 443,
    } as const;
    expect(await bench().expectOk('network.reachability', question)).toMatchObject({
      allowed: true,
      explanation: 'tcp 443 from client to server gets through.',
    });
    const web = await makeGroup('web', [SSH]);
    await updateVm({ id: to.id, security_groups: [web.id] });
    expect(await bench().expectOk('network.reachability', question)).toMatchObject({
      allowed: false,
      verdicts: [{ allowed: true }, { allowed: false, reason: 'no-rule', rule: null }],
    });
    await update({ id: web.id, rules: [HTTPS] });
    expect(await bench().expectOk('network.reachability', question)).toMatchObject({
      allowed: true,
      verdicts: [
        { vm_id: from.id, direction: 'egress', reason: 'unguarded' },
        {
          vm_id: to.id,
          direction: 'ingress',
          reason: 'rule',
          security_group_id: web.id,
          rule: HTTPS,
        },
      ],
    });
  });

  test('knows a VM by its address', async () => {
    const { from, to } = await makePair();
    const question = { from_vm_id: from.id, to_vm_id: to.id, protocol: 'icmp' } as const;
    for (const [cidr, allowed] of [
      [`${from.ip_address}/32`, true],
      [`${to.ip_address}/32`, false],
    ] as const) {
      const rule = { direction: 'ingress', action: 'allow', protocol: 'icmp', cidr } as const;
      await updateVm({ id: to.id, firewall_rules: [rule] });
      expect(await bench().expectOk('network.reachability', question)).toMatchObject({ allowed });
    }
  });

  test.each([
    [{}, 'from_vm_id', 'requires a source: a VM or an address block'],
    [{ from_cidr: '10.0.0.0/8' }, 'port', 'is needed for tcp'],
    [{ from_cidr: '10.0.0.0/8', protocol: 'icmp', port: 7 }, 'port', 'is not used with icmp'],
  ] as const)('refuses %j', async (change, field, message) => {
    const { to } = await makePair();
    const question = { to_vm_id: to.id, protocol: 'tcp', ...change } as const;
    expect(await bench().expectProblem('network.reachability', question)).toMatchObject({
      code: 'validation-failed',
      fields: [{ path: [field], message }],
    });
  });

  test('knows nothing of VMs that are gone, nor of the one that asks about itself', async () => {
    const { from, to } = await makePair();
    const itself = { from_vm_id: to.id, to_vm_id: to.id, protocol: 'icmp' } as const;
    expect(await bench().expectProblem('network.reachability', itself)).toMatchObject({
      fields: [{ path: ['from_vm_id'], message: 'is the same as the target VM' }],
    });
    await bench().end((await bench().expectOk('vm.delete', { id: from.id })).operation);
    const gone = { from_vm_id: from.id, to_vm_id: to.id, protocol: 'icmp' } as const;
    expect(await bench().expectProblem('network.reachability', gone)).toMatchObject({
      code: 'not-found',
      detail: `No VM found with the id ${from.id}.`,
      fields: [{ path: ['from_vm_id'] }],
    });
  });
});
