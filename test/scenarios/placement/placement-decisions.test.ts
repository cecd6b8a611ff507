/** Recorded placement decisions: why here, why not there, and how sure that is. */
import { describe, expect, test } from '@jest/globals';
import { usageSubject } from '@novacron/contract/agent/agent-subjects';
import type { PlacementRecord } from '@novacron/contract/placement/placement';
import { commitAll } from '../../../server/src/adapters/store/suite/rows.ts';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const POLICY = `policy idle-first
  for vm where tier=web
  rule r: placement
    then schedule strategy=performance mode=hard
`;

describe('placement decisions', () => {
  const bench = useBench();

  const list = async (input: object = {}) =>
    (await bench().expectOk('placement_decision.list', input)).items;

  function report(coresByNode: Readonly<Record<string, number>>): void {
    const measured_at_ms = bench().deps.clock.nowMs();
    for (const [node, cpu_cores] of Object.entries(coresByNode)) {
      const used = { cpu_cores, memory_mib: 1_024, measured_at_ms, interval_ms: 30_000 };
      bench().bus.publish(usageSubject(node), { ...used, machines: [] });
    }
  }

  test('a create and a move are listed, latest first, with outcome and purpose', async () => {
    const { resource, operation } = await bench().expectOk('vm.create', SMALL_VM);
    const [pending] = await list();
    expect(pending).toMatchObject({ purpose: 'create', outcome: null, executed_at: null });
    await bench().end(operation);
    const moved = await bench().expectOk('vm.migrate', { id: resource.id });
    await bench().end(moved.operation);
    const records = await list({ vm: [SMALL_VM.name] });
    expect(records.map(({ purpose, outcome }) => [purpose, outcome])).toEqual([
      ['migrate', 'placed'],
      ['create', 'placed'],
    ]);
    const { node } = await bench().expectOk('vm.get', { id: resource.id });
    expect(records[0]).toMatchObject({ node, vm: SMALL_VM.name, vm_id: resource.id });
    expect(records[0]?.operation_id).toBe(moved.operation.id);
  });

  test('filters by node, purpose, outcome and time narrow the list, and pages follow', async () => {
    for (const name of ['one', 'two', 'three']) {
      const placement = { node: name === 'three' ? 'node-b' : 'node-a' };
      const made = await bench().expectOk('vm.create', { ...SMALL_VM, name, placement });
      await bench().end(made.operation);
    }
    const names = async (input: object) => (await list(input)).map(({ vm }) => vm);
    expect(await names({ node: ['node-a'] })).toEqual(['two', 'one']);
    expect(await names({ outcome: ['placed'], vm: ['one', 'three'] })).toEqual(['three', 'one']);
    expect(await names({ purpose: ['migrate'] })).toEqual([]);
    expect(await names({ until: '1h' })).toEqual([]);
    expect(await names({ since: '1h' })).toHaveLength(3);
    const first = await bench().expectOk('placement_decision.list', { limit: 2, count: true });
    expect(first).toMatchObject({ total: 3, items: [{ vm: 'three' }, { vm: 'two' }] });
    const cursor = first.next_cursor ?? '';
    expect(await names({ limit: 2, cursor })).toEqual(['one']);
  });

  test.each(['score', 'margin', 'confidence', 'outcome'])(
    'pages sorted by %s have each decision once, those without a value first',
    async (field) => {
      for (const name of ['one', 'two', 'three', 'four', 'five']) {
        const { operation } = await bench().expectOk('vm.create', { ...SMALL_VM, name });
        // The last two have no outcome yet, and two no margin: no other node could hold them.
        if (!['four', 'five'].includes(name)) await bench().end(operation);
      }
      const [newest, second, third] = await list();
      for (const record of [second, third]) {
        const set = { margin: null, confidence: null };
        const id = record?.id ?? '';
        await commitAll(bench().store, [{ kind: 'patch', table: 'placement_decisions', id, set }]);
      }
      expect(newest?.margin).not.toBeNull();
      const walk = async (sort: string) => {
        const found: PlacementRecord[] = [];
        let cursor: string | undefined;
        do {
          const input = { sort, limit: 2, ...(cursor === undefined ? {} : { cursor }) };
          const page = await bench().expectOk('placement_decision.list', input);
          found.push(...page.items);
          cursor = page.next_cursor ?? undefined;
        } while (cursor !== undefined);
        return found;
      };
      const ascending = await walk(field);
      const placeOf = (record: PlacementRecord) => Reflect.get(record, field) ?? '';
      const sorted = (await list()).toSorted((left, right) => {
        const [one, other] = [placeOf(left), placeOf(right)];
        if (one === other) return left.id < right.id ? -1 : 1;
        if (one === '' || other === '') return one === '' ? -1 : 1;
        return one < other ? -1 : 1;
      });
      const idsOf = (records: readonly PlacementRecord[]) => records.map(({ id }) => id);
      expect(idsOf(ascending)).toEqual(idsOf(sorted));
      expect(idsOf(await walk(`-${field}`))).toEqual(idsOf(sorted.toReversed()));
    },
  );

  test('one says why here, why not there, and what would change it', async () => {
    const { resource, operation } = await bench().expectOk('vm.create', {
      ...SMALL_VM,
      placement: { zone: 'zone-a' },
    });
    await bench().end(operation);
    const [record] = await list();
    const shown = await bench().expectOk('placement_decision.get', { id: record?.id ?? '' });
    expect(shown).toMatchObject({ basis: 'recorded', confidence_basis: 'scores' });
    expect(shown.candidates[0]).toMatchObject({ node: record?.node, score: record?.score });
    expect(shown.filters).toEqual(expect.arrayContaining(['status', 'zone', 'cpu']));
    const zones = shown.refused.find(({ filter }) => filter === 'zone');
    expect(zones?.words).toBe('outside the zone asked for');
    expect(zones?.examples[0]?.failed[0]?.why).toMatch(/^is in zone zone-\w, not in zone-a$/);
    expect(zones?.examples[0]?.passed).toContain('status');
    expect(shown.what_would_change_it.length).toBeGreaterThan(0);
    const weights = Object.values(shown.weights).reduce((sum, weight) => sum + weight, 0);
    expect(weights).toBeCloseTo(1);
    const asked = { id: shown.id, node: ['node-a', 'node-b', 'node-c', 'node-z'] };
    const { judged } = await bench().expectOk('placement_decision.get', asked);
    expect(judged.map(({ node }) => node)).toEqual(asked.node);
    for (const { node, outcome, score, failed } of judged.slice(0, 3)) {
      const candidate = shown.candidates.find((each) => each.node === node);
      const expected = node === shown.node ? 'chosen' : candidate ? 'candidate' : 'refused';
      expect([node, outcome, score]).toEqual([node, expected, candidate?.score ?? null]);
      expect(failed.map(({ filter }) => filter)).toEqual(candidate ? [] : ['zone']);
    }
    expect(judged[3]).toMatchObject({ node: 'node-z', outcome: 'absent' });
    // The same record answers the same.
    expect(await bench().expectOk('placement_decision.get', { id: shown.id })).toEqual(shown);
    await bench().expectOk('vm.delete', { id: resource.id });
    const after = await bench().expectOk('placement_decision.get', { id: shown.id });
    expect(after.explanation).toEqual(shown.explanation);
  });

  test('the confidence of a strategy that reads measured load is drawn from it', async () => {
    await bench().expectOk('orchestration_policy.create', { document: POLICY });
    report({ 'node-a': 8, 'node-b': 7.9, 'node-c': 7.8 });
    const web = { ...SMALL_VM, metadata: { tier: 'web' } };
    await bench().expectOk('vm.create', { ...web, name: 'close' });
    report({ 'node-a': 16, 'node-b': 16, 'node-c': 0 });
    await bench().expectOk('vm.create', { ...web, name: 'clear' });
    const [clear, close] = await list();
    expect(clear).toMatchObject({ vm: 'clear', node: 'node-c' });
    expect(clear?.confidence).toBeGreaterThan(0.95);
    expect(close?.confidence).toBeLessThan(clear?.confidence ?? 0);
    expect(close?.confidence).toBeGreaterThan(0);
    expect(clear?.margin).toBeGreaterThan(close?.margin ?? 1);
    const shown = await bench().expectOk('placement_decision.get', { id: clear?.id ?? '' });
    expect(shown.confidence_basis).toBe('measured_load');
    expect(shown.policies.join()).toContain('idle-first');
  });

  test('of a drain and of members of a group the purpose is named', async () => {
    const { operation } = await bench().expectOk('vm.create', SMALL_VM);
    await bench().end(operation);
    const [record] = await list();
    const { items } = await bench().expectOk('node.list', {});
    const node = items.find(({ name }) => name === record?.node);
    const drain = await bench().expectOk('node.drain', { id: node?.id ?? '' });
    if (drain.operation !== undefined) await bench().end(drain.operation);
    const [moved] = await list();
    expect(moved).toMatchObject({ purpose: 'drain', vm: SMALL_VM.name });
    const { name: _, ...vm } = SMALL_VM;
    const group = await bench().expectOk('vm_group.create', {
      name: 'plgroup',
      min_size: 2,
      max_size: 4,
      vm,
    });
    await bench().end(group.operation);
    expect((await list({ purpose: ['scale'] })).map(({ vm: name }) => name).sort()).toEqual([
      'plgroup-1',
      'plgroup-2',
    ]);
  });

  test('another tenant sees none of them', async () => {
    await bench().expectOk('vm.create', SMALL_VM);
    const [record] = await list();
    const [row] = await bench().store.read({ from: 'placement_decisions' });
    if (row === undefined) throw new Error('no decision');
    const id = `${row.id.slice(0, -1)}${row.id.endsWith('0') ? '1' : '0'}`;
    const foreign = { ...row, id, tenant_id: 'tnt_other' };
    await commitAll(bench().store, [{ kind: 'put', into: 'placement_decisions', row: foreign }]);
    expect((await list()).map(({ id }) => id)).toEqual([record?.id]);
    const refused = await bench().call('placement_decision.get', { id: foreign.id });
    expect(refused).toMatchObject({ ok: false, error: { code: 'not-found' } });
  });

  test('another tenant sees no load of others in its own', async () => {
    const made = await bench().expectOk('tenant.create', { name: 'pld-rival' });
    const found = await bench().application.authenticate(made.secret ?? '');
    if (!found.ok) throw new Error(found.error.detail);
    const as = { principal: found.value };
    // One node lacks room for it.
    await makeVm(bench(), { name: 'pld-filler', cpu_cores: 7, placement: { node: 'node-c' } });
    async function decide(name: string) {
      const vm = { ...SMALL_VM, name, placement: { node: 'node-b' } };
      const { resource } = await bench().expectOk('vm.create', vm, as);
      await bench().advance(60_000);
      const { items } = await bench().expectOk('placement_decision.list', { vm: [name] }, as);
      const input = { id: items[0]?.id ?? '' };
      const shown = await bench().expectOk('placement_decision.get', input, as);
      await bench().expectOk('vm.delete', { id: resource.id }, as);
      await bench().advance(60_000);
      const { explanation, candidates, score, margin, confidence } = shown;
      const inList = items.flatMap((listed) => [listed.score, listed.margin ?? 0]);
      const inDetail = [score, margin ?? 0, confidence ?? 0, ...candidates.map((at) => at.score)];
      for (const each of [...inList, ...inDetail]) {
        // One digit: four of them give the amounts.
        expect(String(each)).toMatch(/^\d(\.\d)?$/);
      }
      // Neither amounts that are free, nor how far the scores are apart.
      const others = JSON.stringify([shown.what_would_change_it, shown.refused]);
      expect(others).toContain('lacks free cores');
      expect(others).not.toMatch(/ free\)|[\d.]+ higher|[\d.]+ against/);
      return { explanation, candidates: candidates.map(({ node, scores }) => ({ node, scores })) };
    }
    const before = await decide('pld-a');
    expect(before.candidates[0]).toMatchObject({ node: 'node-b', scores: {} });
    expect(before.explanation[0]).toMatch(/^node-b in zone zone-\w, rack rack-\w+$/);
    expect(before.explanation[1]).toMatch(/^is chosen by strategy [^:]+$/);
    const own = await bench().expectOk('vm.create', {
      ...SMALL_VM,
      placement: { node: 'node-b' },
    });
    await bench().end(own.operation);
    expect(await decide('pld-b')).toEqual(before);
    const [record] = await list();
    const shown = await bench().expectOk('placement_decision.get', { id: record?.id ?? '' });
    expect(shown.explanation[0]).toContain('would use');
    expect(Object.keys(shown.candidates[0]?.scores ?? {})).not.toEqual([]);
  });
});
