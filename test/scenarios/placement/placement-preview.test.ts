import { describe, expect, test } from '@jest/globals';
import { RETENTION_MS } from '@novacron/server/app/platform/retention/create-retention';
import type { Change } from '@novacron/server/ports/store';
import { SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const DAY_MS = 86_400_000;

describe('kept previews', () => {
  const bench = useBench();

  async function preview(session: string, more: Readonly<Record<string, unknown>> = {}) {
    const input = { ...SMALL_VM, ...more };
    return bench().expectOk('admission.preview', { operation: 'vm.create', input, session });
  }

  async function kept() {
    return (await bench().expectOk('placement_preview.list', {})).items;
  }

  test('every run is shown the same, until the VM is created', async () => {
    const first = await preview('session-1');
    expect(first.placement_preview).toMatchObject({ node: expect.any(String) });
    expect((await preview('session-2')).placement_preview).toEqual(first.placement_preview);
    expect(await kept()).toEqual([
      expect.objectContaining({ name: SMALL_VM.name, node: first.placement_preview?.node }),
    ]);
    const { resource, notices } = await bench().expectOk('vm.create', SMALL_VM);
    expect(resource.node).toBe(first.placement_preview?.node);
    expect(notices).toEqual([]);
    expect(await kept()).toEqual([]);
  });

  test('a create whose answer was lost is shown as before, so that its plan holds', async () => {
    const keyed = { idempotency_key: 'create-web-0001' };
    const first = await preview('session-1', keyed);
    expect(first.placement_preview).not.toBeNull();
    const { resource } = await bench().expectOk('vm.create', { ...SMALL_VM, ...keyed });
    const again = await preview('session-2', keyed);
    expect(again).toMatchObject({ problems: [], placement_preview: first.placement_preview });
    // A run that finds the name taken is shown the same, and why it fails.
    const other = await preview('session-3');
    expect(other.placement_preview).toEqual(first.placement_preview);
    expect(other.problems).toMatchObject([{ code: 'name-taken' }]);
    expect(await kept()).toEqual([]);
    await bench().endAll();
    await bench().end((await bench().expectOk('vm.delete', { id: resource.id })).operation);
    // The next VM of this kind is placed as if none had been shown.
    await preview('session-4', keyed);
    expect(await kept()).toHaveLength(1);
  });

  test('a run that is shown what is kept writes nothing of it', async () => {
    await preview('session-1');
    const places = await bench().store.read({ from: 'preview_places' });
    expect(places).toHaveLength(1);
    await preview('session-2');
    expect(await bench().store.read({ from: 'preview_places' })).toEqual(places);
  });

  test('what placement reads makes another preview, what it does not read makes none', async () => {
    await preview('session-1');
    await preview('session-1', { network_id: 'net_01jd3v6t7re3h8z9k2m4n5p6q7' });
    expect(await kept()).toHaveLength(1);
    await preview('session-1', { cpu_cores: 3 });
    expect(await kept()).toHaveLength(2);
  });

  test('without a session, or without a value that decides, nothing is kept', async () => {
    const input = SMALL_VM;
    const operation = 'vm.create';
    const plain = await bench().expectOk('admission.preview', { operation, input });
    expect(plain.placement_preview).toBeNull();
    const unknown = ['metadata'];
    const session = 'session-1';
    const vague = { operation, input, unknown, session } as const;
    expect((await bench().expectOk('admission.preview', vague)).placement_preview).toBeNull();
    expect(await kept()).toEqual([]);
  });

  test('a plan that refuses one of its VMs keeps nothing but the refusal', async () => {
    expect((await preview('session-1')).problems).toEqual([]);
    const node = 'node-99';
    const { problems } = await preview('session-1', { name: 'lost', placement: { node } });
    const [refused] = await kept();
    expect(problems).toEqual([
      expect.objectContaining({
        code: 'no-capacity',
        remedy: expect.stringContaining(`\`novacron placement-preview show ${refused?.id}\``),
      }),
    ]);
    expect(refused).toMatchObject({ name: 'lost', node: null });
    expect(Object.values(refused?.refusal?.nodes ?? {})[0]).toEqual([
      'is not the node that the request names',
    ]);
    expect(await kept()).toHaveLength(1);
  });

  /** Makes everything as old as if it had been shown that long ago. */
  async function age(ageMs: number): Promise<void> {
    const { store, deps } = bench();
    const created_at_ms = deps.clock.nowMs() - ageMs;
    for (const into of ['placement_previews', 'preview_places'] as const) {
      const rows = await store.read({ from: into });
      for (const row of rows) {
        await store.commit([{ kind: 'put', into, row: { ...row, created_at_ms } } as Change]);
      }
    }
  }

  test('it is stored for thirty days from the last plan that shows it', async () => {
    const first = await preview('session-1');
    await age(29 * DAY_MS);
    expect((await preview('session-2')).placement_preview).toEqual(first.placement_preview);
    const [row] = await bench().store.read({ from: 'placement_previews' });
    expect(row?.created_at_ms).toBe(bench().deps.clock.nowMs());
  });

  test('after thirty days it is forgotten, and the run that showed it after a day', async () => {
    await preview('session-1');
    await age(29 * DAY_MS);
    await bench().skip(RETENTION_MS);
    expect(await kept()).toHaveLength(1);
    expect(await bench().store.read({ from: 'preview_places' })).toEqual([]);
    await age(31 * DAY_MS);
    await bench().skip(RETENTION_MS);
    expect(await kept()).toEqual([]);
  });
});

describe('the preview of a deletion', () => {
  const bench = useBench();

  async function previewDelete(id: string, moment?: 'apply' | 'plan') {
    const operation = 'network.delete' as const;
    const asked = { operation, input: { id }, ...(moment === undefined ? {} : { moment }) };
    return (await bench().expectOk('admission.preview', asked)).problems;
  }

  test('finds at apply what is in use; a plan may delete its users before it', async () => {
    const network = { name: 'cli-used', cidr: '10.77.0.0/16' };
    const { resource } = await bench().expectOk('network.create', network);
    expect(await previewDelete(resource.id, 'apply')).toEqual([]);
    await bench().expectOk('vm.create', { ...SMALL_VM, network_id: resource.id });
    await bench().endAll();
    expect(await previewDelete(resource.id, 'apply')).toMatchObject([{ code: 'in-use' }]);
    expect(await previewDelete(resource.id, 'plan')).toEqual([]);
    expect(await previewDelete(resource.id)).toEqual([]);
    // Nothing was deleted.
    await bench().expectOk('network.get', { id: resource.id });
  });
});
