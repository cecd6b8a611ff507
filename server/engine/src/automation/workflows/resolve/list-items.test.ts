import { describe, expect, test } from '@jest/globals';
import { FOR_EACH_MAX } from '@novacron/contract/automation/definition';
import { isConditionOfItem, listItems } from './list-items.ts';
import { resolveStep } from './resolve-step.ts';

const values = {
  inputs: { names: ['a', null], one: 'a', many: Array(FOR_EACH_MAX + 1).fill(0) },
  outputs: new Map([['create', { ids: ['x', 'y'] }]]),
  runId: 'op_1',
};

const items = (for_each: string | (string | number)[]) => listItems({ for_each }, values);

describe('a list', () => {
  test('is written out, an input, or an output of a step before', () => {
    expect(items(['a', 1])).toEqual({ ok: true, value: ['a', 1] });
    expect(items(`\${inputs.names}`)).toEqual({ ok: true, value: ['a', null] });
    expect(items(`\${steps.create.outputs.ids}`)).toEqual({ ok: true, value: ['x', 'y'] });
  });

  test.each([
    [`\${inputs.one}`, 'its for_each is not a list'],
    [`\${inputs.many}`, 'its for_each has 1001 items, 1000 at most: split the list'],
    [
      `\${steps.gone.outputs.ids}`,
      `its for_each cannot be resolved: \${steps.gone.outputs.ids} has no value: ` +
        'no step that has succeeded has this output',
    ],
  ])('%s is refused', (text, error) => {
    expect(items(text)).toEqual({ ok: false, error });
  });
});

test('an item is a value of its step, also a part of it', () => {
  const step = { task: 'vm.stop', with: { id: `\${item.id}`, all: `\${item}` } };
  const resolved = resolveStep(step, 'task', { ...values, item: { id: 'vm_1' } });
  expect(resolved).toEqual({
    ok: true,
    value: { task: 'vm.stop', with: { id: 'vm_1', all: { id: 'vm_1' } } },
  });
  expect(resolveStep(step, 'task', values).ok).toBe(false);
});

test.each([
  ['item != "a"', true],
  ['inputs.one == "a"', false],
  [undefined, false],
])('the condition %s is about an item: %s', (text, isOfItem) => {
  expect(isConditionOfItem(text === undefined ? {} : { if: text })).toBe(isOfItem);
});
