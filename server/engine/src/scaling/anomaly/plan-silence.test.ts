import { expect, test } from '@jest/globals';
import { planSilence } from './plan-silence.ts';

const HALF_MINUTES = Array.from({ length: 100 }, (_, at) => 30 * at);
const HOURS = Array.from({ length: 24 }, (_, at) => 3_600 * at);
const END_HALF_MINUTES = 2_970;
const END_HOURS = 82_800;

test.each([
  ['is late by less than ten minutes', HALF_MINUTES, END_HALF_MINUTES + 600, undefined],
  [
    'is silent for longer',
    HALF_MINUTES,
    END_HALF_MINUTES + 601,
    { sinceS: END_HALF_MINUTES, usualS: 30 },
  ],
  ['comes hourly, and is late by two hours', HOURS, END_HOURS + 7_200, undefined],
  [
    'came hourly, and is silent for longer than three hours',
    HOURS,
    END_HOURS + 10_801,
    { sinceS: END_HOURS, usualS: 3_600 },
  ],
  ['has come twice', [0, 30], 90_000, undefined],
  ['has no sample', [], 90_000, { sinceS: undefined, usualS: undefined }],
])('a series that %s', (_what, times, nowS, silence) => {
  expect(planSilence(times, nowS)).toEqual(silence);
});
