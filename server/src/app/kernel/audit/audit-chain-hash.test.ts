import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { AuditId } from '@novacron/contract/ids';
import { canonicalJson } from '@novacron/contract/json';
import type { Tables } from '../../../ports/tables/tables.ts';
import { auditChainHash, CHAIN_START, isAuditHash } from './audit-chain-hash.ts';

type Entry = Tables['audit'];

const OLD: Entry = {
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

/** Computes the hash like the release that omitted these columns when they were null. */
function hashBy(row: Entry, leftOut: readonly string[]): string {
  const { position: _position, hash: _hash, ...columns } = row;
  const kept = Object.entries(columns).filter(
    ([name, value]) => value !== null || !leftOut.includes(name),
  );
  const text = canonicalJson({
    previous: CHAIN_START,
    position: 1,
    columns: Object.fromEntries(kept),
  });
  return createHash('sha256').update(text).digest('hex');
}

describe('the hash of an audit entry', () => {
  const link = (row: Entry) => ({ row, position: 1, previous: CHAIN_START });

  test.each([
    ['before the columns existed', OLD, Object.keys(OLD)],
    ['by a server that does not know the newest columns', OLD, ['principal_kind']],
    ['by a server that knows none of them', OLD, []],
    ['with a kind', { ...OLD, principal_kind: 'api_key' }, ['principal_kind']],
  ])('verifies where it was made %s', (_when, row, leftOut) => {
    expect(isAuditHash(link(row), hashBy(row, leftOut))).toBe(true);
  });

  test.each([
    ['client_address', '192.0.2.7'],
    ['key_id', 'key_a'],
    ['key_prefix', 'ncr_a1b2c3d4'],
    ['on_behalf_of', 'ann'],
  ] as const)('covers %s, whether it is changed, added or removed', (column, value) => {
    const row = { ...OLD, [column]: value };
    const hash = auditChainHash(link(row));
    expect(isAuditHash(link(row), hash)).toBe(true);
    expect(isAuditHash(link({ ...row, [column]: 'other' }), hash)).toBe(false);
    expect(isAuditHash(link(OLD), hash)).toBe(false);
    expect(isAuditHash(link(row), auditChainHash(link(OLD)))).toBe(false);
  });
});
