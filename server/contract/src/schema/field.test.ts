import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { VM_FIELDS, VmCreate, VmUpdate } from '../kinds/vm/vm.ts';
import { VOLUME_FIELDS } from '../kinds/volume/volume.ts';
import {
  answerShape,
  computed,
  createShape,
  type DriverCapabilities,
  describeField,
  type Field,
  field,
  fillDefaults,
  specShape,
  updateShape,
} from './field.ts';

const TABLE = {
  name: field({
    schema: z.string(),
    description: 'A name.',
    presence: 'required',
    example: 'a',
  }),
  size: field({
    schema: z.int(),
    description: 'A size.',
    unit: 'GB',
    presence: 'optional',
    default: 8,
    example: 8,
  }),
  note: field({ schema: z.string(), description: 'A note.', presence: 'optional', example: 'n' }),
  status: computed(z.string(), 'What it does.', 'running'),
} as const;

const NONE = { hotplugCpu: 'no', hotplugMemory: 'no', hotplugDisk: 'no' } as const;
const ALL = { hotplugCpu: 'yes', hotplugMemory: 'yes', hotplugDisk: 'yes' } as const;

describe('what is derived from a resource table', () => {
  test('a create takes the user fields: required ones must be there, others may be null', () => {
    const schema = z.strictObject(createShape(TABLE));
    expect(schema.safeParse({ name: 'a' }).success).toBe(true);
    expect(schema.safeParse({ name: 'a', note: null, size: null }).success).toBe(true);
    expect(schema.safeParse({ size: 1 }).success).toBe(false);
    expect(schema.safeParse({ name: 'a', status: 'running' }).success).toBe(false);
  });

  test('an update may leave out everything, and clears with null what is optional', () => {
    const schema = z.strictObject(updateShape(TABLE));
    expect(schema.safeParse({}).success).toBe(true);
    expect(schema.safeParse({ note: null }).success).toBe(true);
    expect(schema.safeParse({ name: null }).success).toBe(false);
  });

  test('the state at rest has every user field; answers have the computed ones too', () => {
    const full = { name: 'a', size: 8, note: null };
    expect(z.strictObject(specShape(TABLE)).safeParse(full).success).toBe(true);
    const answer = { ...full, status: 'running' };
    expect(z.strictObject(answerShape(TABLE)).safeParse(answer).success).toBe(true);
    expect(z.strictObject(answerShape(TABLE)).safeParse(full).success).toBe(false);
  });

  test('silence becomes the default, and null where there is none', () => {
    expect(fillDefaults(TABLE, { name: 'a', size: null })).toEqual({
      name: 'a',
      size: 8,
      note: null,
    });
  });

  test('a description says the unit', () => {
    expect(describeField(TABLE.size)).toBe('A size. Unit: GB.');
    expect(describeField(TABLE.name)).toBe('A name.');
  });
});

function effect(row: Field, before: unknown, after: unknown, can: DriverCapabilities) {
  return row.effectOf(before, after, can);
}

describe('effects of changes', () => {
  test.each([
    ['more cores where they can be plugged', effect(VM_FIELDS.cpu_cores, 2, 4, ALL), 'live'],
    ['more cores where they cannot', effect(VM_FIELDS.cpu_cores, 2, 4, NONE), 'restart'],
    ['fewer cores', effect(VM_FIELDS.cpu_cores, 4, 2, ALL), 'restart'],
    ['less memory', effect(VM_FIELDS.memory_gb, 8, 4, ALL), 'restart'],
    ['a larger disk', effect(VM_FIELDS.disk_gb, 10, 20, ALL), 'live'],
    ['a smaller disk', effect(VM_FIELDS.disk_gb, 20, 10, ALL), 'data-loss'],
    ['a smaller volume', effect(VOLUME_FIELDS.size_gb, 20, 10, ALL), 'data-loss'],
    ['another volume type', effect(VOLUME_FIELDS.type, 'ssd', 'hdd', ALL), 'data-loss'],
  ])('%s: %s', (_what, effect, expected) => {
    expect(effect).toBe(expected);
  });
});

describe('requests for VMs', () => {
  const spec = { name: 'web-01', cpu_cores: 2, memory_gb: 0.5, disk_gb: 10 };

  test('memory goes in steps of 64 MiB', () => {
    expect(VmCreate.safeParse(spec).success).toBe(true);
    const odd = VmCreate.safeParse({ ...spec, memory_gb: 0.3 });
    expect(odd.error?.issues[0]?.message).toBe('must be a multiple of 0.0625 (64 MiB)');
  });

  test.each([
    ['cpu_cores', 0],
    ['cpu_cores', 1.5],
    ['cpu_cores', Number.NaN],
    ['disk_gb', -1],
    ['memory_gb', 1e9],
    ['name', ''],
    ['name', '-web'],
    ['name', 'web 01'],
    ['metadata', { '': 'x' }],
    ['metadata', Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`l${i}`, 'v']))],
    ['network_id', 'vm_01h455vb4pex5vsknk084sn02q'],
  ])('%s = %p is refused at its path', (name, value) => {
    const parsed = VmCreate.safeParse({ ...spec, [name]: value });
    expect(parsed.error?.issues[0]?.path[0]).toBe(name);
  });

  test('unknown fields are refused by name', () => {
    const parsed = VmUpdate.safeParse({ memory: 4 });
    expect(parsed.error?.issues[0]).toMatchObject({ code: 'unrecognized_keys', keys: ['memory'] });
  });
});
