import { describe, expect, test } from '@jest/globals';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

describe('what the fleet could still do', () => {
  const bench = useBench();

  test('capacity.estimate counts copies beside what is there, and keeps nothing', async () => {
    const size = { cpu_cores: 4, memory_gb: 4, disk_gb: 20 };
    const before = await bench().expectOk('capacity.estimate', size);
    expect(before).toMatchObject({
      fits: 6,
      fits_by_zone: { 'zone-a': 2, 'zone-b': 2, 'zone-c': 2 },
      limit_reached: false,
      refused: { cpu: 3 },
      explanation: ['6 more fit: 2 in zone-a, 2 in zone-b, 2 in zone-c.'],
    });
    expect(await bench().expectOk('capacity.estimate', size)).toEqual(before);
    await makeVm(bench(), { name: 'there', ...size, anti_affinity: 'web' });
    expect((await bench().expectOk('capacity.estimate', size)).fits).toBe(5);
    const apart = await bench().expectOk('capacity.estimate', { ...size, anti_affinity: 'web' });
    expect(apart).toMatchObject({ fits: 2, refused: { 'anti-affinity': 3 } });
    const zoned = { ...size, placement: { zone: 'zone-b' }, count_max: 1 };
    expect(await bench().expectOk('capacity.estimate', zoned)).toMatchObject({
      fits: 1,
      limit_reached: true,
      explanation: ['At least 1 more fit: 1 in zone-b.'],
    });
  });

  test('capacity.failure lists which VMs restart where, and which nowhere', async () => {
    const large = { cpu_cores: 8, memory_gb: 8, disk_gb: 20 };
    const one = await makeVm(bench(), { name: 'one', ...large });
    const calm = await bench().expectOk('capacity.failure', { node: [String(one.node)] });
    expect(calm).toMatchObject({
      nodes_failed: [one.node],
      verdict: 'safe',
      restarted: [{ vm_id: one.id, vm: 'one', from: one.node }],
      stranded: [],
      unguarded_before: [],
    });
    expect(calm.explanation).toEqual([
      `If ${one.node} died: 1 node with 1 VM.`,
      'Every VM has a place on the nodes that are left.',
      'Afterwards any further node may fail, and its VMs have room elsewhere: N+1 holds.',
    ]);
    const two = await makeVm(bench(), { name: 'two', ...large });
    const three = await makeVm(bench(), { name: 'three', ...large });
    const zone = String(two.node).replace('node', 'zone');
    const rack = `${zone}/${String(two.node).replace('node', 'rack')}`;
    const bad = await bench().expectOk('capacity.failure', { zone: [zone], rack: [rack] });
    expect(bad).toMatchObject({
      nodes_failed: [two.node],
      verdict: 'stranded',
      restarted: [],
      stranded: [{ vm_id: two.id, vm: 'two', from: two.node, reason: 'cpu' }],
      unguarded_before: [one.node, two.node, three.node].sort(),
      unguarded_after: [one.node, three.node].sort(),
    });
    expect(bad.explanation[1]).toBe('0 VMs would start elsewhere, 1 nowhere.');
    expect(bad.explanation[2]).toContain('the fleet is not N+1-safe now either');
    expect((await bench().expectOk('vm.get', { id: two.id })).node).toBe(two.node);
  });

  test('a failure of what is not there, or of nothing, is refused', async () => {
    const nothing = await bench().expectProblem('capacity.failure', {});
    expect(nothing.detail).toBe('The request names no zone, rack or node to fail.');
    const unknown = await bench().expectProblem('capacity.failure', { rack: ['zone-a/r9'] });
    expect(unknown).toMatchObject({
      code: 'not-found',
      detail: 'The fleet has no rack zone-a/r9.',
      remedy: expect.stringContaining('zone-a/rack-a'),
    });
  });

  test('both are questions of the platform: other tenants are refused', async () => {
    const { resource } = await bench().expectOk('tenant.create', { name: 'research' });
    const principal = { ...bench().admin, tenantId: resource.id };
    const size = { cpu_cores: 1, memory_gb: 1, disk_gb: 1 };
    for (const refused of [
      await bench().expectProblem('capacity.estimate', size, { principal }),
      await bench().expectProblem('capacity.failure', { node: ['node-a'] }, { principal }),
    ]) {
      expect(refused.code).toBe('forbidden');
    }
    const named = await bench().expectOk('vm.create', { name: 'theirs', ...size }, { principal });
    await bench().endAll();
    const node = String(named.resource.node);
    const reported = await bench().expectOk('capacity.failure', { node: [node] });
    expect(reported.restarted).toMatchObject([{ vm_id: named.resource.id, vm: null }]);
  });
});
