import { expect, test } from '@jest/globals';
import { sampleId } from '../../test-kit/sample-base.ts';
import { SAMPLES } from '../../test-kit/samples.ts';
import { writeConfiguration } from './write-configuration.ts';

test('names that become the same identifier are distinguished', () => {
  const names = ['Web 1', 'web-1', '1', '東京'];
  const resources = names.map((name, number) => ({
    kind: 'network' as const,
    values: { ...SAMPLES.network[0], id: sampleId('net', number), name },
  }));
  const addresses = writeConfiguration(resources, 'import').match(/novacron_network\.\w+/g);
  expect(addresses).toEqual([
    'novacron_network.web_1',
    'novacron_network.web_1_2',
    'novacron_network.r_1',
    'novacron_network.r_',
  ]);
});

test('what refers to something that is not exported has its id', () => {
  const [vm] = SAMPLES.vm;
  const text = writeConfiguration([{ kind: 'vm', values: { ...vm } }], 'hcl');
  expect(text).toContain(`network_id = "${sampleId('net')}"`);
  expect(text).not.toContain('template_id');
});

test('an address that the server may have assigned is left out', () => {
  const [vm] = SAMPLES.vm;
  const values = { ...vm, ip_address: '10.0.14.7' };
  const text = writeConfiguration([{ kind: 'vm', values }], 'hcl');
  expect(text).toContain('network_id');
  expect(text).not.toContain('10.0.14.7');
});

test('user data is written, since answers carry it; what nothing shows again is not', () => {
  const [vm] = SAMPLES.vm;
  const values = {
    ...vm,
    user_data: '#cloud-config\nhostname: web\n',
    password_wo: 'never',
    password_wo_version: 1,
  };
  const text = writeConfiguration([{ kind: 'vm', values }], 'hcl');
  expect(text).toMatch(/user_data = <<EOT\n#cloud-config\nhostname: web\nEOT/);
  expect(text).toContain('# password_wo is a secret and is not exported.');
  // Terraform wants a value beside the version.
  const variable = /variable "(novacron_vm_\w+_password_wo)" \{\n[^}]*ephemeral = true/.exec(
    text,
  )?.[1];
  expect(text).toMatch(new RegExp(`password_wo += var\\.${variable}\\n`));
  expect(text.match(/^variable/gm)).toHaveLength(1);
  expect(text).not.toContain('user_data_wo is');
  expect(text).not.toContain('never');
});

test('what members of a group and rules refer to is referred to as well', () => {
  const [network, web, admin] = [sampleId('net'), sampleId('sg', 1), sampleId('sg', 2)];
  const rule = {
    direction: 'ingress',
    action: 'allow',
    protocol: 'tcp',
    ports: '22',
    group_id: web,
  };
  const text = writeConfiguration(
    [
      { kind: 'network', values: { id: network, name: 'front' } },
      { kind: 'security_group', values: { id: web, name: 'web' } },
      { kind: 'security_group', values: { id: admin, name: 'admin', rules: [rule] } },
      {
        kind: 'vm_group',
        values: {
          id: sampleId('vmg'),
          name: 'shop',
          vm: { network_id: network, priority: 50, security_groups: [admin] },
        },
      },
      { kind: 'vm', values: { id: sampleId('vm'), name: 'one', firewall_rules: [rule] } },
    ],
    'hcl',
  );
  expect(text).toContain('network_id      = novacron_network.front.id');
  expect(text).toContain('security_groups = [novacron_security_group.admin.id]');
  expect(text).toContain('priority        = 50');
  expect(text.match(/group_id {2}= novacron_security_group\.web\.id/g)).toHaveLength(2);
});

test('security groups whose rules lead back to themselves are named by their ids there', () => {
  const ids = [sampleId('sg', 1), sampleId('sg', 2), sampleId('sg', 3)];
  const groups = ids.map((id, number) => ({
    kind: 'security_group' as const,
    values: {
      id,
      name: `g${number}`,
      rules: [{ direction: 'ingress', action: 'allow', group_id: ids[number === 0 ? 1 : 0] }],
    },
  }));
  const named = writeConfiguration(groups, 'hcl').match(/group_id.*/g);
  expect(named).toEqual([
    `group_id  = "${ids[1]}"`,
    `group_id  = "${ids[0]}"`,
    'group_id  = novacron_security_group.g0.id',
  ]);
});

test('an empty text is none, but for a label', () => {
  const values = { id: sampleId('vm'), name: 'one', description: '', metadata: { owner: '' } };
  const text = writeConfiguration([{ kind: 'vm', values }], 'hcl');
  expect(text).toContain('owner = ""');
  expect(text).not.toContain('description');
});
