import { describe, expect, test } from '@jest/globals';
import { PolicyInput } from '@novacron/contract/admission/policy-verdict';
import { operationNames, operationRow } from '@novacron/contract/operations-table/operations';
import { actionOf } from '@novacron/contract/policy-input/action-of';
import { fieldOfKey, keyInInput } from '@novacron/contract/policy-input/input-keys';
import { makePolicy, makeRequest, QUESTION } from '../../test/policies.ts';
import { planPolicyQuestions } from './plan-policy-questions.ts';

describe('the action', () => {
  test.each([
    { operation: 'vm.create', action: 'create_vm' },
    { operation: 'vm.migrate', action: 'migrate_vm' },
    { operation: 'volume.delete', action: 'delete_volume' },
    { operation: 'api-key.create', action: 'create_api_key' },
    { operation: 'vm.get', action: 'read' },
    { operation: 'vm.list', action: 'read' },
  ])('of $operation is $action', ({ operation, action }) => {
    expect(actionOf(operation)).toBe(action);
  });

  test('is read for every operation that changes nothing, and for no other', () => {
    const names = operationNames().filter((name) => operationRow(name).effect !== 'note');
    const wrong = names.filter(
      (name) => (operationRow(name).effect === 'read') !== (actionOf(name) === 'read'),
    );
    expect(wrong).toEqual([]);
  });

  test('of a name that is not noun.verb is a fault of its caller', () => {
    expect(() => actionOf('create')).toThrow('broken invariant');
  });
});

describe('the question', () => {
  test('is frozen: these members, and no others, whatever is asked', () => {
    const { question } = planPolicyQuestions(makeRequest());
    expect(question).toEqual(QUESTION);
    expect(PolicyInput.parse(question)).toEqual(question);
  });

  test('leaves out values that are not known yet', () => {
    const { question } = planPolicyQuestions(makeRequest({ unknownFields: ['memory_gb', 'name'] }));
    expect(question.resource).toEqual({ type: 'vm', id: null, name: null });
  });

  test('contains the current resource beside the desired one', () => {
    const { question } = planPolicyQuestions(
      makeRequest({
        operation: 'vm.update',
        resource: { type: 'vm', id: 'vm_1', name: 'new', fields: { name: 'new', memory_gb: 16 } },
        before: { name: 'old', memory_gb: 8 },
        unknownFields: ['memory_gb'],
      }),
    );
    expect(question.action).toBe('update_vm');
    expect(question.resource).toEqual({ type: 'vm', id: 'vm_1', name: 'new' });
    expect(question.before).toEqual({ type: 'vm', id: 'vm_1', name: 'old', memory_gb: 8 });
  });

  test("says what a resource is, and its own field named type by the kind's name", () => {
    const { question } = planPolicyQuestions(
      makeRequest({
        operation: 'volume.create',
        resource: { type: 'volume', id: null, name: 'data', fields: { type: 'nvme', size_gb: 5 } },
      }),
    );
    expect(question.resource).toEqual({
      type: 'volume',
      volume_type: 'nvme',
      size_gb: 5,
      id: null,
      name: 'data',
    });
  });

  test.each(['name', 'type', 'id', 'size_gb'])('finds the field %s again by its key', (field) => {
    expect(fieldOfKey('volume', keyInInput('volume', field))).toBe(field);
  });

  test('shares nothing with its input', () => {
    const metadata = { tier: 'web' };
    const fields = { metadata };
    const { question } = planPolicyQuestions(
      makeRequest({ resource: { type: 'vm', id: null, name: 'web-01', fields } }),
    );
    metadata.tier = 'db';
    expect(question.resource.metadata).toEqual({ tier: 'web' });
  });
});

describe('the policies asked', () => {
  const policies = [
    makePolicy({ name: 'zeta' }),
    makePolicy({ name: 'off', enabled: false }),
    makePolicy({ name: 'theirs', tenantId: 'tnt_2' }),
    makePolicy({ name: 'alpha', type: 'compliance', mode: 'audit' }),
  ];
  const askedBy = (values: Parameters<typeof makeRequest>[0]) =>
    planPolicyQuestions(makeRequest({ policies, ...values })).ask.map(({ name }) => name);

  test("are the tenant's enabled ones, of every type and mode, in order of name", () => {
    expect(askedBy({})).toEqual(['alpha', 'zeta']);
  });

  test('are none for a read', () => {
    expect(askedBy({ operation: 'vm.list' })).toEqual([]);
  });

  test('are none when NovaCron itself acts', () => {
    expect(askedBy({ principal: 'platform' })).toEqual([]);
  });

  test('are those that opt in when NovaCron itself acts, where they would be asked at all', () => {
    const platformWrites = true;
    const opted = [
      ...policies.map((policy) => ({ ...policy, platformWrites })),
      makePolicy({ name: 'stops', platformWrites, actions: ['stop_vm'] }),
      makePolicy({ name: 'beta', platformWrites: false }),
    ];
    expect(askedBy({ principal: 'platform', policies: opted })).toEqual(['alpha', 'zeta']);
    expect(askedBy({ policies: opted })).toEqual(['alpha', 'beta', 'zeta']);
  });
});

describe('a policy waits', () => {
  const paths = (...all: string[]) =>
    all.map((path) => ({ path: path === '' ? [] : path.split('.'), complete: true }));

  test.each([
    { reads: ['resource.network_id'], unknown: ['network_id'], waits: ['network_id'] },
    { reads: ['resource.metadata.tier'], unknown: ['metadata'], waits: ['metadata'] },
    { reads: ['resource'], unknown: ['network_id'], waits: ['network_id'] },
    { reads: [''], unknown: ['network_id'], waits: ['network_id'] },
    { reads: ['resource.memory_gb'], unknown: ['network_id'], waits: [] },
    { reads: ['before.network_id'], unknown: ['network_id'], waits: [] },
    { reads: ['resource.type'], unknown: ['type'], waits: [] },
    { reads: ['resource.volume_type'], unknown: ['type'], waits: ['type'] },
    { reads: ['resource.name'], unknown: ['name'], waits: ['name'] },
    { reads: ['resource.metadata.tier'], unknown: ['metadata.a.b'], waits: ['metadata.a.b'] },
    { reads: ['subject.role'], unknown: ['b', 'a'], waits: [] },
    { reads: ['resource.b', 'resource.a'], unknown: ['b', 'c', 'a'], waits: ['a', 'b'] },
    { reads: [], unknown: ['network_id'], waits: [] },
    { reads: ['resource'], unknown: [], waits: [] },
  ])('that reads $reads while $unknown is unknown: for $waits', ({ reads, unknown, waits }) => {
    const policy = makePolicy({ inputReferences: paths(...reads) });
    const { ask, deferred } = planPolicyQuestions(
      makeRequest({
        operation: 'volume.create',
        resource: { type: 'volume', id: null, name: 'data', fields: {} },
        unknownFields: unknown,
        policies: [policy],
      }),
    );
    expect(deferred).toEqual(waits.length === 0 ? [] : [{ policy, unknownFields: waits }]);
    expect(ask).toEqual(waits.length === 0 ? [policy] : []);
  });

  test('for what an incomplete reference above the unknown field may go on to', () => {
    const inputReferences = [{ path: ['resource'], complete: false }];
    const { deferred } = planPolicyQuestions(
      makeRequest({ unknownFields: ['cpu_cores'], policies: [makePolicy({ inputReferences })] }),
    );
    expect(deferred.map(({ unknownFields }) => unknownFields)).toEqual([['cpu_cores']]);
  });
});
