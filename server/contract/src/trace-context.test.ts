import { describe, expect, test } from '@jest/globals';
import { chooseTraceparent, formatTraceparent, parseTraceparent } from './trace-context.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

describe('a traceparent', () => {
  test.each([
    [`00-${TRACE}-${SPAN}-01`, 'yes'],
    [`00-${TRACE}-${SPAN}-00`, 'no'],
    [`00-${TRACE}-${SPAN}-03`, 'yes'],
    [` 00-${TRACE}-${SPAN}-01 `, 'yes'],
    [`01-${TRACE}-${SPAN}-01-what.later.versions.say`, 'yes'],
  ] as const)('of %s is read', (text, sampled) => {
    expect(parseTraceparent(text)).toEqual({ traceId: TRACE, spanId: SPAN, sampled });
  });

  test.each([
    undefined,
    '',
    'nothing',
    `00-${TRACE}-${SPAN}`,
    `00-${TRACE}-${SPAN}-01-more`,
    `ff-${TRACE}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  ])('is not what %s is', (text) => {
    expect(parseTraceparent(text)).toBeUndefined();
  });

  test('is written as it is read', () => {
    for (const flags of ['00', '01']) {
      const text = `00-${TRACE}-${SPAN}-${flags}`;
      const found = parseTraceparent(text);
      expect(found === undefined ? undefined : formatTraceparent(found)).toBe(text);
    }
  });

  test('of a client is the one of its environment, else a new one', () => {
    const digits = (bytes: number) => 'ab'.repeat(bytes);
    const given = `00-${TRACE}-${SPAN}-00`;
    expect(chooseTraceparent({ TRACEPARENT: given }, digits)).toBe(given);
    const made = `00-${'ab'.repeat(16)}-${'ab'.repeat(8)}-01`;
    expect(chooseTraceparent({}, digits)).toBe(made);
    expect(chooseTraceparent({ TRACEPARENT: 'broken' }, digits)).toBe(made);
  });
});
