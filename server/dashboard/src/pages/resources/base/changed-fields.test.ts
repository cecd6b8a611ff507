import { describe, expect, test } from '@jest/globals';
import type { FieldMeta } from '../../../metadata/shapes.ts';
import { changedFields, excerptsOf, mergeValues, newerOf, ownFields } from './changed-fields.ts';

const FIELDS: readonly FieldMeta[] = [
  { name: 'memory_gb', type: 'number' },
  { name: 'metadata', type: 'map' },
  { name: 'rules', type: 'json' },
  { name: 'description', type: 'text' },
];
const BASE = {
  id: 'vm_1',
  revision: 3,
  memory_gb: 2,
  metadata: { a: '1' },
  rules: [],
  description: null,
};
const NEWEST = {
  id: 'vm_1',
  revision: 4,
  memory_gb: 4,
  metadata: { a: '1', b: '2' },
  rules: [{ port: 22 }],
  description: null,
};
const VALUES = { memory_gb: '2', metadata: 'a=1', rules: '[]', description: 'written by Alice' };

const namesOf = (fields: readonly FieldMeta[]) => fields.map(({ name }) => name);

describe('a form that was opened before another change', () => {
  test('knows what has changed meanwhile and what its user has changed', () => {
    expect(namesOf(changedFields(FIELDS, BASE, NEWEST))).toEqual([
      'memory_gb',
      'metadata',
      'rules',
    ]);
    expect(namesOf(ownFields(FIELDS, VALUES, BASE))).toEqual(['description']);
  });

  test('goes on with the newer values, and with the texts that its user has typed', () => {
    expect(mergeValues({ fields: FIELDS, values: VALUES, base: BASE, newest: NEWEST })).toEqual({
      memory_gb: '4',
      metadata: 'a=1\nb=2',
      rules: JSON.stringify([{ port: 22 }], null, 2),
      description: 'written by Alice',
    });
    const both = Object.assign({}, VALUES, { memory_gb: '8' });
    const merged = mergeValues({ fields: FIELDS, values: both, base: BASE, newest: NEWEST });
    expect(merged.memory_gb).toBe('8');
  });

  test('sees no change in a state that differs in other fields only', () => {
    const later = Object.assign({}, BASE, { revision: 5, status: 'stopped' });
    expect(changedFields(FIELDS, BASE, later)).toEqual([]);
    expect(changedFields(FIELDS, undefined, later)).toEqual([]);
  });

  test('takes the later of what the page shows and what it has read by itself', () => {
    expect(newerOf(BASE, NEWEST)).toBe(NEWEST);
    expect(newerOf(NEWEST, BASE)).toBe(NEWEST);
    expect(newerOf(BASE, undefined)).toBe(BASE);
    expect(newerOf(BASE, Object.assign({}, NEWEST, { id: 'vm_2' }))).toBe(BASE);
  });
});

describe('excerpts of two texts', () => {
  const lines = Array.from({ length: 60 }, (_each, index) => `line ${index}`).join('\n');

  test('are the texts where these are short', () => {
    expect(excerptsOf('a', '')).toEqual(['a', '']);
  });

  test('begin with the line that differs, however far down it is', () => {
    const [was, is] = excerptsOf(lines, lines.replace('line 50', 'line fifty'));
    expect(was.startsWith('…line 50\n')).toBe(true);
    expect(is.startsWith('…line fifty\n')).toBe(true);
  });

  test('say where a text goes on behind them', () => {
    const [was, is] = excerptsOf(lines, `other\n${lines}`);
    expect([was.startsWith('line 0\n'), was.endsWith('…')]).toEqual([true, true]);
    expect(is.startsWith('other\n')).toBe(true);
  });

  test('of a text that only has more at its end show what was added', () => {
    const [was, is] = excerptsOf(lines, `${lines} and more`);
    expect([was, is]).toEqual(['…line 59', '…line 59 and more']);
  });
});
