import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { parseAnswer } from './parse-answer.ts';

const RULE = z.strictObject({ vm: z.string(), level: z.string().nullable().prefault(null) });
const PLACE = z.strictObject({ zone: z.string(), rules: z.array(RULE) });
const ANSWER = z.looseObject({ items: z.array(z.looseObject({ id: z.int(), place: PLACE })) });

const known = { items: [{ id: 1, place: { zone: 'a', rules: [{ vm: 'db', level: null }] } }] };

test('fields of a newer server are left out where requests are strict', () => {
  const place = { zone: 'a', later: 1, rules: [{ vm: 'db', level: null, later: [2], last: {} }] };
  expect(parseAnswer(ANSWER, { items: [{ id: 1, place }] }).data).toEqual(known);
});

test('fields that are known are read as ever', () => {
  expect(parseAnswer(ANSWER, { ...known, later: 1 }).data).toEqual({ ...known, later: 1 });
});

test('what is missing or of another type is reported, also beside unknown fields', () => {
  const place = { zone: 7, later: 1, rules: [] };
  const { error } = parseAnswer(ANSWER, { items: [{ id: 1, place }] });
  expect(error?.issues).toMatchObject([{ path: ['items', 0, 'place', 'zone'] }]);
});
