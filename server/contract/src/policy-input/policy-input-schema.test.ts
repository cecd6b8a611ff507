import { describe, expect, test } from '@jest/globals';
import { isRecord } from '../json.ts';
import { RESOURCE_DEFINITIONS } from '../kinds/resource-kinds.ts';
import { operationNames, operationRow } from '../operations-table/operations.ts';
import { RESOURCE_KINDS } from '../schema/resource-kind.ts';
import { actionOf } from './action-of.ts';
import { keyInInput } from './input-keys.ts';
import { makePolicyInputSchema, policyActions } from './policy-input-schema.ts';
import { SUBJECT_KINDS } from './subject-fields.ts';
import { subjectsOf } from './subjects-of.ts';

/** A value inside of a schema. */
function at(schema: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => (isRecord(inner) ? inner[key] : undefined), schema);
}

const whole = makePolicyInputSchema();

describe('the schema of what policies are asked', () => {
  test('has the action of every operation that reads or writes', () => {
    const names = operationNames().filter((name) => operationRow(name).effect !== 'note');
    expect(at(whole, 'properties', 'operation', 'enum')).toEqual([...names].sort());
    for (const name of names) expect(policyActions()).toContain(actionOf(name));
    expect(at(whole, 'properties', 'action', 'enum')).toEqual(policyActions());
  });

  test('has every kind, by its name', () => {
    expect(Object.keys(isRecord(whole.definitions) ? whole.definitions : {})).toEqual([
      ...SUBJECT_KINDS,
    ]);
    for (const kind of SUBJECT_KINDS) {
      expect(at(whole, 'definitions', kind, 'properties', 'type')).toEqual({ enum: [kind] });
    }
  });

  test.each(RESOURCE_KINDS)('has the fields of a %s that people set, and no others', (kind) => {
    const { table } = RESOURCE_DEFINITIONS[kind];
    const properties = at(whole, 'definitions', kind, 'properties');
    for (const [name, row] of Object.entries(table)) {
      const isAsked = row.presence !== 'computed' && row.secrecy !== 'write-only';
      expect([name, keyInInput(kind, name) in Object(properties)]).toEqual([
        name,
        isAsked || name === 'size' || name === 'name',
      ]);
    }
  });

  test('leaves the keys of labels free, and those of other objects closed', () => {
    const vm = at(whole, 'definitions', 'vm');
    expect(at(vm, 'properties', 'metadata')).toMatchObject({
      type: 'object',
      additionalProperties: { type: 'string' },
    });
    expect(at(vm, 'additionalProperties')).toBe(false);
    expect(at(vm, 'properties', 'placement', 'additionalProperties')).toBe(false);
  });

  test('has the class of a volume under the key that it has in the input', () => {
    const volume = at(whole, 'definitions', 'volume', 'properties');
    expect(at(volume, 'volume_type', 'enum')).toContain('ssd');
  });

  test.each([
    ['create_vm', ['vm.create'], ['vm']],
    ['create_volume', ['volume.create', 'volume.import'], ['volume']],
    ['remediate_drift', ['drift.remediate'], [...RESOURCE_KINDS]],
    ['update_drift_settings', ['drift_settings.update'], ['tenant']],
  ])('of the action %s is about its operations and kinds alone', (action, names, kinds) => {
    const schema = makePolicyInputSchema(action);
    expect(at(schema, 'properties', 'action', 'enum')).toEqual([action]);
    expect(at(schema, 'properties', 'operation', 'enum')).toEqual(names);
    expect(Object.keys(Object(schema.definitions))).toEqual(kinds);
  });

  test('says of reads what is read, not what is in it', () => {
    const schema = makePolicyInputSchema('read');
    expect(Object.keys(Object(at(schema, 'definitions', 'vm', 'properties')))).toEqual([
      'type',
      'id',
      'name',
    ]);
  });

  test('knows a kind for every write that policies decide', () => {
    const strangers = operationNames().filter(
      (name) =>
        operationRow(name).effect === 'write' &&
        subjectsOf(name, SUBJECT_KINDS).includes('operation'),
    );
    // A batch is asked about VM by VM; keys and backups of the server are its operators' own, and
    // scans change no resource.
    expect(strangers.filter((name) => !name.startsWith('operation.')).toSorted()).toEqual([
      'backup.run',
      'backup.verify',
      'compliance.anchor',
      'compliance.scan',
      'signing_key.rotate',
      'vm_batch.create',
    ]);
  });
});
