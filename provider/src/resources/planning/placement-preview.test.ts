import { describe, expect, test } from '@jest/globals';
import type { AdmissionPreview } from '@novacron/contract/admission/admission';
import { UNKNOWN } from '../../cty/unknown.ts';
import { membersToPlan, previewToPlan, previewToState } from './placement-preview.ts';

const SHOWN = {
  node: 'node-09',
  score: 0.9765,
  cost_per_hour: null,
  explanation: ['node-09 has room', 'next best: node-05 0.9764', '3 of 5 nodes refused'],
  alternatives: [{ node: 'node-05', score: 0.9764 }],
};

const KEPT = {
  node: 'node-09',
  cost_per_hour: null,
  explanation: 'node-09 has room; 3 of 5 nodes refused',
};

describe('the placement preview of a VM', () => {
  test('is the node and the reasons in one line, without scores', () => {
    const previewed = { placement_preview: SHOWN } as unknown as AdmissionPreview;
    expect(previewToPlan(previewed)).toEqual({ placement_preview: KEPT });
  });

  test('is unknown where the server has none, and null once the VM is there without one', () => {
    expect(previewToPlan(undefined)).toEqual({ placement_preview: UNKNOWN });
    expect(previewToState({ placement_preview: UNKNOWN })).toEqual({ placement_preview: null });
    expect(previewToState({ placement_preview: KEPT })).toEqual({ placement_preview: KEPT });
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
