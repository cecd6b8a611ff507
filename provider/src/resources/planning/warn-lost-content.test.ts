import { describe, expect, test } from '@jest/globals';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { Values } from '../../fields/field-values.ts';
import { Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import { warnLostContent } from './warn-lost-content.ts';

function warn(kind: ResourceKind, state: Values, number = 1) {
  const diagnostics = new Diagnostics();
  const client = { countDataLoss: () => number, warningsMax: 2 };
  warnLostContent({ diagnostics, client }, { label: 'novacron_storage "data"', kind, state });
  return diagnostics.all;
}

const VOLUME = { status: 'available', source_snapshot_id: null };

describe('a volume that was deleted outside of Terraform', () => {
  test('is empty when it is created again, and that is said with what to do', () => {
    expect(warn('volume', VOLUME)).toMatchObject([
      {
        severity: 'warning',
        summary: 'Data lost: novacron_storage "data" is gone with its content',
        detail: expect.stringMatching(
          /the new volume is empty: what was imported .*`novacron volume import NAME --file FILE`/,
        ),
      },
    ]);
  });

  test('has the content of its snapshot when it is created again', () => {
    const [found] = warn('volume', { ...VOLUME, source_snapshot_id: 'snap_1' });
    expect(found?.detail).toContain('the new volume has the content of snap_1: what was written');
  });

  test('with many others is summarized', () => {
    const summaries = [2, 3, 4].map((number) => warn('volume', VOLUME, number)[0]?.summary);
    expect(summaries).toEqual([
      'Data lost: novacron_storage "data" is gone with its content',
      'The content of more than 2 volumes is gone',
      undefined,
    ]);
  });

  test.each<[ResourceKind, Values]>([
    ['volume', { ...VOLUME, status: 'failed' }],
    ['volume', { ...VOLUME, status: 'creating' }],
    ['network', { cidr: '10.0.0.0/24' }],
  ])('is not warned of where a %s had none (%j)', (kind, state) => {
    expect(warn(kind, state)).toEqual([]);
  });
});
