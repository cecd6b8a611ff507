import { describe, expect, test } from '@jest/globals';
import { AuditEntry } from '@novacron/contract/audit/audit';
import type { AuditId } from '@novacron/contract/ids';
import { toAuditEntry } from './audit.ts';

/** The changes of an entry as answers carry them, from what is stored. */
function changesOf(stored: Readonly<Record<string, unknown>>): AuditEntry['changes'] {
  const row = {
    id: 'aud_00000000000000000000000000' as AuditId,
    tenant_id: 'ten_00000000000000000000000000',
    at_ms: 1,
    principal: 'admin',
    principal_kind: null,
    client: 'platform',
    request_id: 'req_a',
    operation: 'vm.health',
    outcome: 'done',
    resource_kind: 'vm',
    resource_id: 'vm_a',
    resource_name: 'web',
    changes_json: JSON.stringify(stored),
    client_address: null,
    key_id: null,
    key_prefix: null,
    on_behalf_of: null,
    position: null,
    hash: null,
  };
  return AuditEntry.shape.changes.parse(toAuditEntry(row).changes);
}

describe('the changes of an entry', () => {
  test('are those that were recorded', () => {
    const changes = { health: { was: 'healthy', is: { state: 'unhealthy' } } };
    expect(changesOf(changes)).toEqual(changes);
  });

  test.each<[string, unknown, unknown]>([
    [
      'names its values differently',
      { before: 'healthy', after: null },
      { was: 'healthy', is: null },
    ],
    ['has no earlier value', { is: 1 }, { was: null, is: { is: 1 } }],
    ['is no pair of values', ['a'], { was: null, is: ['a'] }],
  ])('can be listed where an earlier one %s', (_, stored, change) => {
    expect(changesOf({ health: stored })).toEqual({ health: change });
  });
});
