import { describe, expect, test } from '@jest/globals';
import { DriftRecord } from '@novacron/contract/drift/drift';
import { VM_FIELDS } from '@novacron/contract/kinds/vm/vm';
import { computed, type FieldTable, field } from '@novacron/contract/schema/field';
import fc from 'fast-check';
import { z } from 'zod';
import { explainDrift } from './explain-drift.ts';
import type { DriftInput, FieldValues, ResourceChange } from './model/drift.ts';
import { FIELDS_MAX, planDriftReport } from './plan-drift-report.ts';
import { CAUSES_MAX } from './rules/find-causes.ts';
import { groupByCause } from './rules/group-by-cause.ts';
import { rateSeverity } from './rules/rate-severity.ts';

const row = { description: 'A field.', presence: 'optional', example: 1 } as const;
const number = z.number();

/** One field of each sort, so that each exclusion is seen. */
const TABLE: FieldTable = {
  size: field({ ...row, schema: number, driftClass: 'cost' }),
  labels: field({ ...row, schema: z.record(z.string(), z.string()) }),
  servers: field({ ...row, schema: z.array(z.string()) }),
  rules: field({ ...row, schema: z.array(z.json()), collection: 'set' }),
  place: field({ ...row, schema: z.json() }),
  counter: field({ ...row, schema: number, volatility: 'volatile' }),
  firewall: field({ ...row, schema: number, driftClass: 'security' }),
  token: field({ ...row, schema: z.string(), secrecy: 'sensitive', driftClass: 'availability' }),
  password: field({ ...row, schema: z.string(), secrecy: 'write-only' }),
  host: field({ ...row, schema: z.string(), owner: 'platform' }),
  status: computed(z.string(), 'A status.', 'up'),
};

/** Ten more fields, for percentages. */
const WIDE_TABLE: FieldTable = Object.fromEntries(
  Array.from({ length: 20 }, (_, index) => [`f${index}`, field({ ...row, schema: number })]),
);

function makeInput(values: Partial<DriftInput> = {}): DriftInput {
  return {
    kind: 'vm',
    id: 'vm_1',
    name: 'web-01',
    table: TABLE,
    applied: {},
    appliedAt: '2026-11-20T07:00:00.000Z',
    deployment: 'shop',
    current: {},
    changes: [],
    ...values,
  };
}

const drift = (input: DriftInput): DriftRecord | undefined => planDriftReport(input).record;

function makeChange(values: Partial<ResourceChange> = {}): ResourceChange {
  return {
    principal: 'ann',
    principal_kind: 'person',
    client: 'cli',
    request_id: 'req_1',
    at: '2026-11-20T08:00:00.000Z',
    outcome: 'done',
    changes: { size: { was: 1, is: 2 } },
    ...values,
  };
}

function wideDrift(applied: number, changed: number): DriftRecord | undefined {
  const values = (offset: number) =>
    Object.fromEntries(
      Object.keys(WIDE_TABLE).map((name, index) => [
        name,
        index < applied ? (index < changed ? offset : 0) : null,
      ]),
    );
  return drift(makeInput({ table: WIDE_TABLE, applied: values(0), current: values(1) }));
}

describe('what counts as drift', () => {
  const cases: readonly {
    readonly what: string;
    readonly applied: FieldValues;
    readonly current: FieldValues;
    readonly paths: readonly string[];
  }[] = [
    { what: 'a field of the user', applied: { size: 1 }, current: { size: 2 }, paths: ['size'] },
    { what: 'a field that came', applied: {}, current: { size: 2 }, paths: ['size'] },
    { what: 'a field that went', applied: { size: 1 }, current: { size: null }, paths: ['size'] },
    { what: 'nothing: null is absent', applied: { size: null }, current: {}, paths: [] },
    { what: 'nothing: a write-only field', applied: { password: 'a' }, current: {}, paths: [] },
    {
      what: 'nothing: the platform owns it',
      applied: { host: 'a' },
      current: { host: 'b' },
      paths: [],
    },
    {
      what: 'nothing: it is computed',
      applied: { status: 'up' },
      current: { status: 'down' },
      paths: [],
    },
    { what: 'nothing: the table has no such field', applied: {}, current: { extra: 1 }, paths: [] },
    { what: 'nothing: an empty map is none', applied: { labels: {} }, current: {}, paths: [] },
    {
      what: 'nothing: keys in another order',
      applied: { labels: { a: '1', b: '2' } },
      current: { labels: { b: '2', a: '1' } },
      paths: [],
    },
    {
      what: 'each key of a map',
      applied: { labels: { a: '1', gone: '2', same: '3' } },
      current: { labels: { a: '9', came: '4', same: '3' } },
      paths: ['labels.a', 'labels.came', 'labels.gone'],
    },
    {
      what: 'a label named like a method of all objects',
      applied: { labels: {} },
      current: { labels: { toString: 'x' } },
      paths: ['labels.toString'],
    },
    { what: 'nothing: it changes with others', applied: {}, current: { counter: 2 }, paths: [] },
    {
      what: 'each element of a list, by its place',
      applied: { servers: ['a', 'b'] },
      current: { servers: ['a', 'c', 'd'] },
      paths: ['servers[1]', 'servers[2]'],
    },
    {
      what: 'each element of a set that came or went, in whatever order',
      applied: { rules: [{ port: 1 }, { port: 2 }] },
      current: { rules: [{ port: 3 }, { port: 2 }] },
      paths: ['rules[0]', 'rules[2]'],
    },
    {
      what: 'what is deep inside',
      applied: { place: { zone: 'a', spread: { by: ['rack', 'node'] } } },
      current: { place: { spread: { by: ['rack', 'zone'] }, zone: 'a' } },
      paths: ['place.spread.by[1]'],
    },
    {
      what: 'a whole that is of another sort',
      applied: { place: { zone: 'a' } },
      current: { place: ['a'] },
      paths: ['place'],
    },
    { what: 'nothing: an empty list is none', applied: { servers: [] }, current: {}, paths: [] },
    { what: 'all of a map', applied: { labels: { a: '1' } }, current: {}, paths: ['labels.a'] },
  ];

  test.each(cases)('$what', ({ applied, current, paths }) => {
    const found = drift(makeInput({ applied, current }));
    expect(found?.fields.map((each) => each.field) ?? []).toEqual(paths);
  });

  test('a drifted key says what it was and is, null where it is absent', () => {
    const found = drift(
      makeInput({ applied: { labels: { tier: 'web' } }, current: { labels: { owner: 'ann' } } }),
    );
    expect(found?.fields).toEqual([
      { field: 'labels.owner', was: null, is: 'ann', wanted: null, drift_class: 'cosmetic' },
      { field: 'labels.tier', was: 'web', is: null, wanted: 'web', drift_class: 'cosmetic' },
    ]);
  });

  test('a sensitive field is reported as drifted, but neither of its values is shown', () => {
    const found = drift(
      makeInput({ applied: { token: 'old-secret' }, current: { token: 'new-secret' } }),
    );
    expect(JSON.stringify(found)).not.toContain('secret');
    expect(found?.fields.map((each) => each.field)).toEqual(['token']);
  });
});

test('of a huge map all keys count, and the first are reported', () => {
  const labels = (value: string) =>
    Object.fromEntries(Array.from({ length: FIELDS_MAX + 7 }, (_, at) => [`k${at}`, value]));
  const found = drift(
    makeInput({ applied: { labels: labels('1') }, current: { labels: labels('2') } }),
  );
  expect(found).toMatchObject({ drift_percent: 100, fields_left_out: 7 });
  expect(found?.fields).toHaveLength(FIELDS_MAX);
  expect(found && explainDrift(found)).toContain('and 7 more');
});

describe('what NovaCron did by itself', () => {
  const sides = { applied: { size: 1, labels: {} }, current: { size: 3, labels: {} } };
  const scaled = makeChange({ principal_kind: 'autoscaler', changes: { size: { was: 1, is: 3 } } });
  const later = '2026-11-20T09:00:00.000Z';

  test('is explained and no drift', () => {
    expect(planDriftReport(makeInput({ ...sides, changes: [scaled] }))).toMatchObject({
      record: undefined,
      explained: { fields: [{ field: 'size' }], causes: [{ kind: 'autoscaler' }] },
    });
  });

  test.each([
    {
      what: 'a person changed it since',
      more: makeChange({ at: later, changes: { size: { was: 2, is: 3 } } }),
    },
    {
      what: 'it was left as another value',
      more: { ...scaled, at: later, changes: { size: { was: 3, is: 9 } } },
    },
  ])('is drift all the same where $what', ({ more }) => {
    const found = planDriftReport(makeInput({ ...sides, changes: [scaled, more] }));
    expect(found).toMatchObject({ record: { fields: [{ field: 'size' }] }, explained: undefined });
  });

  test('does not excuse what another actor did to another field', () => {
    const changes = [scaled, makeChange({ changes: { labels: { was: {}, is: { a: '1' } } } })];
    const current = { size: 3, labels: { a: '1' } };
    expect(planDriftReport(makeInput({ ...sides, current, changes }))).toMatchObject({
      record: { fields: [{ field: 'labels.a' }], causes: [{ kind: 'person' }] },
      explained: { fields: [{ field: 'size' }] },
    });
  });
});

describe('grouping', () => {
  const record = (id: string, severity: DriftRecord['severity'], kind?: 'person'): DriftRecord => ({
    resource_kind: 'vm',
    resource_id: id,
    resource_name: id,
    severity,
    drift_percent: 1,
    fields: [],
    deployment: 'shop',
    applied_at: '2026-11-20T07:00:00.000Z',
    causes:
      kind === undefined
        ? []
        : [
            {
              principal: 'ann',
              kind,
              client: 'cli',
              request_id: id,
              at: '2026-11-20T08:00:00.000Z',
            },
          ],
  });

  test('makes one of all that one hand did, the gravest first', () => {
    const records = [
      record('a', 'low'),
      record('b', 'low', 'person'),
      record('c', 'high', 'person'),
    ];
    expect(groupByCause(records)).toEqual([
      {
        cause: 'person/ann/cli',
        severity: 'high',
        resource_ids: ['b', 'c'],
        summary: '2 resources changed by ann (cli)',
      },
      {
        cause: 'unknown',
        severity: 'low',
        resource_ids: ['a'],
        summary: '1 resource changed by an unknown actor (not in the audit log)',
      },
    ]);
  });
});

describe('the percentage', () => {
  test.each([
    { applied: 20, changed: 1, percent: 5, severity: 'info' },
    { applied: 19, changed: 1, percent: 5.26, severity: 'low' },
    { applied: 10, changed: 1, percent: 10, severity: 'low' },
    { applied: 9, changed: 1, percent: 11.11, severity: 'medium' },
    { applied: 4, changed: 1, percent: 25, severity: 'medium' },
    { applied: 7, changed: 2, percent: 28.57, severity: 'high' },
    { applied: 2, changed: 1, percent: 50, severity: 'high' },
    { applied: 3, changed: 2, percent: 66.67, severity: 'critical' },
    { applied: 3, changed: 3, percent: 100, severity: 'critical' },
  ])('of $changed of $applied leaves is $percent: $severity', (each) => {
    const found = wideDrift(each.applied, each.changed);
    expect(found).toMatchObject({ drift_percent: each.percent, severity: each.severity });
  });

  test('is 100 at most, where more leaves came than were ever applied', () => {
    const applied = { size: 1 };
    const current = { size: 1, labels: { a: '1', b: '2', c: '3' } };
    expect(drift(makeInput({ applied, current }))?.drift_percent).toBe(100);
  });

  test('is 100 where nothing was applied', () => {
    expect(drift(makeInput({ current: { size: 1 } }))?.drift_percent).toBe(100);
  });

  test('does not matter where security suffers', () => {
    expect(rateSeverity(['cost', 'security'], 0.1)).toBe('critical');
  });
});

describe('the causes', () => {
  const sides = {
    applied: { size: 1, labels: { a: '1' } },
    current: { size: 2, labels: { a: '2' } },
  };
  const causesOf = (...changes: ResourceChange[]) =>
    drift(makeInput({ ...sides, changes }))?.causes.map((cause) => cause.request_id);

  test('are none where the audit log is silent', () => {
    expect(causesOf()).toEqual([]);
  });

  test('come latest first, whatever the order of the log', () => {
    const early = makeChange({ request_id: 'early', at: '2026-11-20T08:00:00.000Z' });
    const late = makeChange({ request_id: 'late', at: '2026-11-20T09:00:00.000Z' });
    expect(causesOf(early, late)).toEqual(['late', 'early']);
    expect(causesOf(late, early)).toEqual(['late', 'early']);
  });

  test.each([
    { changes: { size: { was: 1, is: 2 } }, explains: 'yes' },
    { changes: { labels: { was: { a: '1' }, is: { a: '2' } } }, explains: 'yes' },
    { changes: { 'labels.a': { was: '1', is: '2' } }, explains: 'yes' },
    { changes: { labels: { was: { a: '1' }, is: { a: '1', b: '2' } } }, explains: 'no' },
    { changes: { labels: { was: null, is: { a: '2' } } }, explains: 'yes' },
    { changes: { host: { was: 'a', is: 'b' } }, explains: 'no' },
    { changes: {}, explains: 'no' },
  ])('a change of $changes explains it: $explains', ({ changes, explains }) => {
    expect(causesOf(makeChange({ changes }))).toEqual(explains === 'yes' ? ['req_1'] : []);
  });

  test('are cut to the latest few', () => {
    const changes = Array.from({ length: CAUSES_MAX + 5 }, (_, index) =>
      makeChange({ request_id: `req_${index}`, at: `2026-11-20T08:00:${10 + index}.000Z` }),
    );
    const found = causesOf(...changes);
    expect(found).toHaveLength(CAUSES_MAX);
    expect(found?.[0]).toBe(`req_${CAUSES_MAX + 4}`);
  });
});

test('what a resource should not have is drift, which a revert unplugs', () => {
  const device = { kind: 'disk', name: 'hand', mac_address: null };
  const found = drift(
    makeInput({
      table: VM_FIELDS,
      applied: { cpu_cores: 4 },
      current: { cpu_cores: 4, foreign_devices: [device] },
    }),
  );
  expect(found).toMatchObject({
    severity: 'critical',
    fields: [{ field: 'foreign_devices[0]', was: null, is: device, wanted: null }],
  });
  const lines = found === undefined ? [] : explainDrift(found);
  expect(lines.at(-1)).toContain(
    'To unplug what was plugged in: novacron drift remediate vm_1 --action revert --yes. ',
  );
});

describe('planDriftReport', () => {
  const values = fc.record({
    size: fc.nat(2),
    firewall: fc.nat(1),
    host: fc.string(),
    status: fc.string(),
    password: fc.string(),
    labels: fc.dictionary(fc.string({ maxLength: 2 }), fc.string({ maxLength: 1 }), { maxKeys: 4 }),
  });

  test('never finds drift between a resource and itself', () => {
    fc.assert(
      fc.property(values, (same) => {
        const current = structuredClone(same);
        expect(drift(makeInput({ applied: same, current }))).toBeUndefined();
      }),
    );
  });

  test('never finds drift in computed or write-only fields', () => {
    fc.assert(
      fc.property(values, values, (applied, { host, status, password }) => {
        const current = { ...applied, host, status, password };
        expect(drift(makeInput({ applied, current }))).toBeUndefined();
      }),
    );
  });

  test('answers with what the contract says, and finds the same fields the other way round', () => {
    fc.assert(
      fc.property(values, values, (applied, current) => {
        const found = drift(makeInput({ applied, current }));
        const back = drift(makeInput({ applied: current, current: applied }));
        expect(back?.fields.map((each) => each.field)).toEqual(
          found?.fields.map((each) => each.field),
        );
        if (found === undefined) return;
        expect(DriftRecord.parse(found)).toEqual(found);
        expect(explainDrift(found)).toHaveLength(found.fields.length + 3);
      }),
    );
  });
});
