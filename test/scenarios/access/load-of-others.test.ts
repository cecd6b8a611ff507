/** Visibility of the load that other tenants cause on nodes: a tenant sees no exact values. */
import { describe, expect, test } from '@jest/globals';
import type { Principal } from '@novacron/server/app/kernel/context/call-context';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

/** Amounts that are in use or free, and scores with more than one digit. */
const LOAD = new RegExp(
  [
    /would use|\d free|\d (?:cores|GB|Mbit\/s) (?:are )?free|, [\d.]+ are free|"free":/,
    /more than [\d.]+|(?<![:\d])\d\.\d\d|(?:cpu|memory) [\d.]+,/,
  ]
    .map(({ source }) => source)
    .join('|'),
);

/** Fits on no node beside what the platform has there. */
const LARGE = { cpu_cores: 6, memory_gb: 6, disk_gb: 20 } as const;

describe('the load of others', () => {
  const bench = useBench();

  async function makeTenant(): Promise<{ readonly principal: Principal }> {
    const made = await bench().expectOk('tenant.create', { name: 'rival' });
    const found = await bench().application.authenticate(made.secret ?? '');
    if (!found.ok) throw new Error(found.error.detail);
    return { principal: found.value };
  }

  /** Fills a part of every node. */
  async function fillNodes(): Promise<void> {
    for (const node of ['node-a', 'node-b', 'node-c']) {
      await makeVm(bench(), {
        name: `fill-${node}`,
        cpu_cores: 3,
        memory_gb: 5,
        placement: { node },
      });
    }
  }

  test('is in no answer about the placement of a VM of another tenant', async () => {
    const as = await makeTenant();
    await fillNodes();
    const { resource } = await bench().expectOk(
      'vm.create',
      { ...SMALL_VM, placement: { node: 'node-b' } },
      as,
    );
    await bench().endAll();
    const id = resource.id;
    const planned = {
      operation: 'vm.create',
      session: 'session-1',
      input: { ...SMALL_VM, name: 'planned' },
    } as const;
    const answersAs = async (who: { readonly principal: Principal } | undefined) => ({
      preview: await bench().expectOk('admission.preview', planned, who),
      unplanned: await bench().expectOk(
        'admission.preview',
        { operation: 'vm.create', input: planned.input },
        who,
      ),
      listed: await bench().expectOk('placement_preview.list', {}, who),
      decide: await bench().expectOk('placement.decide', { ...SMALL_VM, name: 'asked' }, who),
    });
    const shown = {
      ...(await answersAs(as)),
      explained: await bench().expectOk('placement.explain', { id }, as),
      chosen: await bench().expectOk('placement.explain', { id, node: 'node-b' }, as),
      other: await bench().expectOk('placement.explain', { id, node: 'node-c' }, as),
      loss: await bench().expectOk('vm.explain', { id, if_node_lost: true }, as),
    };
    for (const [name, answer] of Object.entries(shown)) {
      expect([name, JSON.stringify(answer)]).toEqual([name, expect.not.stringMatching(LOAD)]);
    }
    expect(shown.explained.explanation[0]).toMatch(/^node-b in zone/);
    expect(shown.preview.placement_preview?.node).toBe(shown.listed.items[0]?.node);
    const full = await answersAs(undefined);
    for (const answer of [full.preview.placement_preview, full.listed.items[0], full.decide]) {
      expect(answer?.explanation[0]).toContain('would use');
    }
  });

  test('is not in refusals for lack of room, which name the reasons', async () => {
    const as = await makeTenant();
    await fillNodes();
    const input = { ...LARGE, name: 'large' };
    const planned = { operation: 'vm.create', session: 'session-1', input } as const;
    const refused = await bench().expectProblem('vm.create', input, as);
    const preview = await bench().expectOk('admission.preview', planned, as);
    const { items } = await bench().expectOk('placement_preview.list', {}, as);
    const kept = await bench().expectOk('placement_preview.get', { id: items[0]?.id ?? '' }, as);
    const { id } = await makeTenantVm(as);
    const moved = await bench().expectProblem('vm.update', { id, cpu_cores: 8 }, as);
    const decision = await decideBesideFull(as);
    for (const answer of [refused, preview.problems, items, kept, moved, decision]) {
      expect(JSON.stringify(answer)).not.toMatch(LOAD);
    }
    expect(refused).toMatchObject({ code: 'no-capacity' });
    expect(refused.detail).toMatch(/Nearest miss: node-\w lacks free cores/);
    expect(preview.problems).toMatchObject([{ code: 'no-capacity' }]);
    expect(
      Object.values(kept.refusal?.nodes ?? {})
        .flat()
        .join(),
    ).toContain('more than is free');
    expect(moved).toMatchObject({ code: 'no-capacity' });
    const why = decision.refused.find(({ filter }) => filter === 'cpu')?.examples[0]?.failed[0]
      ?.why;
    expect(why).toBe('lacks free cores');
    expect(decision.judged.map(({ outcome }) => outcome)).toContain('refused');
    // Those who run the fleet read how much is free.
    const full = await bench().expectProblem('vm.create', { ...input, name: 'own' });
    expect(full.detail).toMatch(/lacks \d+ cores \(\d+ of \d+ cores free\)/);
    expect(JSON.stringify(full.data)).toContain('"free":');
  });

  test('is not in the placement of a batch, asked for or created', async () => {
    const as = await makeTenant();
    await fillNodes();
    const vms = ['first', 'second'].map((name) => ({ ...SMALL_VM, name }));
    const planned = await bench().expectOk('placement.batch', { vms }, as);
    const created = await bench().expectOk('vm_batch.create', { vms }, as);
    await bench().endAll();
    for (const shown of [planned, created.placement]) {
      expect(shown).toMatchObject({ objective: 'peak', value: null, bound: null });
      expect(JSON.stringify(shown)).not.toMatch(LOAD);
      expect(shown?.explanation[0]).toMatch(/^2 VMs on \d nodes?, node-\w the fullest of them$/);
    }
    const full = await bench().expectOk('placement.batch', { vms: [{ ...SMALL_VM }] });
    expect(full.explanation[0]).toMatch(/ the fullest of them at [\d.]+ %$/);
  });

  test('is not in what a refusal leaves behind: audit entries, events, scaling', async () => {
    const as = await makeTenant();
    await fillNodes();
    const { id } = await makeTenantVm(as);
    await bench().expectProblem('vm.update', { id, cpu_cores: 8 }, as);
    await bench().expectProblem('vm_batch.create', { vms: [{ ...LARGE, name: 'large' }] }, as);
    const audit = { operation: ['vm.update', 'vm_batch.create'], outcome: ['no-capacity'] };
    const { items: entries } = await bench().expectOk('audit.list', audit, as);
    expect(entries).toHaveLength(2);
    const group = await scaleBeyondRoom(as);
    const explained = await bench().expectOk('vm_group.explain', { id: group }, as);
    expect(explained).toMatchObject({ limited_by: ['capacity'] });
    expect(explained.explanation.join(' ')).toMatch(/was refused at .* lacks free/);
    const { items: events } = await bench().expectOk('event.list', {}, as);
    expect(events.map(({ type }) => type)).toContain('vm_group.not_scaled');
    const scaled = await bench().expectOk('scaling_event.list', { group_id: group }, as);
    // What its own members have used is its own.
    const { rightsizing: _used, ...said } = explained;
    for (const left of [entries, said, events, scaled]) {
      expect(JSON.stringify(left)).not.toMatch(LOAD);
    }
  });

  /** Asks for more members than there is room for. */
  async function scaleBeyondRoom(as: { readonly principal: Principal }) {
    const group = {
      name: 'shop',
      vm: { cpu_cores: 4, memory_gb: 2, disk_gb: 20 },
      min_size: 1,
      max_size: 9,
      scaling: {
        rules: [{ kind: 'target', metric: 'queue_length_count', value: 10 } as const],
        cooldown: '1m',
        warm_up: '30s',
      },
    };
    const { resource } = await bench().expectOk('vm_group.create', group, as);
    await bench().endAll();
    for (let half = 0; half < 6; half += 1) {
      const samples = [{ name: 'queue_length_count', value: 85 }];
      await bench().expectOk('metric.write', { vm_group_id: resource.id, samples }, as);
      await bench().advance(30_000);
    }
    return resource.id;
  }

  async function makeTenantVm(as: { readonly principal: Principal }) {
    const place = { ...SMALL_VM, name: 'small', placement: { node: 'node-a' } };
    const { resource } = await bench().expectOk('vm.create', place, as);
    await bench().endAll();
    return resource;
  }

  /** A decision for which one node lacks room. */
  async function decideBesideFull(as: { readonly principal: Principal }) {
    const filler = { name: 'fill-more', cpu_cores: 5, placement: { node: 'node-c' } };
    await makeVm(bench(), filler);
    const { resource } = await bench().expectOk(
      'vm.create',
      { ...SMALL_VM, name: 'beside', cpu_cores: 3 },
      as,
    );
    await bench().endAll();
    const { items } = await bench().expectOk('placement_decision.list', { vm: ['beside'] }, as);
    expect(items[0]?.vm_id).toBe(resource.id);
    const node = ['node-a', 'node-b', 'node-c'];
    return bench().expectOk('placement_decision.get', { id: items[0]?.id ?? '', node }, as);
  }
});
