import { describe, expect, test } from '@jest/globals';
import { problem } from '@novacron/contract/problem/problem';
import { createDefinitionCache } from '../definitions/definition-cache.ts';
import type {
  OperationDefinition,
  OperationStepDefinition,
} from '../definitions/operation-definition.ts';
import { insertOperation, type OperationSubject, planOperation } from './admit-operation.ts';

const SERVER = { instanceId: 'srv_1', definitions: createDefinitionCache() };
const SUBJECT: OperationSubject = {
  id: 'op_1' as OperationSubject['id'],
  tenant_id: 'tnt_1',
  kind: 'vm.create',
  target_kind: 'vm',
  target_id: 'vm_1',
  target_name: 'web',
  created_at_ms: 1_000,
  created_by: 'admin',
};
const TAKEN = problem('conflict', { detail: 'taken', remedy: 'Send the request again.' });

function step(name: string, ...after: string[]): OperationStepDefinition {
  const action = { kind: 'send-webhook', url: 'https://example.org', body: '{}' } as const;
  return { name, after, action, undo: null };
}

function definitionOf(...steps: OperationStepDefinition[]): OperationDefinition {
  return { steps, onSuccess: [], onFailure: [], onStuck: [] };
}

function started(name: string) {
  return { kind: 'started', step: name, direction: 'do', attempt: 1, at_ms: 1_000 };
}

describe('an operation that is admitted', () => {
  test('has begun all steps that wait for no others', () => {
    const definition = definitionOf(step('a'), step('b'), step('c', 'a', 'b'));
    const { row, log } = planOperation(SERVER, SUBJECT, definition);
    expect(row).toMatchObject({ status: 'running', owner: 'srv_1', fence: 1 });
    expect(row.finished_at_ms).toBeNull();
    expect(log).toEqual([started('a'), started('b')]);
  });

  test('has ended at once where there is nothing to do', () => {
    const { row, log } = planOperation(SERVER, SUBJECT, definitionOf());
    expect(row).toMatchObject({ status: 'succeeded', finished_at_ms: 1_000 });
    expect(log).toEqual([]);
  });

  test('is written down together with what it began', () => {
    const operation = planOperation(SERVER, SUBJECT, definitionOf(step('a'), step('b', 'a')));
    const [row, entry, ...more] = insertOperation(operation, TAKEN);
    expect(more).toEqual([]);
    expect(row).toEqual({
      kind: 'insert',
      into: 'operations',
      row: operation.row,
      otherwise: TAKEN,
    });
    expect(entry).toMatchObject({
      kind: 'insert',
      into: 'operation_log',
      row: { id: 'op_1/1', operation_id: 'op_1', seq: 1, at_ms: 1_000 },
    });
  });
});
