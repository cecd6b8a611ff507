/** The arguments that Terraform defines for every resource: `for_each`, `count` and the others. */
import { describe, expect, test } from '@jest/globals';
import {
  Aspects,
  Fn,
  TerraformCount,
  TerraformIterator,
  type TerraformMetaArguments,
  TerraformOutput,
  type TerraformStack,
  TerraformVariable,
} from 'cdktf';
import { CostAspect } from '../../aspects/cost-aspect.ts';
import { NamingAspect } from '../../aspects/naming-aspect.ts';
import { PoolAspect } from '../../aspects/pool-aspect.ts';
import type { Network as NetworkResource } from '../../gen/network/index.ts';
import { Action } from '../../orchestration/action.ts';
import { Duration } from '../../props/duration.ts';
import { PolicyRule } from '../../props/policy-rule.ts';
import { Size } from '../../props/size.ts';
import { TemplateImage } from '../../props/template-image.ts';
import { MACHINE } from '../../test-kit/machine.ts';
import { PRICES_FILE } from '../../test-kit/prices-file.ts';
import { attributesOf, findTrouble, synthesize } from '../../test-kit/synthesize.ts';
import { AccessPolicy } from '../access-policy.ts';
import { PolicyWaiver } from '../administration/policy-waiver.ts';
import { Reservation } from '../administration/reservation.ts';
import { Role } from '../administration/role.ts';
import { Tenant } from '../administration/tenant.ts';
import { Network } from '../network.ts';
import { OrchestrationPolicy } from '../orchestration-policy.ts';
import { Policy } from '../policy.ts';
import { PolicyData } from '../policy-data.ts';
import { NovacronProvider } from '../provider.ts';
import { SecurityGroup } from '../security-group.ts';
import { Snapshot } from '../snapshot.ts';
import { SshKey } from '../ssh-key.ts';
import { Template } from '../template.ts';
import { Vm } from '../vm.ts';
import { VmGroup } from '../vm-group.ts';
import { Volume } from '../volume.ts';
import { Workflow } from '../workflow/workflow.ts';

const ALONE = { ...MACHINE, isolated: true };
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGm9fTk2kxL1rjc0Jw7Vf0dN9Q1p0r3v5b7n9m1k3j5h me';
const RULE = PolicyRule.inline('package p\n\ndeny contains "no" if input.action == "create_vm"\n');
const POLICY_ID = 'pol_01jd3v6t7re3h8z9k2m4n5p6q7';
const VOLUME_ID = 'vol_01jd3v6t7re3h8z9k2m4n5p6q7';

type Build = (stack: TerraformStack, meta: TerraformMetaArguments) => unknown;

/** A construct of each class, with these arguments. */
const CONSTRUCTS: Readonly<Record<string, Build>> = {
  policy: (stack, meta) => new Policy(stack, 'x', { rule: RULE, ...meta }),
  'policy of grants': (stack, meta) => new AccessPolicy(stack, 'x', meta),
  orchestration_policy: (stack, meta) =>
    new OrchestrationPolicy(stack, 'x', { rules: [{ actions: [Action.keepApart()] }], ...meta }),
  policy_data: (stack, meta) =>
    new PolicyData(stack, 'x', { path: 'limits', document: '{}', ...meta }),
  policy_waiver: (stack, meta) =>
    new PolicyWaiver(stack, 'x', {
      policy: Policy.fromPolicyId(stack, 'p', POLICY_ID),
      resourceKind: 'vm',
      resourceName: 'build-01',
      owner: 'ana',
      reason: 'Migration',
      expiresAt: '2030-01-01T00:00:00Z',
      ...meta,
    }),
  reservation: (stack, meta) =>
    new Reservation(stack, 'x', { ...MACHINE, duration: Duration.hours(1), ...meta }),
  role: (stack, meta) => new Role(stack, 'x', { operations: ['vm.*'], ...meta }),
  tenant: (stack, meta) => new Tenant(stack, 'x', meta),
  network: (stack, meta) =>
    new Network(stack, 'x', { cidr: Fn.cidrsubnet('10.0.0.0/8', 8, 1), ...meta }),
  security_group: (stack, meta) => new SecurityGroup(stack, 'x', meta),
  ssh_key: (stack, meta) => new SshKey(stack, 'x', { publicKey: KEY, ...meta }),
  snapshot: (stack, meta) =>
    new Snapshot(stack, 'x', { volume: Volume.fromVolumeId(stack, 'v', VOLUME_ID), ...meta }),
  storage: (stack, meta) => new Volume(stack, 'x', { size: Size.gibibytes(1), ...meta }),
  template: (stack, meta) =>
    new Template(stack, 'x', { image: TemplateImage.builtIn('debian-12'), ...meta }),
  vm: (stack, meta) => new Vm(stack, 'x', { ...ALONE, ...meta }),
  vm_group: (stack, meta) => new VmGroup(stack, 'x', { ...ALONE, minSize: 1, maxSize: 2, ...meta }),
  workflow: (stack, meta) =>
    new Workflow(stack, 'x', { text: 'name: w\nsteps:\n  - { id: pause, wait: 1s }\n', ...meta }),
};

const typeOf = (name: string) => name.replace(/ .*/, '');
const namesIn = (stack: TerraformStack) =>
  TerraformIterator.fromList(new TerraformVariable(stack, 'names', {}).listValue);

test.each(Object.entries(CONSTRUCTS))('a %s takes every argument', (name, build) => {
  const attributes = attributesOf(typeOf(name), (stack) => {
    const provider = new NovacronProvider(stack, 'other', { alias: 'other' });
    const dependsOn = [new TerraformVariable(stack, 'first', {})];
    build(stack, {
      forEach: namesIn(stack),
      dependsOn,
      provider,
      lifecycle: { preventDestroy: true },
    });
  });
  expect(attributes).toMatchObject({
    for_each: '${toset(var.names)}',
    depends_on: ['var.first'],
    provider: 'novacron.other',
    lifecycle: { prevent_destroy: true },
  });
});

test('a construct depends on another one, also on one with several resources', () => {
  const attributes = attributesOf('network', (stack) => {
    const role = new Role(stack, 'role', { operations: ['vm.*'], forEach: namesIn(stack) });
    const access = new AccessPolicy(stack, 'access');
    new Network(stack, 'lan', { cidr: '10.0.0.0/16', dependsOn: [role, access] });
  });
  expect(attributes.depends_on).toEqual([
    expect.stringMatching(/^novacron_role\.role_/),
    expect.stringMatching(/^novacron_policy\.access_/),
  ]);
});

describe('names', () => {
  test('are derived with the key, or with the index', () => {
    const { resource } = synthesize((stack) => {
      new Vm(stack, 'web', { ...ALONE, forEach: namesIn(stack) });
      new Vm(stack, 'db', { ...ALONE, count: 2 });
    });
    const names = Object.values(resource.novacron_vm ?? {}).map(({ name }) => name);
    expect(names.sort()).toEqual(['shop-db-${count.index}', 'shop-web-${each.key}']);
    const { document } = attributesOf('orchestration_policy', (stack) => {
      const rules = [{ actions: [Action.keepApart()] }];
      new OrchestrationPolicy(stack, 'spread', { rules, forEach: namesIn(stack) });
    });
    expect(document).toContain('each.key');
  });

  test.each([
    ['with forEach', (stack: TerraformStack) => ({ forEach: namesIn(stack) })],
    ['with a count', () => ({ count: 2 })],
  ])('that are the same for all are refused %s', (_case, metaOf) => {
    const trouble = findTrouble((stack) => {
      new Vm(stack, 'web', { ...ALONE, vmName: 'web', ...metaOf(stack) });
    });
    expect(trouble).toContain(
      'shop/web is several resources, all named "web", but names are unique within a kind. ' +
        "Write the iterator's key, or the index of the count, into the name.",
    );
  });

  test('may be literal where the count is at most one, or only known to Terraform', () => {
    const troubles = [0, 1, undefined].map((count) =>
      findTrouble((stack) => {
        const { numberValue } = new TerraformVariable(stack, 'count', { type: 'number' });
        const known = count ?? TerraformCount.of(numberValue);
        new Vm(stack, 'web', { ...ALONE, vmName: 'web', count: known });
      }),
    );
    expect(troubles).toEqual(['', '', '']);
  });

  test('get a prefix, and are not compared with a pattern', () => {
    const { name } = attributesOf('vm', (stack) => {
      new Vm(stack, 'web', { ...ALONE, forEach: namesIn(stack) });
      Aspects.of(stack).add(new NamingAspect({ prefix: 'eu-', pattern: '[a-z-]+' }));
    });
    expect(name).toBe('eu-shop-web-${each.key}');
  });
});

test('blocks that are the same for all networks overlap', () => {
  const trouble = findTrouble((stack) => {
    new Network(stack, 'lan', { cidr: '10.0.0.0/16', forEach: namesIn(stack) });
  });
  expect(trouble).toContain('shop/lan (10.0.0.0/16) and shop/lan (10.0.0.0/16) overlap');
});

describe('references', () => {
  const lanOf = (stack: TerraformStack) =>
    new Network(stack, 'lan', {
      cidr: Fn.cidrsubnet('10.0.0.0/8', 8, 1),
      forEach: namesIn(stack),
    });

  test('to several resources are refused with what to write instead', () => {
    const trouble = findTrouble((stack) => {
      new Vm(stack, 'web', { ...MACHINE, network: lanOf(stack) });
    });
    expect(trouble).toBe(
      'shop/lan has `forEach`, so it is several resources without a common id. For one of them ' +
        'use Fn.lookupNested(Fn.tomap(construct.fqn), ["KEY", "id"]). To create something for ' +
        'each of them, pass `forEach: TerraformIterator.fromResources(construct.node.' +
        'defaultChild)` to it.',
    );
    const away = findTrouble((stack) => {
      const vms = new Vm(stack, 'web', { ...ALONE, count: 2 });
      new Vm(stack, 'db', ALONE).keepAway(vms);
    });
    expect(away).toBe(
      'shop/web has `count`, so it is several resources without a common name. For one of them ' +
        'use Fn.lookupNested(construct.fqn, [0, "name"]).',
    );
  });

  test('to one, and to each, are those of the message', () => {
    const synthesized = synthesize((stack) => {
      const lan = lanOf(stack);
      const one = Fn.lookupNested(Fn.tomap(lan.fqn), ['front', 'id']);
      const network = Network.fromNetworkId(stack, 'front', one);
      new Vm(stack, 'web', { ...MACHINE, network });
      const each = TerraformIterator.fromResources(lan.node.defaultChild as NetworkResource);
      const own = Network.fromNetworkId(stack, 'each', each.getString('id'));
      new Vm(stack, 'x-agent', { ...MACHINE, network: own, forEach: each });
      const keys = new Role(stack, 'role', { operations: ['vm.*'], count: 2 });
      new TerraformOutput(stack, 'name', { value: Fn.lookupNested(keys.fqn, [0, 'name']) });
    });
    expect(Object.values(synthesized.resource.novacron_vm ?? {})).toMatchObject([
      { network_id: expect.stringMatching(/^\$\{tomap\(novacron_network\.\w+\)\.front\.id\}$/) },
      {
        for_each: expect.stringMatching(/^\$\{novacron_network\.\w+\}$/),
        name: 'shop-x-agent-${each.key}',
        network_id: '${each.value.id}',
      },
    ]);
    expect(synthesized).toHaveProperty(
      'output.name.value',
      expect.stringMatching(/^\$\{novacron_role\.\w+\.0\.name\}$/),
    );
  });
});

test('values of an iterator are not checked, in any prop', () => {
  const attributes = attributesOf('vm', (stack) => {
    const machines = new TerraformVariable(stack, 'machines', { type: 'any' });
    const each = TerraformIterator.fromMap(machines.value);
    new Vm(stack, 'web', {
      vmName: each.key,
      cpuCores: each.getNumber('cores'),
      memory: Size.gibibytes(each.getNumber('memory')),
      disk: Size.gibibytes(each.getNumber('disk')),
      zone: each.getString('zone'),
      sshKeys: each.getList('keys'),
      labels: each.getStringMap('labels'),
      ipAddress: each.getString('address'),
      isolated: true,
      forEach: each,
    });
  });
  expect(attributes).toMatchObject({
    for_each: '${var.machines}',
    name: '${each.key}',
    cpu_cores: '${each.value.cores}',
    memory_gb: '${each.value.memory}',
    placement: { zone: '${each.value.zone}' },
    ssh_keys: '${each.value.keys}',
    metadata: '${each.value.labels}',
  });
});

describe('aspects about amounts', () => {
  const costOf = (meta: TerraformMetaArguments) =>
    findTrouble((stack) => {
      new Vm(stack, 'web', { ...ALONE, ...meta });
      Aspects.of(stack).add(new CostAspect({ priceList: PRICES_FILE, monthlyBudget: 1 }));
    });

  test('multiply by a count, and say what Terraform alone can count', () => {
    expect(costOf({ count: 3 })).toContain('costs about 135.78 EUR a month');
    const trouble = findTrouble((stack) => {
      new Vm(stack, 'web', { ...ALONE, forEach: namesIn(stack) });
      new Vm(stack, 'db', ALONE);
      Aspects.of(stack).add(new CostAspect({ priceList: PRICES_FILE, monthlyBudget: 1 }));
    });
    expect(trouble).toContain('without shop/web, whose size or number is only known to Terraform');
  });

  test('fill a pool with every volume', () => {
    const trouble = findTrouble((stack) => {
      new Volume(stack, 'data', { size: Size.gibibytes(600), count: 2 });
      Aspects.of(stack).add(new PoolAspect({ ssd: Size.gibibytes(1000) }));
    });
    expect(trouble).toContain('class ssd with 1200 GiB in total');
  });
});
