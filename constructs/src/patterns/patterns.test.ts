import { describe, expect, test } from '@jest/globals';
import { Network } from '../resources/network.ts';
import { MACHINE } from '../test-kit/machine.ts';
import { findTrouble, synthesize } from '../test-kit/synthesize.ts';
import { DevSandbox } from './dev-sandbox.ts';
import { HighlyAvailableService } from './highly-available-service.ts';
import { ThreeTierApp } from './three-tier-app.ts';

describe('a highly available service', () => {
  test('is spread over zones, shares no node and is guarded by a policy of its own', () => {
    const { resource } = synthesize((stack) => {
      new HighlyAvailableService(stack, 'api', MACHINE);
    });
    const [group] = Object.values(resource.novacron_vm_group ?? {});
    const [policy] = Object.values(resource.novacron_policy ?? {});
    expect(group).toMatchObject({
      name: 'shop-api',
      min_size: 3,
      max_size: 6,
      anti_affinity: 'node',
      spread: 'zone',
      metadata: { 'policy/shop-api-Policy': 'bound' },
      vm: { priority: 80, cpu_cores: 2 },
    });
    expect(policy).toMatchObject({
      selector: { kinds: ['vm_group'], labels: { 'policy/shop-api-Policy': 'bound' } },
    });
    expect(Object.values(resource.novacron_network ?? {})).toMatchObject([
      { cidr: '10.64.0.0/16' },
    ]);
  });

  test('uses a network that it is given', () => {
    const { resource } = synthesize((stack) => {
      const network = new Network(stack, 'lan', { cidr: '10.0.0.0/16' });
      const service = new HighlyAvailableService(stack, 'api', { ...MACHINE, network, minSize: 2 });
      expect(service.network).toBe(network);
    });
    expect(Object.values(resource.novacron_network ?? {})).toHaveLength(1);
  });

  test('of one member is none', () => {
    const trouble = findTrouble((stack) => {
      new HighlyAvailableService(stack, 'api', { ...MACHINE, minSize: 1 });
    });
    expect(trouble).toBe(
      'shop/api has a minimum of 1 members, so it is not highly available. ' +
        'Raise `minSize` to 2 or more, or use a VmGroup.',
    );
  });
});

describe('an application of three tiers', () => {
  test('lets each tier be reached by the one before it only', () => {
    const { resource } = synthesize((stack) => {
      const { web, application, database, volumes } = new ThreeTierApp(stack, 'app', {
        web: { count: 3 },
        database: { port: 3306 },
      });
      expect([web, application, database, volumes].map(({ length }) => length)).toEqual([
        3, 2, 2, 2,
      ]);
    });
    const rules = Object.values(resource.novacron_security_group ?? {}).map(
      ({ name, rules: own }) => [
        name,
        (own as { ports?: string; cidr?: string; group_id?: string }[]).map(
          ({ ports, cidr, group_id }) =>
            `${ports} from ${cidr ?? group_id?.replace(/.*\.(\w+)_[^_.]+\..*/, '$1')}`,
        ),
      ],
    );
    expect(Object.fromEntries(rules)).toEqual({
      'shop-app-web': ['443 from 0.0.0.0/0'],
      'shop-app-application': ['8080 from app_web'],
      'shop-app-database': ['3306 from app_application', 'undefined from self'],
    });
  });

  test('keeps the VMs of a tier on different nodes, and each database its data', () => {
    const { resource } = synthesize((stack) => {
      new ThreeTierApp(stack, 'app', { labels: { environment: 'production' } });
    });
    const vms = Object.values(resource.novacron_vm ?? {});
    expect(vms.find(({ name }) => name === 'shop-app-database-1')).toMatchObject({
      anti_affinity: 'shop-app-database',
      deletion_protection: true,
      metadata: { environment: 'production', tier: 'database' },
    });
    const volumes = Object.values(resource.novacron_storage ?? {});
    expect(volumes.map(({ attached_to }) => attached_to)).toEqual([
      expect.stringContaining('novacron_vm.app_database-1'),
      expect.stringContaining('novacron_vm.app_database-2'),
    ]);
    expect(volumes.map((volume) => volume.deletion_protection)).toEqual([true, true]);
  });
});

test('a sandbox is small, on spot nodes, unprotected and the least important', () => {
  const { resource } = synthesize((stack) => {
    new DevSandbox(stack, 'ada', { owner: 'ada' });
  });
  expect(Object.values(resource.novacron_vm ?? {})).toMatchObject([
    {
      name: 'shop-ada',
      cpu_cores: 1,
      memory_gb: 2,
      disk_gb: 10,
      spot: true,
      deletion_protection: false,
      priority: 0,
      metadata: { environment: 'development', owner: 'ada' },
    },
  ]);
});
