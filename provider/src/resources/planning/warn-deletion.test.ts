import { describe, expect, test } from '@jest/globals';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { Values } from '../../fields/field-values.ts';
import { Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import { warnDeletion } from './warn-deletion.ts';

function tell(kind: ResourceKind, state: Values, number = 1) {
  const diagnostics = new Diagnostics();
  const label = 'novacron_thing "web"';
  const client = { countDataLoss: () => number, warningsMax: 2 };
  warnDeletion({ diagnostics, client }, { label, kind, state });
  return diagnostics.all;
}

const VM = { disk_gb: 20 };

describe('a deletion', () => {
  test.each<[ResourceKind, Values, string]>([
    ['vm', VM, 'Its disk of 20 GB is deleted; attached volumes stay.'],
    [
      'vm_group',
      { vm: VM, member_ids: ['vm_1', 'vm_2'] },
      'The disks of 20 GB of its VMs (2) are deleted.',
    ],
    [
      'vm_group',
      { vm: { template_id: 'tpl_1' }, member_ids: ['vm_1'] },
      'The disks of its VMs (1) are deleted.',
    ],
    ['volume', { size_gb: 500, status: 'available' }, 'Its data is deleted: a volume of 500 GB.'],
    [
      'snapshot',
      { size_gb: 500, status: 'ready', volume_id: 'vol_1' },
      'The copy of the volume vol_1 that it contains (500 GB) is deleted.',
    ],
  ])('of a %s says what goes and how to keep it', (kind, state, data) => {
    const [reported, ...more] = tell(kind, state);
    expect(more).toEqual([]);
    expect(reported).toMatchObject({
      severity: 'warning',
      summary: 'Data loss: delete novacron_thing "web"',
    });
    expect(reported?.detail).toContain(data);
    expect(reported?.detail).toContain('destroy = false');
  });

  test.each<[ResourceKind, Values]>([
    ['network', { cidr: '10.0.0.0/24' }],
    ['vm', { disk_gb: null }],
    ['vm_group', { vm: VM, member_ids: [] }],
    ['volume', { size_gb: 5, status: 'failed' }],
    ['snapshot', { size_gb: 5, status: 'lost' }],
  ])('of a %s without data is silent', (kind, state) => {
    expect(tell(kind, state)).toEqual([]);
  });

  test('of many resources is warned of for some, then once for all others', () => {
    const summaries = [1, 2, 3, 4].map((number) => tell('vm', VM, number)[0]?.summary);
    expect(summaries).toEqual([
      'Data loss: delete novacron_thing "web"',
      'Data loss: delete novacron_thing "web"',
      'This plan deletes the data of more than 2 resources',
      undefined,
    ]);
  });
});
