import { describe, expect, test } from '@jest/globals';
import { CtyError } from './cty-error.ts';
import { parseJsonLossless } from './ctyjson.ts';
import { mapItems, mapRecord, toKey } from './map-values.ts';

describe('the parts of a value', () => {
  test('trouble deep inside is reported with the whole path and its cause', () => {
    const cause = new Error('below');
    const fail = () => {
      throw new CtyError([], 'is no number', { cause });
    };
    const inItem = () => mapItems(['a'], fail);
    const change = () => mapRecord({ disks: 1 }, () => mapRecord({ 'a.b': 1 }, inItem, toKey));
    expect(change).toThrow(
      expect.objectContaining({ message: 'disks["a.b"][0]: is no number', cause }),
    );
  });

  test('a key that names the prototype of objects is a key like any other', () => {
    const record = JSON.parse('{"__proto__":1,"b":2}');
    expect(Object.entries(mapRecord(record, (item) => item))).toEqual([
      ['__proto__', 1],
      ['b', 2],
    ]);
  });

  test('what no double holds as it is written keeps its digits, wherever it is', () => {
    for (const digits of ['9007199254740993', '0.1000000000000000055', '1e400']) {
      for (const json of [digits, `[ ${digits}]`, `{"a":${digits}}`, `[1,\n${digits}]`]) {
        const found = JSON.stringify(parseJsonLossless(json), (_key, value) =>
          value?.text === undefined ? value : `big ${value.text}`,
        );
        expect(found).toContain(`big ${digits}`);
      }
    }
    expect(parseJsonLossless('[-0, 0.5, -12, "1e5"]')).toEqual([0, 0.5, -12, '1e5']);
  });
});
