import { describe, expect, test } from '@jest/globals';
import { holdsCondition, type RunValues, resolveStep, takeOutputs } from './resolve-step.ts';

const VALUES: RunValues = {
  inputs: { name: 'web', sizes: [1, 2] },
  outputs: new Map([['create', { id: 'vm_a', node: { name: 'n1' } }]]),
  runId: 'op_a',
};

const resolve = (given: Record<string, string>) =>
  resolveStep({ task: 'vm.start', with: given }, 'task', VALUES);

describe('references of a step', () => {
  test('are inputs, outputs of steps that have succeeded, and the run', () => {
    expect(
      resolve({
        a: `\${name}`,
        b: `\${inputs.sizes.1}`,
        c: `\${steps.create.outputs.node.name}`,
        d: `x-\${run.id}`,
        e: `$\${name}`,
      }),
    ).toEqual({
      ok: true,
      value: { task: 'vm.start', with: { a: 'web', b: 2, c: 'n1', d: 'x-op_a', e: `\${name}` } },
    });
  });

  test.each([
    `\${steps.later.outputs.id}`,
    `\${steps.create.outputs.ip}`,
    `\${inputs.constructor}`,
    `\${run.secret}`,
  ])('that lead to nothing are refused: %s', (reference) => {
    expect(resolve({ a: reference })).toEqual({
      ok: false,
      error: `${reference} has no value: no step that has succeeded has this output`,
    });
  });
});

test('conditions see inputs, outputs and the run; others are problems', () => {
  const holds = (condition: string) => holdsCondition({ if: condition }, VALUES);
  expect(holds('steps.create.outputs.id == "vm_a" && inputs.sizes[1] > 1')).toEqual({
    ok: true,
    value: true,
  });
  expect(holds('run.id == "op_b"')).toEqual({ ok: true, value: false });
  expect(holds('steps.later.outputs.id == "x"')).toMatchObject({ ok: false });
  expect(holdsCondition({}, VALUES)).toEqual({ ok: true, value: true });
});

test('outputs are parts of an answer, by path', () => {
  const answer = { resource: { id: 'vm_a', disks: [{ size: 1 }] } };
  expect(
    takeOutputs({ outputs: { id: 'resource.id', size: 'resource.disks.0.size' } }, answer),
  ).toEqual({ ok: true, value: { id: 'vm_a', size: 1 } });
  expect(takeOutputs({ outputs: { ip: 'resource.ip' } }, answer)).toEqual({
    ok: false,
    error: 'its answer has no resource.ip, which is its output ip',
  });
});
