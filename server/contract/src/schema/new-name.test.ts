/** No request names anything in the form of an id, and what has such a name stays readable. */
import { describe, expect, test } from '@jest/globals';
import { looksLikeId, makeId } from '../ids.ts';
import { RESOURCE_DEFINITIONS } from '../kinds/resource-kinds.ts';
import { operationNames, operationRow, operations } from '../operations-table/operations.ts';

const ID = makeId('vm', 1_700_000_000_000, new Uint8Array(10).fill(7));

/** Their name is a filter: it finds what has one already. */
const FILTERED = ['vm.bulk'];

/** The writes that give or change a name. */
const NAMING = operationNames().flatMap((operation) => {
  const { effect, input } = operationRow(operation);
  const name = Object.entries(input.shape).find(([field]) => field === 'name')?.[1];
  const isGiven = effect === 'write' && !FILTERED.includes(operation);
  return isGiven && name !== undefined ? [[operation, name] as const] : [];
});

describe('a name in the form of an id', () => {
  test('is given by no write', () => {
    expect(NAMING.length).toBeGreaterThan(20);
    const taken = NAMING.filter(([, name]) => name.safeParse(ID).success);
    expect(taken.map(([operation]) => operation)).toEqual([]);
  });

  test.each(NAMING.slice(0, 1))('is refused with the reason by %s', (_operation, name) => {
    expect(name.safeParse(ID).error?.issues[0]?.message).toBe(
      'must not have the form of an ID, such as vm_ and 26 characters: commands would take the ' +
        'name for the ID of another resource',
    );
  });

  test('is still that of resources which have it, and may be asked for', () => {
    for (const { table } of Object.values(RESOURCE_DEFINITIONS)) {
      const { name } = table;
      expect(name?.schema.safeParse(ID).success).toBe(true);
    }
    expect(operations['vm.list'].input.safeParse({ name: ID }).success).toBe(true);
  });
});

test.each([
  ['web-01', false],
  ['vm_web', false],
  ['vm_01jd3v6t7re3h8z9k2m4n5p6q', false],
  ['VM_01jd3v6t7re3h8z9k2m4n5p6q7', false],
  ['vm_01jd3v6t7re3h8z9k2m4n5p6q7-1', false],
  ['vm_01jd3v6t7re3h8z9k2m4n5p6q7', true],
  ['later_01jd3v6t7re3h8z9k2m4n5p6q7', true],
])('%s has the form of an id: %s', (text, expected) => expect(looksLikeId(text)).toBe(expected));
