import { describe, expect, test } from '@jest/globals';
import { type InputOf, operationNames } from '@novacron/contract/operations-table/operations';
import { acceptPolicy } from '@novacron/server/app/policy/signing/accept-policy';
import { SMALL_VM, useBench } from '../test-kit/use-bench.ts';

/** Fails for every question about a policy and answers all others. */
const FAILS_ABOUT_POLICIES = `package broken

deny := {"one"} if input.resource.type == "policy"

deny := {"two"} if input.resource.type == "policy"
`;

/** Fails for every question but those of the kind volume, so that its trial is passed. */
const FAILS = `package broken

deny := {"one"} if input.resource.type != "volume"

deny := {"two"} if input.resource.type != "volume"
`;

const FAILS_ALWAYS = `package broken

deny := {"one"} if input.version == 1

deny := {"two"} if input.version == 1
`;

/** Billions of rounds for a question about a policy. */
const LOOPS_ABOUT_POLICIES = `package slow

deny contains "never" if {
  input.resource.type == "policy"
  count([1 | some a in range; some b in range; some c in range; a + b + c < 0]) > 0
}

range := numbers.range(1, 3000)
`;

const QUIET_RULE = 'package quiet\n\ndeny contains "no" if input.resource.cpu_cores > 64\n';

describe('the trial of a policy', () => {
  const bench = useBench();

  test('refuses one of type access that can allow nothing', async () => {
    for (const rule of [
      'package p\n\ndeny contains "no" if input.resource.cpu_cores > 64\n',
      'package p\n\ndefault allow := false\n',
      'package p\n\nallow := "yes" if input.version == 1\n',
    ]) {
      const made = { name: 'A', type: 'access', rule } as const;
      const refused = await bench().expectProblem('policy.create', made);
      expect(refused).toMatchObject({ code: 'rule-invalid', fields: [{ path: ['rule'] }] });
      expect(refused.detail).toContain('data.p.allow can never be true');
      const { problems } = await bench().expectOk('admission.preview', {
        operation: 'policy.create',
        input: made,
      });
      expect(problems.map(({ detail }) => detail)).toEqual([refused.detail]);
    }
    const rule = 'package p\n\ndefault allow := false\n\nallow if input.subject.role == "admin"\n';
    await bench().expectOk('policy.create', { name: 'A', type: 'access', rule });
  });

  test('refuses one that answers no question, created or changed', async () => {
    const made = { name: 'A', type: 'resource', rule: FAILS_ALWAYS } as const;
    const refused = await bench().expectProblem('policy.create', made);
    expect(refused.code).toBe('rule-invalid');
    expect(refused.detail).toContain('data.broken.deny has more than one value');
    const { resource } = await bench().expectOk('policy.create', { ...made, rule: QUIET_RULE });
    const changed = { id: resource.id, rule: FAILS_ALWAYS };
    expect((await bench().expectProblem('policy.update', changed)).detail).toBe(refused.detail);
  });

  test('refuses to enable what it only reported of a disabled policy', async () => {
    const made = { name: 'A', type: 'resource', rule: FAILS_ALWAYS, enabled: false } as const;
    const { resource, notices } = await bench().expectOk('policy.create', made);
    expect(notices?.join()).toContain('the policy answered none of');
    const refused = await bench().expectProblem('policy.update', {
      id: resource.id,
      enabled: true,
    });
    expect(refused).toMatchObject({ code: 'rule-invalid', fields: [{ path: ['rule'] }] });
    await bench().expectOk('policy.update', { id: resource.id, name: 'Later' });
  });

  test('reports the questions that a policy does not answer', async () => {
    const made = { name: 'A', type: 'resource', rule: FAILS_ABOUT_POLICIES } as const;
    const { notices } = await bench().expectOk('policy.create', made);
    expect(notices?.join()).toMatch(
      /^the policy did not answer 2 of \d+ trial questions: update_policy \(data.broken.deny has/,
    );
    const preview = { operation: 'policy.create', input: { ...made, name: 'B' } } as const;
    expect((await bench().expectOk('admission.preview', preview)).notices).toEqual(notices);
  });

  test('reports an answer that is neither true nor false', async () => {
    const rule = 'package p\n\nallow := input.resource.type if input.resource.type == "vm"\n';
    const made = { name: 'A', type: 'resource', rule } as const;
    const { notices } = await bench().expectOk('policy.create', made);
    expect(notices?.join()).toContain('create_vm (allow is "vm" instead of true or false)');
  });
});

describe('the repair of a policy', () => {
  /** The lanes in which a policy that does not end was asked about a repair. */
  const lanes: (string | undefined)[] = [];
  const bench = useBench({
    wrapPolicies: (policies) => ({
      ...policies,
      evaluate: (rule, input, terms) => {
        if (rule === LOOPS_ABOUT_POLICIES) lanes.push(terms.lane);
        return policies.evaluate(rule, input, terms);
      },
    }),
  });

  async function make(name: string, rule: string, more: Partial<InputOf<'policy.create'>> = {}) {
    const made = { name, type: 'resource', rule, ...more } as const;
    return (await bench().expectOk('policy.create', made)).resource.id;
  }

  async function expectRecorded(id: string, policies: readonly string[]): Promise<void> {
    const { items } = await bench().expectOk('audit.list', { resource_id: id });
    const found = items.filter(({ outcome }) => outcome === 'policy-set-aside');
    expect(found.map(({ changes }) => changes)).toEqual([
      {
        set_aside: { was: null, is: policies.map((policy) => expect.objectContaining({ policy })) },
      },
    ]);
    await bench().advance(1_000);
    const { items: events } = await bench().expectOk('event.list', { limit: 500 });
    const noted = events.filter(({ type, target }) => type === 'policy.set_aside' && target === id);
    expect(noted).toMatchObject([{ priority: 'high', data: { by: 'admin' } }]);
  }

  test.each([
    ['fails', FAILS],
    ['fails only for questions about policies', FAILS_ABOUT_POLICIES],
    ['does not end', LOOPS_ABOUT_POLICIES],
  ])('goes on where it %s, as its preview says, and is recorded', async (_, rule) => {
    const id = await make('Broken', rule);
    const write = { operation: 'policy.update', input: { id, enabled: false } } as const;
    const preview = await bench().expectOk('admission.preview', write);
    expect(preview.problems).toEqual([]);
    expect(preview.warnings).toMatchObject([
      {
        policy: 'Broken',
        message: expect.stringMatching(/^decided without this policy's verdict/),
      },
    ]);
    const { warnings, resource } = await bench().expectOk('policy.update', write.input);
    expect(resource).toMatchObject({ enabled: false });
    expect(warnings).toMatchObject(preview.warnings);
    await expectRecorded(id, ['Broken']);
  });

  test('goes on with a corrected rule, and with its end', async () => {
    const id = await make('Broken', FAILS);
    await bench().expectOk('policy.update', { id, rule: QUIET_RULE });
    const other = await make('Other', FAILS);
    await bench().expectOk('policy.delete', { id: other });
    await expectRecorded(other, ['Other']);
  });

  test('is refused to a role that may do all but is not admin', async () => {
    const id = await make('Broken', FAILS);
    const keeper = { ...bench().admin, role: 'keeper', operations: new Set(operationNames()) };
    const refused = await bench().expectProblem(
      'policy.update',
      { id, enabled: false },
      { principal: keeper },
    );
    expect(refused).toMatchObject({ code: 'policy-denied' });
  });

  test('is refused for a policy of the platform', async () => {
    const id = await make('Broken', FAILS, { scope: 'platform' });
    const refused = await bench().expectProblem('policy.update', { id, enabled: false });
    expect(refused).toMatchObject({ code: 'policy-denied' });
  });

  test('goes on for a policy of type access that is switched off', async () => {
    const rule = 'package p\n\nallow if false\n';
    const id = await make('Off', rule, { type: 'access' });
    await bench().expectProblem('network.create', { name: 'n', cidr: '10.0.0.0/16' });
    await bench().expectOk('policy.update', { id, enabled: false });
    await expectRecorded(id, ['Off']);
  });

  test('goes on for a stored policy of type access that can allow nothing', async () => {
    for (const text of [
      'package p\n\ndeny contains "no" if input.resource.cpu_cores > 64\n',
      'package p\n\ndefault allow := false\n',
    ]) {
      const id = await make('Closed', text);
      await acceptAsAccess(id);
      expect(await bench().expectProblem('vm.create', SMALL_VM)).toMatchObject({
        code: 'policy-denied',
      });
      const write = { operation: 'policy.delete', input: { id } } as const;
      expect(await bench().expectOk('admission.preview', write)).toMatchObject({ problems: [] });
      await bench().expectOk('policy.delete', write.input);
      await expectRecorded(id, ['Closed']);
    }
  });

  /** Stores a policy as a release did that accepted any rule for the type `access`. */
  async function acceptAsAccess(id: string): Promise<void> {
    const { store } = bench();
    const [row] = await store.read({ from: 'orchestration_policies', where: { id } });
    if (row === undefined) throw new Error('the policy is there');
    const desired = { ...JSON.parse(row.desired_json), type: 'access' };
    const { allows: _, ...compiled } = JSON.parse(row.compiled_json);
    const text = { tenantId: row.tenant_id, policyId: id, version: 1, desired };
    // Accepting needs the store and the keys only.
    const accepted = await acceptPolicy(bench().deps as never, compiled, text);
    if (!accepted.ok) throw new Error(accepted.error.detail);
    const next = {
      ...row,
      desired_json: JSON.stringify(desired),
      compiled_json: accepted.value.compiledJson,
    };
    await store.commit([{ kind: 'put', into: 'orchestration_policies', row: next }]);
  }

  test('is decided by the other policies', async () => {
    await make(
      'Guard',
      'package guard\n\ndeny contains "stays on" if input.action == "update_policy"\n',
    );
    const id = await make('Broken', FAILS_ABOUT_POLICIES);
    const input = { id, enabled: false };
    const refused = await bench().expectProblem('policy.update', input);
    expect(refused.detail).toContain('stays on');
    expect(refused.detail).not.toContain('more than one value');
    const { problems } = await bench().expectOk('admission.preview', {
      operation: 'policy.update',
      input,
    });
    expect(problems.map(({ detail }) => detail)).toEqual([refused.detail]);
  });

  test('is still refused by a policy that denies it', async () => {
    const rule = 'package p\n\ndeny contains "no" if startswith(input.operation, "policy.")\n';
    const id = await make('Own', rule);
    const refused = await bench().expectProblem('policy.update', { id, enabled: false });
    expect(refused.code).toBe('policy-denied');
  });

  test('goes on where two policies fail for each other', async () => {
    const first = await make('First', FAILS);
    const second = await makeBeside('Second', FAILS, first);
    for (const id of [first, second]) {
      expect((await bench().expectProblem('vm.create', SMALL_VM)).code).toBe('policy-denied');
      await bench().expectOk('policy.update', { id, enabled: false });
    }
    await expectRecorded(first, ['First', 'Second']);
    await expectRecorded(second, ['Second']);
    await bench().expectOk('vm.create', SMALL_VM);
  });

  test('waits once for a policy that does not end', async () => {
    const id = await make('Broken', LOOPS_ABOUT_POLICIES);
    lanes.length = 0;
    await bench().expectOk('policy.update', { id, enabled: false });
    expect(lanes).toEqual(['repair']);
  });

  /** The same for a policy that is there already and refuses further ones. */
  async function makeBeside(name: string, rule: string, other: string): Promise<string> {
    const where = { id: other };
    const { store } = bench();
    const [row] = await store.read({ from: 'orchestration_policies', where });
    if (row === undefined) throw new Error('the policy is there');
    const off = {
      ...row,
      enabled: 0,
      desired_json: row.desired_json.replace('"enabled":true', '"enabled":false'),
    };
    await store.commit([{ kind: 'put', into: 'orchestration_policies', row: off }]);
    const id = await make(name, rule);
    await store.commit([{ kind: 'put', into: 'orchestration_policies', row }]);
    return id;
  }

  test('does not pass a policy that only fails for what the change contains', async () => {
    const rule = `package p

deny := {"one"} if contains(input.resource.name, "fails")

deny := {"two"} if contains(input.resource.name, "fails")
`;
    const id = await make('Guard', rule);
    const change = { id, name: 'It fails', rule: QUIET_RULE };
    expect(await bench().expectProblem('policy.update', change)).toMatchObject({
      code: 'policy-denied',
    });
    await bench().expectOk('policy.update', { id, enabled: false });
  });

  test('says nothing about writes of other kinds', async () => {
    await make('Broken', FAILS);
    expect(await bench().expectProblem('vm.create', SMALL_VM)).toMatchObject({
      code: 'policy-denied',
    });
  });
});
