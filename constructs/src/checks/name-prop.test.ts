import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { loadOffline } from '../offline/load-offline.ts';
import { nameOrchestrationProp, nameParameters } from './name-orchestration-prop.ts';
import { nameProp } from './name-prop.ts';

const { ADMINISTRATIVE_FIELDS, RESOURCE_DEFINITIONS } = loadOffline();

/** The classes of the upper layer, by Terraform type. */
const CLASSES: Readonly<Record<string, string>> = {
  novacron_network: 'Network',
  novacron_policy: 'Policy',
  novacron_policy_waiver: 'PolicyWaiver',
  novacron_reservation: 'Reservation',
  novacron_role: 'Role',
  novacron_security_group: 'SecurityGroup',
  novacron_snapshot: 'Snapshot',
  novacron_ssh_key: 'SshKey',
  novacron_storage: 'Volume',
  novacron_template: 'Template',
  novacron_tenant: 'Tenant',
  novacron_vm: 'Vm',
  novacron_vm_group: 'VmGroup',
};

/** Types of members by class and name, as the page of all classes lists them. */
function readMembers(): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const page = readFileSync(join(__dirname, '../../../docs/constructs/api.md'), 'utf8');
  const sections = page.split(/^## /m).slice(1);
  const own = new Map(
    sections.map((section) => {
      const [name = ''] = section.split('\n');
      const rows = section.matchAll(/^\| `(?:static )?(\w+)\??(?:\(.*?\))?(?:: (.*?))?`/gm);
      const members = new Map([...rows].map(([, member = '', type = '']) => [member, type]));
      const [, listed = ''] = /^Extends (.*)\.$/m.exec(section) ?? [];
      const parents = [...listed.matchAll(/`(\w+)`/g)].map(([, parent = '']) => parent);
      return [name, { members, parents }] as const;
    }),
  );
  const withInherited = (name: string): ReadonlyMap<string, string> => {
    const { members = [], parents = [] } = own.get(name) ?? {};
    return new Map([...parents.flatMap((parent) => [...withInherited(parent)]), ...members]);
  };
  return new Map([...own.keys()].map((name) => [name, withInherited(name)]));
}

const MEMBERS = readMembers();

/** Fields of a zod schema definition that the test reads. */
interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, Schema>>;
  readonly element?: Schema;
  readonly innerType?: Schema;
}

interface Schema {
  readonly _zod: { readonly def: unknown };
}

/** Every path of a schema, through lists (as `0`) and objects. */
function pathsOf(schema: Schema, path: readonly string[]): readonly (readonly string[])[] {
  // The definition of a schema has these fields where its kind has them.
  const { shape, element, innerType } = schema._zod.def as Definition;
  if (innerType !== undefined) return pathsOf(innerType, path);
  const below = [
    ...Object.entries(shape ?? {}).flatMap(([name, each]) => pathsOf(each, [...path, name])),
    ...(element === undefined ? [] : pathsOf(element, [...path, '0'])),
  ];
  return [path, ...below];
}

/** Whether a class and its props have what a name says. */
function isKnown(className: string, name: string): boolean {
  const call = /^(\w+)\((\w*)\)$/.exec(name);
  if (call !== null) return MEMBERS.get(className)?.has(call[1] ?? '') === true;
  let type: string | undefined = `${className}Props`;
  for (const step of name.split(/[.[]/)) {
    if (/^\d+\]$/.test(step)) type = type?.replace(/\[\]$/, '');
    else type = MEMBERS.get(type ?? '')?.get(step);
    if (type === undefined) return false;
  }
  return true;
}

const TABLES = [
  ...Object.values(RESOURCE_DEFINITIONS),
  ...Object.entries(ADMINISTRATIVE_FIELDS).map(([kind, table]) => ({
    type: `novacron_${kind}`,
    table,
  })),
];

const CASES = TABLES.flatMap(({ type, table }) =>
  Object.entries(table)
    .filter(([, { presence }]) => presence !== 'computed' && CLASSES[type] !== undefined)
    .flatMap(([name, { schema }]) => pathsOf(schema, [name]))
    .map((path) => ({ type, path })),
);

describe('the name of a prop', () => {
  test('is one that its class has, for every attribute of every resource', () => {
    expect(CASES.length).toBeGreaterThan(250);
    const unknown = CASES.map(({ type, path }) => ({
      attribute: `${type}.${path.join('.')}`,
      prop: nameProp(type, path),
    })).filter(({ attribute, prop }) => {
      const [type = ''] = attribute.split('.');
      return !isKnown(CLASSES[type] ?? '', prop);
    });
    // Constructs have the props below these as their own, so the whole of them has no name.
    expect(unknown.map(({ attribute }) => attribute).sort()).toEqual([
      'novacron_policy.selector',
      'novacron_reservation.placement',
      'novacron_vm.placement',
      'novacron_vm_group.vm',
      'novacron_vm_group.vm.placement',
    ]);
  });

  test.each([
    ['novacron_vm', 'cpu_cores', 'cpuCores'],
    ['novacron_vm', 'further_network_ids.1', 'furtherNetworks[1]'],
    ['novacron_vm', 'healing.health_check.healthy_after', 'healing.healthCheck.healthyAfter'],
    ['novacron_vm', 'requirements.devices.0.count', 'requirements.devices[0].count'],
    ['novacron_vm', 'placement.node', 'nodeName'],
    ['novacron_vm', 'placement.node_labels.gpu_model', 'nodeLabels.gpu_model'],
    ['novacron_vm', 'placement.anti_affinity.0.vm', 'keepAway()'],
    ['novacron_vm', 'password_wo', 'password'],
    ['novacron_vm', 'metadata.cost-center', 'labels["cost-center"]'],
    ['novacron_vm', 'metadata.1', 'labels["1"]'],
    ['novacron_vm', 'firewall_rules.0.ports', 'allowFrom(port)'],
    ['novacron_vm_group', 'vm.io_limits.disk_iops', 'ioLimits.diskIops'],
    ['novacron_vm_group', 'vm.firewall_rules.2.cidr', 'allowFrom(peer)'],
    ['novacron_vm_group', 'vm.metadata.tier', 'labels.tier'],
    ['novacron_vm_group', 'metadata.tier', 'groupLabels.tier'],
    ['novacron_vm_group', 'vm.anti_affinity', 'antiAffinityGroup'],
    ['novacron_vm_group', 'anti_affinity', 'separate'],
    ['novacron_policy', 'selector.kinds.0', 'kinds[0]'],
    ['novacron_storage', 'name', 'volumeName'],
    ['novacron_tenant', 'quotas.volume_gb', 'quotas.volumeStorage'],
  ])('of %s, %s is %s', (type, path, prop) => {
    expect(nameProp(type, path.split('.'))).toBe(prop);
  });

  test('is that of the call that made a firewall rule', () => {
    expect(nameProp('novacron_security_group', ['rules', '0', 'cidr'], 'egress')).toBe(
      'allowTo(peer)',
    );
    expect(nameProp('novacron_security_group', ['rules', '0'])).toBe('allowFrom()');
  });

  test.each([
    ['spec.rules.0.actions.1.parameters.min_replicas', 'rules[0].actions[1].minReplicas'],
    ['spec.rules.0.conditions.0.expression', 'rules[0].conditions[0].expression'],
    ['spec.selector.matchLabels.tier', 'labels.tier'],
    ['spec.selector.resourceTypes.0', 'kinds[0]'],
    ['spec.priority', 'priority'],
    ['metadata.name', 'orchestrationPolicyName'],
  ])('of an orchestration policy, %s is %s', (path, prop) => {
    expect(nameOrchestrationProp(path.split('.'))).toBe(prop);
  });

  test('is used in sentences about parameters, too', () => {
    expect(nameParameters('is less than min_replicas, 3; see create_vm')).toBe(
      'is less than minReplicas, 3; see create_vm',
    );
  });
});
