import { describe, expect, test } from '@jest/globals';
import { SMALL_VM, useBench } from '../test-kit/use-bench.ts';

describe('previews of VMs and the quota of their tenant', () => {
  const bench = useBench();

  async function setQuotas(quotas: Readonly<Record<string, number | null>>): Promise<void> {
    await bench().expectOk('tenant.update', { id: bench().admin.tenantId, quotas });
  }

  async function preview(session: string, name: string) {
    const input = { ...SMALL_VM, cpu_cores: 1, memory_gb: 1, name };
    return bench().expectOk('admission.preview', { operation: 'vm.create', input, session });
  }

  test('of ten VMs of a plan two are refused where the quota allows eight', async () => {
    await setQuotas({ vms: 8 });
    const names = Array.from({ length: 10 }, (_, at) => `vm-${at}`);
    const answers = await Promise.all(names.map((name) => preview('session-1', name)));
    const refused = answers.flatMap(({ problems }) => problems);
    expect(refused.map(({ code }) => code)).toEqual(['quota-exceeded', 'quota-exceeded']);
    expect(refused[0]?.detail).toBe(
      'The request exceeds the quota of the tenant (vms: 0 of 8 used, 9 more requested). ' +
        'The plan contains 8 other VMs, which count too.',
    );
    expect((await bench().expectOk('placement_preview.list', {})).items).toEqual([]);
  });

  test('what has been created meanwhile counts once, and another run not at all', async () => {
    await setQuotas({ cpu_cores: 2 });
    expect((await preview('session-1', 'vm-0')).problems).toEqual([]);
    expect((await preview('session-1', 'vm-1')).problems).toEqual([]);
    expect((await preview('session-2', 'vm-1')).problems).toEqual([]);
    const size = { ...SMALL_VM, cpu_cores: 1, memory_gb: 1 };
    const made = await bench().expectOk('vm.create', { ...size, name: 'vm-0' });
    await bench().end(made.operation);
    expect((await preview('session-2', 'vm-1')).problems).toEqual([]);
    expect((await preview('session-1', 'vm-1')).problems).toEqual([]);
    const third = await preview('session-1', 'vm-2');
    expect(third.problems).toMatchObject([
      { code: 'quota-exceeded', errors: [{ path: ['cpu_cores'] }] },
    ]);
  });

  test('a run counts all that it wants, shown before or not, when its fleet is old', async () => {
    await preview('session-1', 'vm-0');
    await setQuotas({ vms: 2 });
    await preview('session-2', 'vm-0');
    await preview('session-2', 'vm-1');
    await bench().advance(60_000);
    const { problems } = await preview('session-2', 'vm-2');
    expect(problems).toMatchObject([{ code: 'quota-exceeded' }]);
  });
});
