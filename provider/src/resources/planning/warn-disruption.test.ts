import { describe, expect, test } from '@jest/globals';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import { Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import { type FieldEffect, warnDisruption } from './warn-disruption.ts';

function tell(
  effects: readonly FieldEffect[],
  number = 1,
  warningsMax = 10,
  kind: ResourceKind = 'vm',
) {
  const diagnostics = new Diagnostics();
  const label = 'novacron_vm "web"';
  warnDisruption(diagnostics, { label, kind, effects, number: () => number, warningsMax });
  return diagnostics.all.map(({ severity, summary, detail, path }) => {
    return { severity, summary, detail, path };
  });
}

const RESTART = { name: 'cpu_cores', effect: 'restart' } as const;
const REPLACE = { name: 'cidr', effect: 'replace' } as const;
const LOSS = { name: 'template_id', effect: 'data-loss' } as const;

describe('what a change does to what runs', () => {
  test.each([
    ['nothing', [], []],
    ['a restart', [RESTART], ['Restart: update novacron_vm "web"']],
    ['a replacement', [REPLACE], ['Replaces: replace novacron_vm "web"']],
    ['the worst of several', [RESTART, LOSS], ['Data loss: replace novacron_vm "web"']],
  ])('%s is reported once', (_case, effects, summaries) => {
    expect(tell(effects).map(({ summary }) => summary)).toEqual(summaries);
  });

  test('a restart names all of its fields, at the first of them', () => {
    expect(tell([RESTART, { ...RESTART, name: 'memory_gb' }])).toEqual([
      {
        severity: 'warning',
        summary: 'Restart: update novacron_vm "web"',
        detail:
          'The change of cpu_cores and memory_gb cannot be made while the VM runs on its node: ' +
          'the VM is restarted. Apply when a short outage is acceptable.',
        path: ['cpu_cores'],
      },
    ]);
  });

  test('a restart of a group is one of its VMs', () => {
    const [reported] = tell([RESTART], 1, 10, 'vm_group');
    expect(reported?.detail).toContain('the VMs of the group run on their nodes: each VM that');
  });

  test.each<readonly [ResourceKind, string]>([
    ['vm', 'with its disk, and the new one is empty. Keep'],
    ['volume', 'with its data, and the new one does not have it. Keep'],
    ['snapshot', 'with the data that it has kept. Keep'],
  ])('a loss of data says what a %s loses', (kind, words) => {
    const [reported] = tell([LOSS], 1, 10, kind);
    expect(reported?.detail).toContain(`The resource is deleted ${words}`);
  });

  test('ten resources are reported one by one, the eleventh for the rest', () => {
    expect(tell([RESTART], 10)).toHaveLength(1);
    expect(tell([RESTART], 11)).toEqual([
      expect.objectContaining({
        summary: 'This plan restarts or replaces more than 10 resources',
        detail: expect.stringContaining('terraform show -json'),
      }),
    ]);
    expect(tell([RESTART], 12)).toEqual([]);
  });

  test('are shown one by one up to the configured number', () => {
    const summary = 'This plan restarts or replaces more than 0 resources';
    expect(tell([RESTART], 1, 0)).toMatchObject([{ summary }]);
    expect(tell([RESTART], 11, 20)).toMatchObject([{ summary: expect.stringMatching('Restart') }]);
  });
});
