import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { castValue } from '../../cty/cast-value.ts';
import { equalValues } from '../../cty/equal-values.ts';
import { formatPath } from '../../cty/path.ts';
import { isUnknown, UNKNOWN } from '../../cty/unknown.ts';
import { isValueRecord, type Value, type ValueRecord } from '../../cty/value.ts';
import type { Attributes } from '../schema/attribute.ts';
import { bool, int, map, nested, set, string } from '../schema/attributes.ts';
import { resourceSchema } from '../schema/schema.ts';
import { checkApply, checkPlan } from './check-conformance.ts';
import { planChange } from './plan-change.ts';

const description = 'For tests.';
const schema = resourceSchema({
  description,
  attributes: {
    id: string({ computed: true, useStateForUnknown: true, description }),
    name: string({ required: true, requiresReplace: true, description }),
    size: int({
      optional: true,
      default: 4,
      description,
      requiresReplace: (before, after) => (after ?? 0) < (before ?? 0),
    }),
    zone: string({ optional: true, computed: true, requiresReplace: true, description }),
    note: string({ optional: true, description }),
    secret: string({ optional: true, writeOnly: true, description }),
    labels: map({ element: string, optional: true, description }),
    tags: set({ element: string, optional: true, description }),
    revision: int({ computed: true, nullable: true, description }),
    template: nested({
      nesting: 'single',
      optional: true,
      description,
      attributes: {
        size: int({ required: true, description }),
        note: string({ optional: true, description }),
      },
    }),
    disks: nested({
      nesting: 'list',
      optional: true,
      description,
      attributes: {
        size: int({ required: true, description }),
        boot: bool({ optional: true, default: false, requiresReplace: true, description }),
        serial: string({ computed: true, useStateForUnknown: true, description }),
        usage: int({ computed: true, description }),
      },
    }),
  },
});

function record(input: object): ValueRecord {
  const { value, mismatches } = castValue(schema.type, input);
  expect(mismatches).toEqual([]);
  if (!isValueRecord(value)) throw new Error('not an object');
  return value;
}

const STORED = {
  id: 'i1',
  name: 'a',
  size: 4,
  zone: 'z1',
  revision: 1,
  disks: [{ size: 1, boot: false, serial: 's0', usage: 5 }],
};
const WRITTEN = { name: 'a', disks: [{ size: 1 }] };

function plan(config: object, prior: object | null = STORED) {
  const input = { schema, config: record(config), prior: prior && record(prior) };
  const { kind, planned, replacePaths } = planChange(input);
  return { kind, planned: show(planned), replaces: replacePaths.map(formatPath) };
}

/** Plain data with `?` for what is unknown and without what is null. */
function show(value: Value): unknown {
  if (isUnknown(value)) return '?';
  if (Array.isArray(value)) return value.map(show);
  if (!isValueRecord(value)) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(entries.map(([name, item]) => [name, show(item)]));
}

describe('planChange', () => {
  test('a new object gets its defaults, and what the provider computes is unknown', () => {
    expect(plan({ ...WRITTEN, secret: 'x' }, null)).toEqual({
      kind: 'create',
      planned: {
        id: '?',
        name: 'a',
        size: 4,
        zone: '?',
        revision: '?',
        disks: [{ size: 1, boot: false, serial: '?', usage: '?' }],
      },
      replaces: [],
    });
  });

  test('an unchanged configuration plans nothing, whatever is write-only', () => {
    expect(plan({ ...WRITTEN, secret: 'other' })).toEqual({
      kind: 'no-op',
      planned: STORED,
      replaces: [],
    });
    const tagged = { ...STORED, tags: ['x', 'y'] };
    expect(plan({ ...WRITTEN, tags: ['y', 'x'] }, tagged).kind).toBe('no-op');
  });

  test('a change makes unknown what does not outlive updates, and keeps the rest', () => {
    expect(plan({ ...WRITTEN, note: 'n' })).toEqual({
      kind: 'update',
      planned: {
        ...STORED,
        note: 'n',
        zone: '?',
        revision: '?',
        disks: [{ size: 1, boot: false, serial: 's0', usage: '?' }],
      },
      replaces: [],
    });
  });

  test('a value that is kept stays inside of an object, and the rest of it changes', () => {
    const prior = record({ ...STORED, template: { size: 30, note: 'a' } });
    const config = record({ ...WRITTEN, template: { size: 20, note: 'b' } });
    const keeps = new Set(['template.size']);
    const { planned } = planChange({ schema, prior, config, keeps });
    expect(planned.template).toEqual({ size: 30, note: 'b' });
    const same = record({ ...WRITTEN, template: { size: 20, note: 'a' } });
    expect(planChange({ schema, prior, config: same, keeps }).kind).toBe('no-op');
  });

  test('a further list element is new, while the others keep their place', () => {
    const { planned } = plan({ ...WRITTEN, disks: [{ size: 1 }, { size: 2 }] });
    expect(planned).toMatchObject({
      disks: [
        { size: 1, boot: false, serial: 's0', usage: '?' },
        { size: 2, boot: false, serial: '?', usage: '?' },
      ],
    });
  });

  test.each([
    { change: { name: 'b' }, replaces: ['name'] },
    { change: { name: UNKNOWN }, replaces: ['name'] },
    { change: { size: 3 }, replaces: ['size'] },
    { change: { size: 5 }, replaces: [] },
    { change: { size: UNKNOWN }, replaces: ['size'] },
    { change: { zone: 'z2' }, replaces: ['zone'] },
    { change: { note: 'n' }, replaces: [] },
    { change: { disks: [{ size: 1, boot: true }] }, replaces: ['disks[0].boot'] },
    { change: { disks: [] }, replaces: [] },
    { change: { name: 'b', size: 1 }, replaces: ['name', 'size'] },
  ])('$change replaces because of $replaces', ({ change, replaces }) => {
    expect(plan({ ...WRITTEN, ...change })).toMatchObject({ kind: 'update', replaces });
  });

  test('an attribute that is taken out of the configuration goes back to null or default', () => {
    const prior = { ...STORED, note: 'n', size: 9 };
    const { kind, planned } = plan(WRITTEN, prior);
    expect(kind).toBe('update');
    expect(planned).toMatchObject({ size: 4 });
    expect(planned).not.toHaveProperty('note');
  });

  const text = fc.constantFrom('a', 'b');
  const maybe = <T>(value: fc.Arbitrary<T>) =>
    fc.oneof(value, fc.constant(null), fc.constant(UNKNOWN));
  const anyConfig = fc
    .record({
      name: fc.oneof(text, fc.constant(UNKNOWN)),
      size: maybe(fc.nat(5)),
      zone: maybe(text),
      note: maybe(text),
      secret: maybe(text),
      labels: maybe(fc.dictionary(text, text, { noNullPrototype: true })),
      tags: maybe(fc.array(text, { maxLength: 3 })),
      disks: maybe(
        fc.array(fc.record({ size: fc.nat(3), boot: maybe(fc.boolean()) }), { maxLength: 2 }),
      ),
    })
    .map((config) => ({ config }));

  test('property: every plan keeps the rules, and comes true by filling in what is unknown', () => {
    fc.assert(
      fc.property(anyConfig, fc.option(anyConfig), ({ config }, before) => {
        const prior = before === null ? null : settle(before.config);
        const input = { schema, config: record(config), prior };
        const { planned, replacePaths } = planChange(input);
        const check = { ...input, planned, replacePaths };
        expect(checkPlan(schema.attributes, check)).toEqual([]);
        const state = fill(schema.attributes, planned);
        expect(checkApply(schema.attributes, { planned, state })).toEqual([]);
      }),
    );
  });

  test('property: planning again over the result of a plan is a no-op', () => {
    fc.assert(
      fc.property(anyConfig, ({ config }) => {
        const known = resolve(record(config));
        const { planned } = planChange({ schema, config: known, prior: null });
        const prior = fill(schema.attributes, planned);
        const again = planChange({ schema, config: known, prior });
        expect(again).toMatchObject({ kind: 'no-op', replacePaths: [] });
        expect(equalValues(schema.type, again.planned, prior)).toBe(true);
      }),
    );
  });

  test('property: the same input makes the same plan', () => {
    fc.assert(
      fc.property(anyConfig, anyConfig, ({ config }, before) => {
        const input = { schema, config: record(config), prior: settle(before.config) };
        expect(planChange(input)).toEqual(planChange(input));
      }),
    );
  });

  /** The state after a configuration was applied. */
  function settle(config: object): ValueRecord {
    const known = resolve(record(config));
    return fill(schema.attributes, planChange({ schema, config: known, prior: null }).planned);
  }
});

/** Gives unknown parts of a configuration a value, as the rest of an apply would. */
function resolve(config: ValueRecord): ValueRecord {
  const entries = Object.entries(config).map(([name, value]): [string, Value] => {
    if (isUnknown(value)) return [name, name === 'name' ? 'resolved' : null];
    if (!Array.isArray(value)) return [name, value];
    const disks = value.map((item: Value) => (isValueRecord(item) ? resolve(item) : item));
    return [name, disks];
  });
  return Object.fromEntries(entries);
}

/** Simulates a provider's answer: fills every unknown value with a value of its type. */
function fill(attributes: Attributes, planned: ValueRecord): ValueRecord {
  const entries = Object.entries(planned).map(([name, value]): [string, Value] => {
    const shape = attributes[name]?.shape;
    if (isUnknown(value)) return [name, sample(shape?.kind)];
    if (shape?.kind !== 'nested' || !Array.isArray(value)) return [name, value];
    const items = value.map((item: Value) =>
      isValueRecord(item) ? fill(shape.attributes, item) : item,
    );
    return [name, items];
  });
  return Object.fromEntries(entries);
}

function sample(kind: string | undefined): Value {
  if (kind === 'int') return 7;
  if (kind === 'bool') return true;
  if (kind === 'map') return {};
  return kind === 'string' ? 'made' : [];
}
