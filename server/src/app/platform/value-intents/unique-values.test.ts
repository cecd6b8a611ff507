import { describe, expect, test } from '@jest/globals';
import { keysOf } from '@novacron/contract/closed-table';
import { operations } from '@novacron/contract/operations-table/operations';
import type { ProblemCode } from '@novacron/contract/problem/problem';
import { NAMED_KINDS } from './unique-values.ts';

/** Problems of a write that takes what another object has. */
const TAKEN: readonly ProblemCode[] = ['name-taken', 'address-taken', 'network-overlap'];

/** Refusals that the updates of the operations table declare, such as `vm address-taken`. */
function takenByUpdates(): readonly string[] {
  return keysOf(operations)
    .filter((name) => name.endsWith('.update'))
    .flatMap((name) => {
      const problems: readonly ProblemCode[] = operations[name].problems;
      const found = problems.filter((code) => TAKEN.includes(code));
      return found.map((code) => `${name.slice(0, name.indexOf('.'))} ${code}`);
    });
}

describe('unique values that an update can take', () => {
  test('are given up by plans, except for the names of policies, as the guide says', () => {
    const names = NAMED_KINDS.map((kind) => `${kind} name-taken`);
    const exceptions = ['policy name-taken', 'orchestration_policy name-taken'];
    expect(takenByUpdates().toSorted()).toEqual(
      [...names, 'vm address-taken', ...exceptions].toSorted(),
    );
  });
});
