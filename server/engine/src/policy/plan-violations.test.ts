import { expect, test } from '@jest/globals';
import { type FoundViolation, type KnownViolation, planViolations } from './plan-violations.ts';

const FOUND: FoundViolation = {
  policyId: 'pol_a',
  policyName: 'Sizes',
  policyVersion: 1,
  mode: 'block',
  resourceKind: 'vm',
  resourceId: 'vm_a',
  resourceName: 'web',
  reasons: ['too large'],
};
const OPEN: KnownViolation = { ...FOUND, id: 'pvio_a', state: 'open', waiverId: null };
const WAIVER = {
  id: 'pwv_a',
  policyId: 'pol_a',
  resourceKind: 'vm',
  resourceName: 'web',
  owner: 'ann',
  expiresAtMs: 100,
};

const plan = (scan: Partial<Parameters<typeof planViolations>[0]>) =>
  planViolations({ known: [], found: [], waivers: [], nowMs: 50, ...scan }).map(
    ({ kind, id, state, waiverId }) => [kind, id, state, waiverId],
  );

test.each<[string, Parameters<typeof plan>[0], ReturnType<typeof plan>]>([
  ['what is new is opened', { found: [FOUND] }, [['opens', null, 'open', null]]],
  ['what is as it was stays', { found: [FOUND], known: [OPEN] }, []],
  [
    'other reasons are a change',
    { found: [{ ...FOUND, reasons: ['far too large'] }], known: [OPEN] },
    [['changes', 'pvio_a', 'open', null]],
  ],
  ['what is gone is resolved', { known: [OPEN] }, [['resolves', 'pvio_a', 'resolved', null]]],
  ['what is resolved stays so', { known: [{ ...OPEN, state: 'resolved' }] }, []],
  [
    'what holds again is the same violation, opened again',
    { found: [FOUND], known: [{ ...OPEN, state: 'resolved' }] },
    [['opens', 'pvio_a', 'open', null]],
  ],
  [
    'an exception waives',
    { found: [FOUND], known: [OPEN], waivers: [WAIVER] },
    [['changes', 'pvio_a', 'waived', 'pwv_a']],
  ],
  [
    'of two exceptions the longer one counts',
    { found: [FOUND], waivers: [WAIVER, { ...WAIVER, id: 'pwv_b', expiresAtMs: 200 }] },
    [['opens', null, 'waived', 'pwv_b']],
  ],
  [
    'an expired exception waives nothing',
    { found: [FOUND], waivers: [WAIVER], nowMs: 100 },
    [['opens', null, 'open', null]],
  ],
  [
    'nor does one for another resource, kind or policy',
    {
      found: [FOUND],
      waivers: [
        { ...WAIVER, resourceName: 'db' },
        { ...WAIVER, resourceKind: 'volume' },
        { ...WAIVER, policyId: 'pol_b' },
      ],
    },
    [['opens', null, 'open', null]],
  ],
])('%s', (_name, scan, changes) => {
  expect(plan(scan)).toEqual(changes);
});
