/** Rules for workflows that start other workflows. */
import { describe, expect, test } from '@jest/globals';
import { assert } from '@novacron/contract/result';
import { readDefinition } from '../read-definition.ts';
import { type CallingDefinition, checkCalls, listCalls } from './check-calls.ts';

function definition(name: string, ...steps: readonly string[]): CallingDefinition {
  const lines = steps.map((step, at) => `  - { id: s${at}, ${step} }`);
  const read = readDefinition([`name: ${name}`, 'steps:', ...lines, ''].join('\n'));
  assert(read.ok, 'the text is a definition');
  return read.value.definition;
}

const WAIT = 'wait: 1s';

describe('what a definition starts', () => {
  test('are the workflows of its steps and of what takes these back', () => {
    const undone = 'workflow: b, version: 2, compensate: { workflow: c }';
    expect(listCalls(definition('a', undone, WAIT))).toEqual([
      { name: 'b', version: 2 },
      { name: 'c', version: undefined },
    ]);
  });
});

describe('definitions that start each other', () => {
  test('may be a tree, and may name what is not there', () => {
    const all = [definition('a', 'workflow: b', 'workflow: c'), definition('b', 'workflow: c')];
    expect(checkCalls([...all, definition('c', 'workflow: elsewhere')])).toBeUndefined();
  });

  test('may not be a circle, also through what takes a step back', () => {
    const back = 'workflow: d, compensate: { workflow: a }';
    expect(checkCalls([definition('a', 'workflow: b'), definition('b', back)])).toBe(
      'a starts b starts a: remove one of these steps',
    );
  });

  test('may be eight levels deep', () => {
    const chain = (length: number) =>
      Array.from({ length }, (_, at) =>
        definition(`w${at}`, at === length - 1 ? WAIT : `workflow: w${at + 1}`),
      );
    expect(checkCalls(chain(8))).toBeUndefined();
    expect(checkCalls(chain(9))).toBe('w0 starts workflows 9 levels deep, 8 at most');
  });
});
