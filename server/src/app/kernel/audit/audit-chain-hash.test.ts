import { describe, expect, test } from '@jest/globals';
import type { AuditId } from '@novacron/contract/ids';
import type { Tables } from '../../../ports/tables/tables.ts';
import { auditChainHash, CHAIN_START } from './audit-chain-hash.ts';

type Entry = Tables['audit'];

const PLAIN: Entry = {
  id: 'aud_a' as AuditId,
  tenant_id: 'tnt_a',
  at_ms: 1,
  principal: 'admin',
  principal_kind: null,
  client: 'cli',
  request_id: 'req_a',
  operation: 'vm.create',
  outcome: 'done',
  resource_kind: 'vm',
  resource_id: 'vm_a',
  resource_name: 'web',
  changes_json: '{}',
  client_address: null,
  key_id: null,
  key_prefix: null,
  on_behalf_of: null,
  position: null,
  hash: null,
};

describe('the hash of an audit entry', () => {
  const link = (row: Entry) => ({ row, position: 1, previous: CHAIN_START });

  test.each([
    ['client_address', '192.0.2.7'],
    ['key_id', 'key_a'],
    ['key_prefix', 'ncr_a1b2c3d4'],
    ['on_behalf_of', 'ann'],
  ] as const)('covers %s, whether it is changed, added or removed', (column, value) => {
    const row = { ...PLAIN, [column]: value };
    const hash = auditChainHash(link(row));
    expect(auditChainHash(link({ ...row }))).toBe(hash);
    expect(auditChainHash(link({ ...row, [column]: 'other' }))).not.toBe(hash);
    expect(auditChainHash(link(PLAIN))).not.toBe(hash);
  });
});
