import { describe, expect, test } from '@jest/globals';
import { AutomationDefinition } from '@novacron/contract/automation/definition';
import type { JsonObject } from '@novacron/contract/json';
import { planSingleStep } from './plan-single-step.ts';

const wait = { duration: '1s' };

const DEFINITION = AutomationDefinition.parse({
  name: 'release',
  steps: [
    { id: 'find', wait },
    { id: 'first', needs: ['find'], approval: { message: `\${who}` } },
    { id: 'between', needs: ['first'], wait },
    { id: 'second', needs: ['between'], approval: {}, if: 'steps.find.outputs.risk > 1' },
    { id: 'beside', approval: {} },
    {
      id: 'last',
      needs: ['second'],
      task: 'vm.stop',
      with: { id: `\${steps.between.outputs.id}` },
    },
    { id: 'careful', needs: ['last'], wait, if: 'size(steps) > 1' },
  ],
});

const plan = (step: string, ended: Readonly<Record<string, JsonObject | null>> = {}) =>
  planSingleStep(DEFINITION, step, new Map(Object.entries(ended)));

const messagesOf = (planned: ReturnType<typeof plan>) =>
  planned.ok ? [] : planned.error.map(({ message }) => message);

describe('a run of one step', () => {
  test('has the approvals before it, in their order, and what all of them use', () => {
    const planned = plan('last', { find: { risk: 2 }, between: { id: 'vm_1' }, beside: { x: 1 } });
    expect(planned).toMatchObject({
      ok: true,
      value: { outputs: { find: { risk: 2 }, between: { id: 'vm_1' } } },
    });
    if (!planned.ok) return;
    expect(planned.value.definition.steps.map(({ id, needs }) => [id, needs])).toEqual([
      ['first', []],
      ['second', ['first']],
      ['last', ['first', 'second']],
    ]);
    expect(planned.value.left.map(({ id }) => id)).toEqual(['find', 'between']);
    expect(Object.keys(planned.value.definition.inputs ?? {})).toEqual(['who']);
  });

  test('is refused without the steps that it, or an approval before it, uses', () => {
    expect(messagesOf(plan('last'))).toEqual([
      'second uses the step find, which does not run: name an execution in which it has ended',
      'last uses the step between, which does not run: name an execution in which it has ended',
    ]);
  });

  test('is refused without an output of a step that was skipped', () => {
    expect(messagesOf(plan('last', { find: {}, between: null }))).toEqual([
      `last uses \${steps.between.outputs.id}, which that execution does not have`,
    ]);
  });

  test('needs every step before it where its condition is about all of them', () => {
    expect(messagesOf(plan('careful', { find: {}, between: {} }))).toEqual([
      'careful uses the step last, which does not run: name an execution in which it has ended',
    ]);
  });

  test('names the step that was meant', () => {
    expect(messagesOf(plan('las'))).toEqual(['is not a step of this version; did you mean last?']);
  });
});
