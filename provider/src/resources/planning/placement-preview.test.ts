import { describe, expect, test } from '@jest/globals';
import type { AdmissionPreview } from '@novacron/contract/admission/admission';
import { UNKNOWN } from '../../cty/unknown.ts';
import {
  membersToPlan,
  previewToPlan,
  previewToState,
  upgradePreview,
} from './placement-preview.ts';

const SHOWN = {
  node: 'node-09',
  score: 0.9765,
  cost_per_hour: null,
  explanation: ['node-09 has room', 'next best: node-05 0.9764', '3 of 5 nodes refused'],
  alternatives: [{ node: 'node-05', score: 0.9764 }],
};

const KEPT = {
  node: 'node-09',
  score: '0.9765',
  cost_per_hour: null,
  explanation: 'node-09 has room\nnext best: node-05 0.9764\n3 of 5 nodes refused',
  alternatives: ['node-05'],
};

describe('the placement preview of a VM', () => {
  test('is a few texts: the node, its score, why, and the next best nodes with theirs', () => {
    const previewed = { placement_preview: SHOWN } as unknown as AdmissionPreview;
    expect(previewToPlan(previewed)).toEqual({ placement_preview: KEPT });
  });

  test('is unknown where the server has none, and null once the VM is there without one', () => {
    expect(previewToPlan(undefined)).toEqual({ placement_preview: UNKNOWN });
    expect(previewToState({ placement_preview: UNKNOWN })).toEqual({ placement_preview: null });
    expect(previewToState({ placement_preview: KEPT })).toEqual({ placement_preview: KEPT });
  });

  test.each([
    ['with scores as numbers', SHOWN, KEPT],
    ['without one', null, null],
    [
      'of nothing',
      { node: null },
      { node: null, score: null, explanation: null, alternatives: null },
    ],
  ])('of a state of version 0 %s is brought to the form of today', (_case, stored, kept) => {
    const state = { id: 'vm_1', placement_preview: stored };
    expect(upgradePreview(state)).toEqual({ id: 'vm_1', placement_preview: kept });
  });

  test('of a state that knows of none is none', () => {
    expect(upgradePreview({ id: 'vm_1' })).toEqual({ id: 'vm_1' });
  });
});

describe('the placement preview of a VM group', () => {
  const answer = (member_previews: AdmissionPreview['member_previews'] | undefined) =>
    ({ member_previews }) as unknown as AdmissionPreview;

  test('is the node of each member by its name', () => {
    const members = [
      { name: 'shop-1', node: 'node-01' },
      { name: 'shop-2', node: 'node-02' },
    ];
    expect(membersToPlan(answer(members))).toEqual({
      placement_preview: { 'shop-1': 'node-01', 'shop-2': 'node-02' },
    });
  });

  test('is unknown where the server has none, and null with a server that never has', () => {
    for (const answered of [undefined, answer([]), answer(undefined)]) {
      expect(membersToPlan(answered)).toEqual({ placement_preview: UNKNOWN });
    }
  });
});
