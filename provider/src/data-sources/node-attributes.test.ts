import { describe, expect, test } from '@jest/globals';
import { Node } from '@novacron/contract/fleet/node';
import { toNodeValue } from './node-attributes.ts';

const AMOUNTS = { cpu_cores: 8, memory_gb: 16, disk_gb: 200 };
const NODE = {
  id: 'node_01jd3v6t7re3h8z9k2m4n5p6q7',
  name: 'node-01',
  zone: 'zone-a',
  rack: 'rack-1',
  status: 'ready',
  driver: 'qemu',
  agent_release: '0.1.0',
  capacity: AMOUNTS,
  allocated: AMOUNTS,
  vm_count: 1,
  power: 'on',
  control_plane: 'own',
  prices: null,
  fenced: null,
  cut_off: null,
  suspected: null,
  pool_heartbeat: null,
  isolation: null,
  woken: null,
  maintenance_until: null,
  conditions: [],
  last_seen_at: '2026-01-02T03:04:05.000Z',
};

const HYPERVISOR = { version: '7.2.22', accelerator: 'kvm', cpu_model: 'host' };

describe('what a node announces of its hypervisor and its storage', () => {
  test('are attributes, without what people read in the doctor', () => {
    const hypervisor = { ...HYPERVISOR, accelerator_reason: '/dev/kvm', vm_limits: 'scope' };
    const storage = { pool: 'p-1', sharing: 'shared', size_gb: 100, free_gb: 12.5 };
    const node = Node.parse({ ...NODE, facts: { hypervisor, storage } });
    expect(toNodeValue(node)).toMatchObject({ hypervisor: HYPERVISOR, storage });
    expect(toNodeValue(node).hypervisor).toEqual(HYPERVISOR);
  });

  test('a storage that is not mounted has no sizes', () => {
    const node = Node.parse({ ...NODE, facts: { storage: { pool: 'p-1', sharing: 'local' } } });
    expect(toNodeValue(node).storage).toEqual({
      pool: 'p-1',
      sharing: 'local',
      size_gb: null,
      free_gb: null,
    });
  });

  test.each([null, {}])('are null where facts are %j', (facts) => {
    const node = Node.parse({ ...NODE, facts });
    expect(toNodeValue(node)).toMatchObject({ hypervisor: null, storage: null });
  });
});
