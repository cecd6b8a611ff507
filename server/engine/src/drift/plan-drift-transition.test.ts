import { expect, test } from '@jest/globals';
import { FLAP_MS, type KnownDrift, planDriftTransition } from './plan-drift-transition.ts';

const NOW_MS = 10 * FLAP_MS;
const open: KnownDrift = { status: 'open', text: 'a', changedAtMs: NOW_MS - 5, flaps: 0 };
const resolved: KnownDrift = { ...open, status: 'resolved' };
const long = { changedAtMs: NOW_MS - FLAP_MS };

test.each([
  { known: undefined, text: undefined, is: 'none', why: 'nothing was and nothing is' },
  { known: undefined, text: 'a', is: 'detect', why: 'it is new' },
  { known: open, text: 'a', is: 'none', why: 'it is the same' },
  { known: open, text: 'b', is: 'change', why: 'it is another one' },
  { known: open, text: undefined, is: 'resolve', why: 'it went' },
  { known: { ...open, flaps: 1 }, text: undefined, is: 'settle', why: 'it went, but it flaps' },
  { known: resolved, text: 'a', is: 'return', why: 'it came back soon' },
  { known: { ...resolved, ...long }, text: 'a', is: 'detect', why: 'it came back late' },
  { known: resolved, text: undefined, is: 'none', why: 'it may come back' },
  { known: { ...resolved, ...long }, text: undefined, is: 'forget', why: 'it stayed away' },
  {
    known: { ...resolved, changedAtMs: NOW_MS + FLAP_MS },
    text: 'a',
    is: 'return',
    why: 'the clock was set back meanwhile',
  },
] as const)('$is: $why', ({ known, text, is }) => {
  expect(planDriftTransition(known, text, { nowMs: NOW_MS })).toBe(is);
});
