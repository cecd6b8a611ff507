import { describe, expect, test } from '@jest/globals';
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { toPlacementRequest } from './placement-request.ts';

const SIZE_FIELDS = { name: 'web-1', cpu_cores: 2, memory_gb: 4, disk_gb: 20 };

function askOf(more: Readonly<Record<string, unknown>>) {
  return toPlacementRequest(VmSpec.parse({ ...SIZE_FIELDS, ...more }));
}

describe('the question of placement that a VM asks', () => {
  test('a VM that says nothing is balanced over all nodes', () => {
    const { vm, constraints, strategy } = askOf({});
    expect(vm).toMatchObject({ name: 'web-1', cpuCores: 2, memoryMib: 4096, diskGb: 20 });
    expect(constraints).toEqual({ affinity: [], spread: [], spotRiskMax: 0 });
    expect(strategy).toBe('balanced');
  });

  test('anti_affinity puts it into a group whose members share no node', () => {
    const { vm, constraints } = askOf({ anti_affinity: 'web' });
    expect(vm.group).toBe('web');
    expect(constraints.affinity).toEqual([
      { rule: 'apart', to: { kind: 'group', group: 'web' }, level: 'node', need: 'required' },
    ]);
  });

  test('every field of the placement is asked for', () => {
    const { vm, constraints, strategy } = askOf({
      placement: {
        strategy: 'pack',
        zone: 'zone-a',
        rack: 'rack-1',
        node: 'node-03',
        node_labels: { disk: 'ssd' },
        preferred_node_labels: { generation: '5' },
        numa: 'single',
        affinity: [{ vm: 'db', level: 'rack', mode: 'soft' }],
        anti_affinity: [{ labels: { tier: 'web' } }],
      },
    });
    expect(strategy).toBe('pack');
    expect(vm.numa).toBe('single');
    expect(constraints).toEqual({
      spotRiskMax: 0,
      zone: 'zone-a',
      node: 'node-03',
      nodeLabels: { rack: 'rack-1', disk: 'ssd' },
      preferNodeLabels: { generation: '5' },
      affinity: [
        { rule: 'together', to: { kind: 'vm', name: 'db' }, level: 'rack', need: 'preferred' },
        {
          rule: 'apart',
          to: { kind: 'labels', labels: { tier: 'web' } },
          level: 'node',
          need: 'required',
        },
      ],
      spread: [],
    });
  });

  test.each([
    [{ anti_affinity: 'web' }, { kind: 'group', group: 'web' }],
    [{ metadata: { tier: 'web' } }, { kind: 'labels', labels: { tier: 'web' } }],
  ])('a spread is over the VMs that are like it: %j', (more, of) => {
    const { constraints } = askOf({ ...more, placement: { spread_domain: 'zone' } });
    expect(constraints.spread).toEqual([{ of, level: 'zone', maxSkew: 1, need: 'required' }]);
  });
});
