import { expect, test } from '@jest/globals';
import { TerraformStack, TerraformVariable, Testing } from 'cdktf';
import { Network as NetworkResource } from '../gen/network/index.ts';
import { Duration } from '../props/duration.ts';
import { MACHINE } from '../test-kit/machine.ts';
import { attributesOf, findTrouble, synthesize } from '../test-kit/synthesize.ts';
import { Network } from './network.ts';
import { NovacronProvider } from './provider.ts';
import { Vm } from './vm.ts';

test('a network has the name of its path, unless it is given one', () => {
  const cidr = '10.0.0.0/16';
  const named = attributesOf('network', (stack) => {
    new Network(stack, 'net', {
      cidr,
      networkName: 'lan',
      timeouts: { create: Duration.minutes(2) },
    });
  });
  expect(named).toEqual({ name: 'lan', cidr, timeouts: { create: '120s' } });
  const unnamed = attributesOf('network', (stack) => {
    new Network(stack, 'net', { cidr, dnsServers: ['9.9.9.9'] });
  });
  expect(unnamed).toEqual({ name: 'shop-net', cidr, dns_servers: ['9.9.9.9'] });
});

test('a name that would be too long is shortened, and stays its own', () => {
  const [one, other] = ['a', 'b'].map((end) =>
    attributesOf('network', (stack) => {
      new Network(stack, `${'net'.repeat(30)}${end}`, { cidr: '10.0.0.0/16' });
    }),
  );
  expect(String(one?.name)).toHaveLength(59);
  expect(one?.name).not.toBe(other?.name);
});

test('what the server would refuse fails with the path, the value and the fix', () => {
  const trouble = findTrouble((stack) => {
    new Network(stack, 'net', { cidr: '10.0.0.1/16', dnsServers: ['dns.example'] });
  });
  expect(trouble).toContain(
    '[shop/net] `cidr` has host bits set; the block that contains it is 10.0.0.0/16; ' +
      'it is "10.0.0.1/16".',
  );
  expect(trouble).toContain(
    '[shop/net] `dnsServers[0]` must be an IP address; it is "dns.example".',
  );
});

test('what only Terraform knows passes', () => {
  const { resource } = synthesize((stack) => {
    const cidr = new TerraformVariable(stack, 'cidr', { type: 'string' }).stringValue;
    new Network(stack, 'one', { cidr });
    new Network(stack, 'other', { cidr });
  });
  const networks = Object.values(resource.novacron_network ?? {});
  expect(networks.map(({ cidr }) => cidr)).toEqual(['${var.cidr}', '${var.cidr}']);
});

test('networks that overlap are reported, of both layers, each pair once', () => {
  const trouble = findTrouble((stack) => {
    new Network(stack, 'all', { cidr: '10.0.0.0/8' });
    new NetworkResource(stack, 'part', { name: 'part', cidr: '10.1.0.0/16' });
    new Network(stack, 'beside', { cidr: '192.168.0.0/16' });
  });
  expect(trouble).toContain(
    'shop/all (10.0.0.0/8) and shop/part (10.1.0.0/16) overlap, but networks of a tenant must ' +
      'not. Change one `cidr`.',
  );
  expect(trouble).not.toContain('beside');
});

test('two networks of one name are reported', () => {
  const trouble = findTrouble((stack) => {
    new Network(stack, 'one', { networkName: 'lan', cidr: '10.0.0.0/16' });
    new Network(stack, 'other', { networkName: 'lan', cidr: '10.1.0.0/16' });
  });
  expect(trouble).toContain(
    'shop/one and shop/other are both named "lan", but names are unique within a kind. ' +
      'Rename one of them.',
  );
});

test('a network of another configuration is imported by its id or looked up by its name', () => {
  const { data } = synthesize((stack) => {
    expect(Network.fromNetworkId(stack, 'known', 'net_1').networkId).toBe('net_1');
    const found = Network.fromNetworkName(stack, 'found', 'shared');
    new Network(stack, 'net', { cidr: '10.0.0.0/16', networkName: found.networkId });
  });
  expect(Object.values(data?.novacron_network ?? {})).toEqual([{ name: 'shared' }]);
});

test('a network of another stack of the app passes', () => {
  const app = Testing.app();
  const [lans, shop] = ['lans', 'shop'].map((id) => {
    const stack = new TerraformStack(app, id);
    new NovacronProvider(stack, 'novacron');
    return stack;
  });
  if (lans === undefined || shop === undefined) return;
  const network = new Network(lans, 'lan', { cidr: '10.0.0.0/16' });
  new Vm(shop, 'web', { ...MACHINE, network });
  app.synth();
  expect(Testing.synth(shop)).toContain('data.terraform_remote_state.cross-stack-reference');
});

test('the lower layer is within reach', () => {
  const attributes = attributesOf('network', (stack) => {
    const network = new Network(stack, 'net', { cidr: '10.0.0.0/16' });
    const resource = network.node.defaultChild as NetworkResource;
    resource.addOverride('lifecycle.prevent_destroy', true);
    resource.importFrom('name=lan');
  });
  expect(attributes.lifecycle).toEqual({ prevent_destroy: true });
});
