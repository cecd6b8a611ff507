import { expect, test } from '@jest/globals';
import { VM_FIELDS } from '@novacron/contract/kinds/vm/vm';
import { VM_TEMPLATE_FIELDS } from '@novacron/contract/kinds/vm-group/vm-group';
import type { FieldTable } from '@novacron/contract/schema/field';
import { TerraformVariable } from 'cdktf';
import { Peer, Port } from '../props/firewall.ts';
import { fullMachine } from '../test-kit/machine.ts';
import { attributesOf } from '../test-kit/synthesize.ts';
import { SecurityGroup } from './security-group.ts';
import { Vm } from './vm.ts';
import { VmGroup } from './vm-group.ts';

/** The attributes that a configuration can set. */
const argumentsOf = (table: FieldTable) =>
  Object.entries(table)
    .filter(([, { presence }]) => presence !== 'computed')
    .map(([name]) => name)
    .sort();

const namesOf = (attributes: object) => Object.keys(attributes).sort();

const HEALING = {
  restart: 'always',
  attempts: 5,
  health_check: { kind: 'http', port: 8080, path: '/healthz', unhealthy_after: 3 },
  on_node_loss: 'restart',
  stop_when_isolated: true,
};

test('a VM can be given every argument of its resource', () => {
  const attributes = attributesOf('vm', (stack) => {
    const secret = new TerraformVariable(stack, 'secret', { sensitive: true }).stringValue;
    const vm = new Vm(stack, 'web', {
      ...fullMachine(stack),
      ipAddress: '10.0.0.9',
      stopped: true,
      deletionProtection: true,
      restartWindow: { schedule: '0 3 * * SUN', duration: '2h', timezone: 'Europe/Berlin' },
      reimageTrigger: '2026-11',
      userData: '#cloud-config',
      secretUserData: secret,
      password: secret,
      unattend: secret,
    });
    vm.allowFrom(Peer.anyIpv4(), Port.tcp(443));
  });
  expect(namesOf(attributes)).toEqual(argumentsOf(VM_FIELDS));
  expect(attributes).toMatchObject({
    healing: HEALING,
    further_network_ids: ['net_01jd3v6t7re3h8z9k2m4n5p6q8'],
    security_groups: ['sg_01jd3v6t7re3h8z9k2m4n5p6q1'],
    restart_window: { schedule: '0 3 * * SUN', duration: '2h', timezone: 'Europe/Berlin' },
  });
});

test('the members of a group can be given every argument that VMs share', () => {
  const attributes = attributesOf('vm_group', (stack) => {
    const group = new VmGroup(stack, 'web', { ...fullMachine(stack), minSize: 1, maxSize: 2 });
    group.addSecurityGroup(
      SecurityGroup.fromSecurityGroupId(stack, 'more', 'sg_01jd3v6t7re3h8z9k2m4n5p6q2'),
    );
    group.allowFrom(Peer.anyIpv4(), Port.tcp(443));
  });
  const { vm } = attributes as { readonly vm: object };
  expect(namesOf(vm)).toEqual(argumentsOf(VM_TEMPLATE_FIELDS));
  expect(vm).toMatchObject({
    healing: HEALING,
    further_network_ids: ['net_01jd3v6t7re3h8z9k2m4n5p6q8'],
    security_groups: ['sg_01jd3v6t7re3h8z9k2m4n5p6q1', 'sg_01jd3v6t7re3h8z9k2m4n5p6q2'],
    guest_os: 'windows',
    tpm: true,
  });
});
