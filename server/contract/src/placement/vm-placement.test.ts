import { describe, expect, test } from '@jest/globals';
import { VmPlacement } from './vm-placement.ts';

const NOTHING = {
  strategy: null,
  zone: null,
  rack: null,
  node: null,
  node_labels: null,
  preferred_node_labels: null,
  affinity: null,
  anti_affinity: null,
  spread_domain: null,
  numa: null,
  pin_preview: null,
};

function wordsAgainst(placement: unknown): string[] {
  const parsed = VmPlacement.safeParse(placement);
  return parsed.error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`) ?? [];
}

describe('what a VM asks of its place', () => {
  test('what is left out is null, so that a repeat of an answer is the same request', () => {
    const parsed = VmPlacement.parse({ zone: 'zone-a', affinity: [{ vm: 'db' }] });
    expect(parsed).toEqual({
      ...NOTHING,
      zone: 'zone-a',
      affinity: [{ vm: 'db', group: null, labels: null, level: null, mode: null }],
    });
    expect(VmPlacement.parse(parsed)).toEqual(parsed);
    expect(VmPlacement.parse({})).toEqual(NOTHING);
  });

  test.each([
    [{ affinity: [{}] }, 'affinity.0 must name exactly one of vm, group and labels'],
    [
      { anti_affinity: [{ vm: 'a', group: 'b' }] },
      'anti_affinity.0 must name exactly one of vm, group and labels',
    ],
    [{ affinity: Array(6).fill({ vm: 'a' }) }, 'affinity must have at most 5 rules'],
    [
      { node_labels: { rack: 'rack-1' } },
      'node_labels must not have rack, zone or node: each is a field of its own',
    ],
    [{ zones: ['a'] }, ' Unrecognized key: "zones"'],
    [
      { spread_domain: 'room' },
      'spread_domain Invalid option: expected one of "node"|"rack"|"zone"',
    ],
  ])('%j is refused', (placement, words) => {
    expect(wordsAgainst(placement)).toEqual([words]);
  });
});
