import { describe, expect, test } from '@jest/globals';
import type { CtyType } from '../../cty/cty-type.ts';
import { int, string } from '../../framework/schema/attributes.ts';
import { resourceSchema } from '../../framework/schema/schema.ts';
import { valueToWire } from './translate-value.ts';
import { createValueCache } from './value-cache.ts';

const TYPE: CtyType = ['object', { name: 'string', size: 'number' }];
const named = (name: string) => ({ name, size: 1 });

describe('the values that Terraform sends again', () => {
  test('are the same objects again, whether they were read or answered before', () => {
    const known = createValueCache();
    const wire = valueToWire(TYPE, named('a'));
    const read = known.read(TYPE, wire);
    expect(read).toEqual(named('a'));
    expect(known.read(TYPE, valueToWire(TYPE, named('a')))).toBe(read);
    const answered = named('b');
    const answer = valueToWire(TYPE, answered);
    known.note(TYPE, answer, answered);
    expect(known.read(TYPE, { ...answer, msgpack: Buffer.from(answer.msgpack) })).toBe(answered);
  });

  test('are decoded again for another type, and a value that does not fit it is refused', () => {
    const known = createValueCache();
    const wire = valueToWire(TYPE, named('a'));
    known.read(TYPE, wire);
    expect(known.read(['map', 'dynamic'], undefined)).toBeNull();
    expect(() => known.read(['object', { name: 'bool' }], wire)).toThrow('type bool was expected');
    expect(known.read(TYPE, valueToWire(TYPE, null))).toBeNull();
  });

  test('are forgotten when many others came since', () => {
    const known = createValueCache();
    const wireOf = (index: number) => valueToWire(TYPE, named(`vm-${index}`));
    const first = known.read(TYPE, wireOf(0));
    for (let index = 1; index < 300; index += 1) known.read(TYPE, wireOf(index));
    expect(known.read(TYPE, wireOf(0))).toEqual(first);
    expect(known.read(TYPE, wireOf(0))).not.toBe(first);
  });

  test('have the bytes that Terraform gives them: names in order', () => {
    const b = string({ required: true, description: 'B.' });
    const a = int({ optional: true, description: 'A.' });
    const { type } = resourceSchema({ description: 'Both.', attributes: { b, a } });
    // { "a": null, "b": "x" }
    const bytes = Buffer.from([0x82, 0xa1, 0x61, 0xc0, 0xa1, 0x62, 0xa1, 0x78]);
    expect(valueToWire(type, { b: 'x', a: null }).msgpack).toEqual(bytes);
  });
});
