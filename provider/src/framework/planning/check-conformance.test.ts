import { describe, expect, test } from '@jest/globals';
import { castValue } from '../../cty/cast-value.ts';
import { formatPath } from '../../cty/path.ts';
import { UNKNOWN } from '../../cty/unknown.ts';
import { isValueRecord, type ValueRecord } from '../../cty/value.ts';
import { int, list, nested, set, string } from '../schema/attributes.ts';
import { resourceSchema } from '../schema/schema.ts';
import {
  checkApply,
  checkPlan,
  checkRead,
  checkState,
  type Violation,
} from './check-conformance.ts';

const description = 'For tests.';
const { attributes, type } = resourceSchema({
  description,
  attributes: {
    id: string({ computed: true, description }),
    name: string({ required: true, description }),
    note: string({ optional: true, description }),
    secret: string({ optional: true, writeOnly: true, description }),
    list: list({ element: string, optional: true, description }),
    set: set({ element: int, optional: true, description }),
    disks: nested({
      nesting: 'list',
      optional: true,
      description,
      attributes: {
        size: int({ required: true, description }),
        serial: string({ computed: true, description }),
      },
    }),
  },
});

function record(input: object): ValueRecord {
  const { value } = castValue(type, input);
  if (!isValueRecord(value)) throw new Error('not an object');
  return value;
}

const lines = (violations: readonly Violation[]) =>
  violations.map(({ path, message }) => `${formatPath(path)} ${message}`);

describe('the conformance checker', () => {
  test.each([
    { config: { name: 'A' }, planned: { name: 'a' }, says: /^name differs between configuration/ },
    { config: { name: 'a' }, planned: { name: 'a', note: 'x' }, says: /^note is planned, but not/ },
    { config: { secret: 'x' }, planned: { secret: 'x' }, says: /^secret is write-only/ },
    { config: { list: ['b', 'a'] }, planned: { list: ['a', 'b'] }, says: /^list differs/ },
    { config: { list: [] }, planned: { list: null }, says: /^list differs.*: empty, then null$/ },
    { config: { name: UNKNOWN }, planned: { name: 'a' }, says: /^name differs.*unknown, then a/ },
    {
      config: { disks: [{ size: 1 }] },
      planned: { disks: [{ size: 2, serial: UNKNOWN }] },
      says: /^disks\[0\].size differs/,
    },
  ])('a plan that changes the configuration is refused: $says', (sample) => {
    const [config, planned] = [record(sample.config), record(sample.planned)];
    const check = { prior: null, config, planned, replacePaths: [] };
    const [line, ...rest] = lines(checkPlan(attributes, check));
    expect(line).toMatch(sample.says);
    expect(rest).toEqual([]);
  });

  test('sets have no order, computed values are free, and stored spellings may stay', () => {
    const config = record({ name: 'A', set: [1, 2], disks: [{ size: 1 }] });
    const planned = record({
      id: 'i',
      name: 'a',
      set: [2, 1],
      disks: [{ size: 1, serial: 's' }],
    });
    const prior = record({ name: 'a' });
    expect(checkPlan(attributes, { prior, config, planned, replacePaths: [['name']] })).toEqual([]);
  });

  test('reasons for replacement must be in the schema', () => {
    const planned = record({ name: 'a' });
    const replacePaths = [['gone'], ['disks', 0, 'size'], ['disks', 0, 'gone']];
    const check = { prior: null, config: planned, planned, replacePaths };
    expect(lines(checkPlan(attributes, check))).toEqual([
      'gone requires replacement but is not in the schema',
      'disks[0].gone requires replacement but is not in the schema',
    ]);
  });

  test('after apply everything planned came true, and nothing is unknown', () => {
    const planned = record({ id: UNKNOWN, name: 'a', list: null, disks: [{ size: 1 }] });
    const state = record({ id: UNKNOWN, name: 'b', list: [], disks: [{ size: 2, serial: 's' }] });
    expect(lines(checkApply(attributes, { planned, state }))).toEqual([
      'id is still unknown',
      'name differs between plan and result: a value, then a value',
      'list differs between plan and result: null, then empty',
      'disks[0].size differs between plan and result: a value, then a value',
      'disks[0].serial differs between plan and result: null, then a value',
    ]);
  });

  test('a stored object has no nulls where the schema promises values', () => {
    expect(lines(checkState(attributes, record({ name: 'a', secret: 'x' })))).toEqual([
      'id is null but not nullable',
      'secret is write-only and must never be returned',
    ]);
  });

  test('a read that turns null into empty would plan a change forever', () => {
    const prior = record({ id: 'i', name: 'a' });
    const state = record({ id: 'i', name: 'a', list: [] });
    expect(lines(checkRead(attributes, { prior, state }))).toEqual([
      'list flips: null, then empty',
    ]);
  });
});
