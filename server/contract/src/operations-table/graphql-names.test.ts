/** Names in GraphQL: derived, distinct, and writable there. */
import { describe, expect, test } from '@jest/globals';
import {
  graphqlArgumentOf,
  graphqlEnumValueOf,
  graphqlFieldOf,
  graphqlOperationNames,
  graphqlRelationOf,
  graphqlTypeOf,
} from './graphql-names.ts';

describe('names in GraphQL', () => {
  test('every read has a query field of its own, in the words of the contract', () => {
    expect(graphqlOperationNames().map(graphqlFieldOf)).toEqual(
      expect.arrayContaining([
        'vm',
        'vms',
        'policies',
        'events',
        'operation_wait',
        'drift_report',
        'admission_preview',
        'audit',
        'identity_whoami',
        'api_keys',
      ]),
    );
    const names = graphqlOperationNames().map(graphqlFieldOf);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z][a-z_]*$/);
  });

  test('nothing that writes has one', () => {
    expect(graphqlOperationNames()).not.toContain('vm.create');
    expect(graphqlOperationNames()).not.toContain('idempotency.confirm');
  });

  test('pages are asked for with first and after', () => {
    expect(['limit', 'cursor', 'name'].map(graphqlArgumentOf)).toEqual(['first', 'after', 'name']);
  });

  test('a relation drops the id, or names what it leads to', () => {
    expect(graphqlRelationOf('network_id', 'network')).toBe('network');
    expect(graphqlRelationOf('attached_to', 'vm')).toBe('attached_to_vm');
  });

  test('enum values and types have no dashes and dots', () => {
    expect(graphqlEnumValueOf('data-governance')).toBe('data_governance');
    expect(graphqlTypeOf('api_key.list')).toBe('ApiKeyList');
  });
});
