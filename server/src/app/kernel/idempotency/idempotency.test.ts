import { describe, expect, test } from '@jest/globals';
import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import type { OperationName } from '@novacron/contract/operations-table/operations';
import { RESOURCE_KINDS } from '@novacron/contract/schema/resource-kind';
import type { CallContext } from '../context/call-context.ts';
import { requestOf } from './idempotency.ts';

// The hash is of the operation, its input and the deployment: nothing else of the context is read.
const CONTEXT = { deployment: 'shop' } as CallContext;

const VM = {
  name: 'web-01',
  cpu_cores: 2,
  memory_gb: 4,
  disk_gb: 40,
  user_data: '#cloud-config',
  user_data_wo: 'secret one',
  password_wo: 'secret two',
  idempotency_key: 'shop/novacron_vm/web-01',
};

describe('the hash of a request', () => {
  // Stored by servers of earlier releases, which a repeat of the same request must find.
  test.each<readonly [OperationName, Readonly<Record<string, unknown>>, string]>([
    ['vm.create', VM, 'ca3c52ee2868e0c63f9bfd3344722e0b442b4e791997bc39bcf1c7f6c128a737'],
    [
      'network.create',
      { name: 'front', cidr: '10.0.0.0/16' },
      '2caf8be00384947c56beb0d3dca6d2f3b97ed3426717931a92d50e25eabacc59',
    ],
    [
      'vm_group.create',
      { name: 'web', vm: { cpu_cores: 2 }, min_size: 1, max_size: 3 },
      '33f4390a4040b5115f7e26dd8400cb357a09d6eca84a4dd32af4be3ebad13a20',
    ],
    [
      'template.create',
      { name: 'ubuntu', user_data: '#cloud-config' },
      '46a5fbb9d9452f9682e34d530e393b21e8cd9d431a366468f329d2312e36164b',
    ],
    [
      'policy.create',
      { name: 'frozen', rule: 'package novacron' },
      'de8031a8e75944f9e8933d6a0bc45b60a4507ff0eacf90c138faacf7a37c50bc',
    ],
  ])('of %s is the one that is stored', (name, input, hash) => {
    expect(requestOf(name, input, CONTEXT).hash).toBe(hash);
  });

  test.each(RESOURCE_KINDS)(
    'of %s.create does not confirm a guess of a write-only field',
    (kind) => {
      const fields = Object.entries(RESOURCE_DEFINITIONS[kind].table);
      const secrets = fields.filter(([, { secrecy }]) => secrecy === 'write-only');
      const plain = { name: 'web-01' };
      const input = { ...plain, ...Object.fromEntries(secrets.map(([name]) => [name, 'hunter2'])) };
      const name = `${kind}.create` as const;
      expect(requestOf(name, input, CONTEXT).hash).toBe(requestOf(name, plain, CONTEXT).hash);
    },
  );
});
