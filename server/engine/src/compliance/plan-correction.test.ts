import { describe, expect, test } from '@jest/globals';
import type { CorrectedSubject } from './model/correction.ts';
import type { SubjectFacts } from './model/facts.ts';
import { planCheckResults } from './plan-check-results.ts';
import { explainAutomaticChecks, planCorrection } from './plan-correction.ts';

const RELATED = new Map([
  ['net_a', { env: 'prod' }],
  ['vm_a', { owner: 'ann', 'data-class': 'pii' }],
  ['vol_a', { 'data-class': 'internal' }],
  ['vol_b', { 'data-class': 'phi' }],
]);

const VOLUMES = new Map(
  ['vol_a', 'vol_b'].map((id) => [id, { id, name: id, metadata: RELATED.get(id) ?? {} }]),
);

const VM: SubjectFacts['vm'] = {
  id: 'vm_b',
  name: 'web',
  metadata: { tier: 'web', criticality: 'high' },
  deletion_protection: false,
  io_limits: null,
  network_id: 'net_a',
  volumes: ['vol_a', 'vol_b'],
};

const VOLUME: SubjectFacts['volume'] = {
  id: 'vol_c',
  name: 'data',
  metadata: { tier: 'web' },
  attached_to: 'vm_a',
};

function stateOf(checkId: string, { kind, facts }: CorrectedSubject): string | undefined {
  const around = { nowMs: 0, volumes: VOLUMES };
  const results =
    kind === 'vm' ? planCheckResults(kind, facts, around) : planCheckResults(kind, facts, around);
  return results.find((result) => result.checkId === checkId)?.state;
}

describe('a correction makes its subject pass, and its undo makes it fail again', () => {
  const vm: CorrectedSubject = { kind: 'vm', facts: VM };
  const volume: CorrectedSubject = { kind: 'volume', facts: VOLUME };

  test.each([
    ['NC-VM-017', vm, true],
    ['NC-VM-021', vm, { disk_iops: 5_000, network_out_mbps: 1_000 }],
    ['NC-INV-005', vm, { ...VM.metadata, env: 'prod' }],
    ['NC-INV-006', vm, { ...VM.metadata, 'data-class': 'phi' }],
    ['NC-INV-007', vm, { ...VM.metadata, 'data-class': 'phi' }],
    ['NC-INV-003', volume, { tier: 'web', owner: 'ann' }],
    ['NC-INV-006', volume, { tier: 'web', 'data-class': 'pii' }],
  ] as const)('%s', (check, subject, value) => {
    expect(stateOf(check, subject)).toBe('fail');
    const plan = planCorrection(check, subject, RELATED);
    expect(plan).toMatchObject({ operation: `${subject.kind}.update`, is: value });
    const change = { [plan?.field ?? '']: plan?.is };
    const undo = { [plan?.field ?? '']: plan?.was };
    const withFields = (fields: object): CorrectedSubject =>
      subject.kind === 'vm'
        ? { kind: 'vm', facts: { ...subject.facts, ...fields } }
        : { kind: 'volume', facts: { ...subject.facts, ...fields } };
    expect(stateOf(check, withFields(change))).toBe('pass');
    expect(stateOf(check, withFields(undo))).toBe('fail');
  });
});

test.each([
  ['a check without a correction', 'NC-NET-003'],
  ['an unknown check', 'NC-NET-999'],
])('%s has none', (_name, check) => {
  expect(planCorrection(check, { kind: 'vm', facts: VM }, RELATED)).toBeUndefined();
});

test('nothing is made up: without a source of the label there is no correction', () => {
  const lonely = { ...VOLUME, attached_to: null };
  expect(planCorrection('NC-INV-003', { kind: 'volume', facts: lonely }, RELATED)).toBeUndefined();
});

test('those that another person must approve are never automatic', () => {
  expect(explainAutomaticChecks().toSorted()).toEqual([
    'NC-INV-003',
    'NC-INV-005',
    'NC-INV-006',
    'NC-VM-017',
  ]);
});
