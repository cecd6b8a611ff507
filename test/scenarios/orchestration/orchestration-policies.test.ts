import { describe, expect, test } from '@jest/globals';
import { useBench } from '../test-kit/use-bench.ts';

const SPREAD = `apiVersion: orchestration/v1
kind: Policy
metadata:
  name: high-availability-placement
  namespace: production
spec:
  selector:
    matchLabels:
      tier: production
    resourceTypes: [vm]
  rules:
    - name: anti-affinity-rule
      type: placement
      conditions:
        - type: label
          field: labels.environment
          operator: eq
          value: production
      actions:
        - type: schedule
          parameters:
            strategy: anti-affinity
            spread_domain: availability_zone
`;

const PACK = `policy pack priority 5
  for vm where tier=production
  rule r: placement
    then schedule strategy=pack
`;

describe('orchestration policies on the server', () => {
  const bench = useBench();

  const make = async (document: string) => {
    const made = await bench().expectOk('orchestration_policy.create', { document });
    return made;
  };

  test('are kept as they were written, and reported with every default', async () => {
    const { resource } = await make(SPREAD);
    expect(resource).toMatchObject({
      name: 'high-availability-placement',
      namespace: 'production',
      priority: 0,
      document: SPREAD,
      enabled: true,
      version: 1,
      created_by: 'admin',
      policy: { spec: { selector: { tags: [] }, rules: [{ name: 'anti-affinity-rule' }] } },
    });
    const { items } = await bench().expectOk('orchestration_policy.list', {});
    expect(items).toEqual([resource]);
    expect(await bench().expectOk('policy.list', {})).toMatchObject({ items: [] });
    const { items: audit } = await bench().expectOk('audit.list', {});
    expect(audit[0]).toMatchObject({
      operation: 'orchestration_policy.create',
      outcome: 'done',
      resource_id: resource.id,
    });
  });

  test('are read from the text form and from the short form', async () => {
    expect((await make(PACK)).resource).toMatchObject({ name: 'pack', priority: 5 });
    const short = 'policies: [{ name: sla, rules: [{ minReplicas: 3 }, { antiAffinity: hard }] }]';
    expect((await make(short)).resource.policy).toMatchObject({
      spec: { rules: [{ name: 'minReplicas' }, { name: 'antiAffinity' }] },
    });
  });

  test('tell at once which others they contradict, and who wins why', async () => {
    await make(SPREAD);
    const { notices } = await make(PACK);
    expect(notices).toEqual([
      'conflict about schedule.place: policy "pack", rule r wins over policy ' +
        '"high-availability-placement", rule anti-affinity-rule, which asks to schedule ' +
        'strategy=anti-affinity spread_domain=zone; priority 5 is over 0',
    ]);
    const elsewhere = PACK.replace('pack p', 'other p').replace('=production', '=batch');
    expect((await make(elsewhere)).notices).toEqual([]);
  });

  test('have a version for each document that says another thing', async () => {
    const { resource } = await make(PACK);
    const { id } = resource;
    const same = PACK.replace('priority 5', 'priority  5');
    const update = async (document: string) =>
      (await bench().expectOk('orchestration_policy.update', { id, document })).resource.version;
    expect(await update(same)).toBe(1);
    expect(await update(PACK.replace('5', '6'))).toBe(2);
    const { items } = await bench().expectOk('orchestration_policy.versions', { id });
    expect(items).toMatchObject([
      { version: 1, document: PACK, created_by: 'admin' },
      { version: 2, document: PACK.replace('5', '6') },
    ]);
  });

  test('are switched off and on, and deleted with all versions', async () => {
    const { id } = (await make(PACK)).resource;
    const off = await bench().expectOk('orchestration_policy.disable', { id });
    expect(off.resource.enabled).toBe(false);
    const on = await bench().expectOk('orchestration_policy.enable', { id });
    expect(on.resource).toMatchObject({ enabled: true, version: 1 });
    await bench().expectOk('orchestration_policy.delete', { id });
    const { store } = bench();
    expect(await store.read({ from: 'policy_versions' })).toEqual([]);
    const gone = await bench().expectProblem('orchestration_policy.get', { id });
    expect(gone).toMatchObject({
      code: 'not-found',
      detail: `No orchestration policy found with the id ${id}.`,
    });
  });

  test.each([
    ['a tab', 'a: 1\n\tb: 2', 'line 2, column 1: Tabs are not allowed as indentation'],
    [
      'a misspelt parameter',
      SPREAD.replace('strategy:', 'stratgy:'),
      'line 22, column 22: spec.rules.0.actions.0.parameters.stratgy is not a known field',
    ],
    ['a word too many', PACK.replace('for vm', 'for vm vm'), 'line 2, column 10'],
    ['two policies', `${PACK}${PACK.replace('pack', 'other')}`, 'holds 2 policies'],
    [
      'a bomb of anchors',
      `a: &a [1,2]\nb: &b [${'*a,'.repeat(99)}*a]\nc: [${'*b,'.repeat(99)}*b]`,
      'uses anchors more than 100 times in all: write it out',
    ],
    ['CEL that is none', `${PACK}    when cel "1 +"\n`, 'line 5'],
  ])('with %s are refused with the place', async (_, document, words) => {
    const found = await bench().expectProblem('orchestration_policy.create', { document });
    expect(found.code).toBe('validation-failed');
    expect(found.detail).toContain(words);
    expect(found.fields[0]?.path).toEqual(['document']);
    expect(await bench().store.read({ from: 'orchestration_policies' })).toEqual([]);
  });

  test('share their names with policies in Rego', async () => {
    const rego = { name: 'pack', type: 'resource', rule: 'package a\n\nallow := true\n' } as const;
    const { id } = (await bench().expectOk('policy.create', rego)).resource;
    const taken = await bench().expectProblem('orchestration_policy.create', { document: PACK });
    expect(taken.detail).toBe(`A policy named "pack" exists already: ${id}.`);
    await bench().expectOk('policy.delete', { id });
    const { id: own } = (await make(PACK)).resource;
    const problem = await bench().expectProblem('policy.create', rego);
    expect(problem.detail).toBe(`An orchestration policy named "pack" exists already: ${own}.`);
  });

  test('count in the quota of policies', async () => {
    const { tenant_id: id } = (await make(PACK)).resource;
    await bench().expectOk('tenant.update', { id, quotas: { policies: 1 } });
    const full = await bench().expectProblem('orchestration_policy.create', { document: SPREAD });
    expect(full.code).toBe('quota-exceeded');
  });
});
