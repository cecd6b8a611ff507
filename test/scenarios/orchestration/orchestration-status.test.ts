/** The status of the orchestration, and decisions about places that are only asked for. */
import { describe, expect, test } from '@jest/globals';
import { VmPlacement } from '@novacron/contract/placement/vm-placement';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const DOCUMENT = {
  apiVersion: 'orchestration/v1',
  kind: 'Policy',
  metadata: { name: 'spread' },
  spec: {
    selector: { matchLabels: { tier: 'web' } },
    rules: [
      {
        name: 'r',
        type: 'placement',
        actions: [{ type: 'schedule', parameters: { mode: 'hard' } }],
      },
    ],
  },
};
const TEXT =
  'policy spread\n  for vm where tier=web\n  rule r: placement\n    then schedule mode=hard\n';

describe('orchestration.status', () => {
  const bench = useBench();

  test('counts policies and decisions, and shows reconcilers to the first tenant', async () => {
    await makeVm(bench());
    const kept = await bench().expectOk('orchestration_policy.create', { document: TEXT });
    const status = await bench().expectOk('orchestration.status', {});
    expect(status).toMatchObject({
      policies: { total: 1, enabled: 1, faulty: 0 },
      decisions_last_hour: { placement: 1, scaling: 0 },
      platform: { servers: 1, nodes: { ready: 3 }, bus: { state: 'reachable' } },
    });
    const loop = status.platform?.reconcilers.find(({ name }) => name === 'node-maintenance');
    expect(loop).toMatchObject({ last_started_at: expect.any(String), last_error: null });
    expect(status.platform?.reconcilers.map(({ name }) => name)).toContain('orchestration');
    await bench().expectOk('orchestration_policy.disable', { id: kept.resource.id });
    await bench().skip(3_600_001);
    expect(await bench().expectOk('orchestration.status', {})).toMatchObject({
      policies: { total: 1, enabled: 0 },
      decisions_last_hour: { placement: 0 },
    });
    const made = await bench().expectOk('tenant.create', { name: 'acme' });
    const principal = { ...bench().admin, tenantId: made.resource.id };
    expect(await bench().expectOk('orchestration.status', {}, { principal })).toEqual({
      policies: { total: 0, enabled: 0, faulty: 0 },
      decisions_last_hour: { placement: 0, scaling: 0 },
      platform: null,
    });
  });
});

describe('placement.decide', () => {
  const bench = useBench();

  test('answers the node that a create then gets, and creates nothing', async () => {
    const asked = await bench().expectOk('placement.decide', SMALL_VM);
    expect(asked).toMatchObject({ score: expect.any(Number), notices: [] });
    expect(asked.alternatives).toHaveLength(2);
    expect(asked.explanation.length).toBeGreaterThan(0);
    expect((await bench().expectOk('vm.list', {})).items).toEqual([]);
    expect((await makeVm(bench())).node).toBe(asked.node);
  });

  test('says why no node fits, and names unknown groups', async () => {
    const large = { ...SMALL_VM, cpu_cores: 64 };
    expect((await bench().expectProblem('placement.decide', large)).detail).toContain('too few');
    const placement = VmPlacement.parse({ anti_affinity: [{ group: 'wbe' }] });
    const own = { ...SMALL_VM, anti_affinity: 'web', placement };
    const { notices } = await bench().expectOk('placement.decide', own);
    expect(notices.join()).toContain('wbe');
  });
});

describe('an orchestration policy as an object', () => {
  const bench = useBench();

  test('is stored as one text, whatever the order of its keys, and is no drift', async () => {
    const made = await bench().expectOk('orchestration_policy.create', { document: DOCUMENT });
    expect(JSON.parse(made.resource.document)).toEqual(DOCUMENT);
    const { id } = made.resource;
    const reversed = Object.fromEntries(Object.entries(DOCUMENT).reverse());
    const { resource } = await bench().expectOk('orchestration_policy.update', {
      id,
      document: reversed,
    });
    expect(resource).toMatchObject({ document: made.resource.document, version: 1 });
    expect(resource.revision).toBe(made.resource.revision);
    const wrong = { ...DOCUMENT, metadata: {} };
    const refused = await bench().expectProblem('orchestration_policy.update', {
      id,
      document: wrong,
    });
    expect(refused.detail).toContain('metadata.name');
  });
});

describe('policy_decision.ask about another principal', () => {
  const bench = useBench();
  const RULE =
    'package novacron.only_ann\n\nimport rego.v1\n\n' +
    'deny contains "only ann creates VMs" if input.subject.user_id != "ann"\n';

  test('needs a permission that admins have and that other roles must name', async () => {
    await bench().expectOk('policy.create', {
      name: 'only-ann',
      type: 'security',
      enforcement_mode: 'block',
      rule: RULE,
      enabled: true,
    });
    const question = { operation: 'vm.create', resource: { ...SMALL_VM } };
    const about = (user_id: string) => ({ ...question, subject: { user_id, role: 'operator' } });
    expect(await bench().expectOk('policy_decision.ask', about('ann'))).toMatchObject({
      allowed: true,
    });
    expect(await bench().expectOk('policy_decision.ask', about('bob'))).toMatchObject({
      allowed: false,
      reasons: ['only ann creates VMs'],
    });
    const asRole = (operations: string[]) => roleWith(operations);
    const all = await asRole(['*.get', '*.ask', 'policy_decision.*']);
    const refused = await bench().expectProblem('policy_decision.ask', about('ann'), {
      principal: all,
    });
    expect(refused).toMatchObject({
      code: 'forbidden',
      detail: expect.stringContaining('policy_decision.ask_for_others'),
    });
    const { items } = await bench().expectOk('audit.list', {});
    expect(items[0]).toMatchObject({ operation: 'policy_decision.ask', outcome: 'forbidden' });
    expect(
      await bench().expectOk('policy_decision.ask', question, { principal: all }),
    ).toMatchObject({
      allowed: false,
    });
    const named = await asRole(['*.get', 'policy_decision.ask', 'policy_decision.ask_for_others']);
    const everything = await asRole(['*']);
    for (const principal of [named, everything]) {
      expect(
        await bench().expectOk('policy_decision.ask', about('ann'), { principal }),
      ).toMatchObject({
        allowed: true,
      });
    }
  });

  async function roleWith(patterns: string[]) {
    const { operationsOfPatterns } = await import(
      '@novacron/contract/operations-table/permissions'
    );
    return { ...bench().admin, role: 'custom', operations: operationsOfPatterns(patterns) };
  }
});
