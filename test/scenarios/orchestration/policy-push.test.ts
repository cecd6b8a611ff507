/** A document of several orchestration policies is stored as a whole or not at all. */
import { describe, expect, test } from '@jest/globals';
import { useBench } from '../test-kit/use-bench.ts';

const SEED = `policies:
  - name: production-sla
    selector:
      tags: ["production"]
    rules:
      - minReplicas: 3
      - antiAffinity: hard
      - autoScaling: aggressive
      - healingPriority: immediate

  - name: cost-optimization
    selector:
      tags: ["development"]
    rules:
      - spotInstances: true
      - scaleDownDelay: 5m
      - consolidation: aggressive
`;

describe('orchestration_policy.push', () => {
  const bench = useBench();
  const push = (document: string | object) =>
    bench().expectOk('orchestration_policy.push', { document: document as string });

  async function stored() {
    const { items } = await bench().expectOk('orchestration_policy.list', {});
    return items.map(({ name, version }) => `${name} ${version}`);
  }

  const actionsOf = ({ policies }: Awaited<ReturnType<typeof push>>) =>
    policies.map(({ name, action }) => `${name} ${action}`);

  test('creates, updates and leaves alone, each with its own record', async () => {
    const first = await push(SEED);
    expect(actionsOf(first)).toEqual(['production-sla created', 'cost-optimization created']);
    const other = 'policy other\n  for vm\n  rule r: placement\n    then schedule mode=hard\n';
    await bench().expectOk('orchestration_policy.create', { document: other });
    const again = await push(SEED.replace('minReplicas: 3', 'minReplicas: 5'));
    expect(actionsOf(again)).toEqual(['production-sla updated', 'cost-optimization unchanged']);
    expect(again.policies[1]).toMatchObject({
      id: first.policies[1]?.id,
      operation_id: null,
    });
    expect(await stored()).toEqual(['production-sla 2', 'cost-optimization 1', 'other 1']);
    const { items } = await bench().expectOk('audit.list', {});
    const records = items.map(({ operation, resource_name }) => `${operation} ${resource_name}`);
    expect(records.toReversed()).toEqual([
      'orchestration_policy.create production-sla',
      'orchestration_policy.create cost-optimization',
      'orchestration_policy.create other',
      'orchestration_policy.update production-sla',
    ]);
    const object = { policies: [{ name: 'as-object', rules: [{ spotInstances: true }] }] };
    expect(actionsOf(await push(object))).toEqual(['as-object created']);
    expect((await bench().expectOk('tenant.list', {})).items[0]?.usage).toMatchObject({
      policies: 4,
    });
  });

  test('names conflicts within the document once', async () => {
    const both = ['hard', 'soft'].map(
      (mode) => `{ name: p-${mode}, rules: [{ antiAffinity: ${mode} }] }`,
    );
    const { notices } = await push(`policies: [${both.join()}]`);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toContain('p-soft');
  });

  test('stores nothing where one policy is refused', async () => {
    await push('policies: [{ name: production-sla, rules: [{ minReplicas: 1 }] }]');
    const refuse = (document: string) =>
      bench().expectProblem('orchestration_policy.push', { document });
    expect(await refuse(SEED.replace('spotInstances', 'spotInstancez'))).toMatchObject({
      code: 'validation-failed',
      detail: expect.stringContaining('line 15'),
    });
    expect((await refuse(SEED.replace('cost-optimization', 'production-sla'))).detail).toContain(
      'holds a second policy named "production-sla"',
    );
    const rego = {
      name: 'cost-optimization',
      type: 'resource',
      rule: 'package small\ndeny contains "no" if false\n',
    } as const;
    await bench().expectOk('policy.create', rego);
    const taken = await refuse(SEED);
    expect(taken).toMatchObject({ code: 'name-taken' });
    expect(taken.detail).toContain('cost-optimization cannot be stored, so none was');
    expect(await stored()).toEqual(['production-sla 1']);
  });

  test('counts what it creates against the quota together', async () => {
    const made = await bench().expectOk('tenant.create', { name: 'acme', quotas: { policies: 1 } });
    const principal = { ...bench().admin, tenantId: made.resource.id };
    const input = { document: SEED };
    const call = { principal };
    expect(await bench().expectProblem('orchestration_policy.push', input, call)).toMatchObject({
      code: 'quota-exceeded',
    });
    const { items } = await bench().expectOk('orchestration_policy.list', {}, call);
    expect(items).toEqual([]);
  });
});
