import { expect, test } from '@jest/globals';
import { sampleId } from '../test-kit/sample-base.ts';
import { SAMPLES } from '../test-kit/samples.ts';
import { writeConfiguration } from './write-configuration.ts';

test('names that become the same identifier are told apart', () => {
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
  expect(text).toContain('# password_wo is a secret, which is not exported.');
  expect(text).not.toContain('user_data_wo is');
  expect(text).not.toContain('never');
});
