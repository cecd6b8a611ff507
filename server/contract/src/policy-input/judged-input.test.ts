import { describe, expect, test } from '@jest/globals';
import { POLICY_INPUT_SCHEMA } from '../gen/policy-input-schema.ts';
import { findUnknownNames } from './find-unknown-names.ts';
import { INPUT_ACTIONS, type JudgedInput, judgedInput } from './judged-input.ts';
import { makePolicyInputSchema } from './policy-input-schema.ts';

type Schema = ReturnType<ReturnType<typeof judgedInput>>;

/** The kinds of a schema, those with their fields apart from those without. */
function kindsOf({ definitions }: Schema) {
  return Object.fromEntries(
    Object.entries(Object(definitions)).map(([kind, schema]) => {
      const fields = Object.keys(Object(Object(schema).properties));
      return [kind, fields.length > 3 ? 'with fields' : 'by name'];
    }),
  );
}

function wordsOf({ properties }: Schema, name: string): unknown {
  return Object(Object(properties)[name]).enum;
}

describe('the input of one policy', () => {
  test.each([
    ['for networks', { kinds: ['network'] }, { network: 'with fields' }],
    ['for creates of VMs', { actions: ['create_vm'] }, { vm: 'with fields' }],
    [
      'for reads and creates',
      { actions: ['read', 'create_vm'], kinds: ['vm', 'network'] },
      { vm: 'with fields', network: 'by name' },
    ],
    ['for reads of VMs', { actions: ['read'], kinds: ['vm'] }, { vm: 'by name' }],
  ])('%s has these kinds', (_what, judged, kinds) => {
    expect(kindsOf(judgedInput(judged)({}))).toEqual(kinds);
  });

  test.each<[string, JudgedInput]>([
    ['what says nothing', {}],
    ['all actions', { actions: INPUT_ACTIONS }],
    ['empty lists', { actions: [], kinds: null }],
    ['a name that is not known beside one that is', { actions: ['create_vm', 'crate_vm'] }],
    ['actions that are never about the kinds', { actions: ['create_vm'], kinds: ['network'] }],
  ])('is not narrowed by %s', (_what, judged) => {
    expect(judgedInput(judged)({})).toBe(POLICY_INPUT_SCHEMA);
  });

  test.each(INPUT_ACTIONS)('for the action %s is that of the action', (action) => {
    const whole = makePolicyInputSchema(action);
    const narrowed = judgedInput({ actions: [action] })({});
    expect({ ...narrowed, title: whole.title }).toEqual(whole);
  });

  test('is narrowed by the text where the policy has no settings', () => {
    const custom = { actions: ['create_vm'], selector: { kinds: ['vm'] } };
    expect(wordsOf(judgedInput()(custom), 'action')).toEqual(['create_vm']);
    const own = judgedInput({ actions: ['delete_vm'] })(custom);
    expect(wordsOf(own, 'operation')).toEqual(['vm.delete']);
    expect(judgedInput()({ actions: 'create_vm', selector: [] })).toBe(POLICY_INPUT_SCHEMA);
  });
});

describe('the input of one rule', () => {
  test.each<[string, Readonly<Record<string, readonly string[]>>, object]>([
    ['that compares the action', { action: ['create_vm'] }, { vm: 'with fields' }],
    ['that compares the operation', { operation: ['vm.create'] }, { vm: 'with fields' }],
    ['that compares the kind', { 'resource.type': ['network'] }, { network: 'with fields' }],
    ['about reads', { action: ['read'], 'resource.type': ['vm'] }, { vm: 'by name' }],
  ])('%s has its kinds', (_what, known, kinds) => {
    const narrowed = judgedInput()({}, known);
    expect(kindsOf(narrowed)).toEqual(kinds);
    expect(wordsOf(narrowed, 'action')).toEqual(INPUT_ACTIONS);
  });

  test('that can never apply is that of the whole text', () => {
    expect(judgedInput()({}, { action: ['crate_vm'] })).toBe(POLICY_INPUT_SCHEMA);
  });

  test('requires no fields where the policy is asked about reads as well', () => {
    const required = (actions: readonly string[]) =>
      Object(Object(judgedInput({ actions, kinds: ['vm'] })({}).definitions).vm).required;
    expect(required(['create_vm'])).toContain('network_id');
    expect(required(['create_vm', 'read'])).toEqual(['type', 'id', 'name']);
  });
});

test('names that policies are never asked about are found with their near ones', () => {
  expect(findUnknownNames({ actions: ['create_vm', 'crate_vm'], kinds: ['vmm', 'tree'] })).toEqual([
    {
      path: ['actions'],
      message: 'crate_vm is not an action that policies decide; did you mean create_vm?',
    },
    {
      path: ['selector', 'kinds'],
      message: 'vmm is not a kind that policies decide; did you mean vm?',
    },
    { path: ['selector', 'kinds'], message: 'tree is not a kind that policies decide' },
  ]);
});
