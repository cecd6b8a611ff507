import { describe, expect, test } from '@jest/globals';
import { createPolicySignatures } from '../../../server/src/adapters/policy/create-policy-signatures.ts';
import { acceptPolicy } from '../../../server/src/app/policy/signing/accept-policy.ts';
import { keepVersion, versionRowId } from '../../../server/src/app/rows/policy-versions.ts';
import type { PolicyRow } from '../../../server/src/ports/tables/tables.ts';
import { SMALL_VM, useBench } from '../test-kit/use-bench.ts';

/** Without an owner OPA refuses, and level 1 allows. */
const RULE = `package owners

allow if not blocked(input.resource.metadata.owner)

blocked(owner) if owner == "eve"
`;

const OTHER = RULE.replace('eve', 'mallory');

const bench = useBench({ decisionInputRatio: 1 });

const OWNED = { ...SMALL_VM, metadata: { owner: 'ann' } };

/** Asked about VMs only: it would refuse writes of policies as well. */
const POLICY = { name: 'Owners', type: 'access', rule: RULE } as const;

async function make() {
  const { resource } = await bench().expectOk('policy.create', {
    ...POLICY,
    actions: ['create_vm'],
  });
  return resource;
}

/** Stores the policy as a release left it that knew no levels. */
async function makeEarlier() {
  const { id } = await make();
  await storeAs(id, ({ languageLevel: _, ...compiled }) => compiled);
  return id;
}

async function rowOf(id: string): Promise<PolicyRow> {
  const [row] = await bench().store.read({ from: 'orchestration_policies', where: { id } });
  if (row === undefined) throw new Error('the policy is there');
  return row;
}

type Stored = Readonly<Record<string, unknown>>;

/** Stores the policy with another compiled form, signed by the server. */
async function storeAs(
  id: string,
  change: (compiled: Stored) => Stored,
  rule?: string,
): Promise<void> {
  const row = await rowOf(id);
  const { seal: _, ...compiled } = JSON.parse(row.compiled_json);
  const before = JSON.parse(row.desired_json);
  const desired = rule === undefined ? before : { ...before, rule };
  const text = { tenantId: row.tenant_id, policyId: id, version: 1, desired };
  // Accepting needs the store and the keys only.
  const accepted = await acceptPolicy(bench().deps as never, change(compiled) as never, text);
  if (!accepted.ok) throw new Error(accepted.error.detail);
  const { language_level: _level, ...observed } = JSON.parse(row.observed_json);
  const next = {
    ...row,
    desired_json: JSON.stringify(desired),
    observed_json: JSON.stringify(observed),
    compiled_json: accepted.value.compiledJson,
  };
  await bench().store.commit([
    { kind: 'put', into: 'orchestration_policies', row: next },
    ...keepVersion([], next, 0),
  ]);
}

let made = 0;

/** Whether a VM without an owner is admitted. */
async function admits(): Promise<boolean> {
  made += 1;
  const answer = await bench().call('vm.create', { ...SMALL_VM, name: `owned-${made}` });
  return answer.ok;
}

async function levelsOf(id: string) {
  const { items } = await bench().expectOk('policy.versions', { id });
  return items.map(({ version, language_level }) => `${version} at ${language_level}`);
}

describe('the language level of a policy', () => {
  test('is the newest of a new text, which says what OPA says', async () => {
    const { id, language_level } = await make();
    expect(language_level).toBe(2);
    expect(await admits()).toBe(false);
    await bench().expectOk('vm.create', OWNED);
    expect(await levelsOf(id)).toEqual(['1 at 2']);
    const stored = await bench().store.read({ from: 'policy_versions' });
    expect(stored.map((row) => row.language_level)).toEqual([2]);
  });

  test('stays 1 of a text that an earlier release accepted, whatever else changes', async () => {
    const id = await makeEarlier();
    expect(await bench().expectOk('policy.get', { id })).toMatchObject({ language_level: 1 });
    expect(await admits()).toBe(true);
    const change = { id, priority: 10, rule: RULE };
    const { resource } = await bench().expectOk('policy.update', change);
    expect(resource).toMatchObject({ version: 1, language_level: 1, priority: 10 });
    expect(await admits()).toBe(true);
    const { items } = await bench().expectOk('policy.versions', { id });
    const { statement = '' } = items[0]?.signature ?? {};
    expect(JSON.parse(statement)).toMatchObject({ statement: 'novacron.policy-text.v1' });
    expect(JSON.parse(statement)).not.toHaveProperty('language_level');
  });

  test('is that of the restored text after a rollback', async () => {
    const id = await makeEarlier();
    const { resource } = await bench().expectOk('policy.update', { id, rule: OTHER });
    expect(resource).toMatchObject({ version: 2, language_level: 2 });
    expect(await admits()).toBe(false);
    const back = await bench().expectOk('policy.rollback', { id, to_version: 1 });
    expect(back.resource).toMatchObject({ version: 3, language_level: 1, rule: RULE });
    expect(await admits()).toBe(true);
    await bench().expectOk('policy.rollback', { id, to_version: 2 });
    expect(await levelsOf(id)).toEqual(['1 at 1', '2 at 2', '3 at 1', '4 at 2']);
    expect(await admits()).toBe(false);
  });

  test('is signed in a form that a release without levels does not accept', async () => {
    const { id } = await make();
    const { items } = await bench().expectOk('policy.versions', { id });
    const { statement = '', value = '' } = items[0]?.signature ?? {};
    const said = JSON.parse(statement);
    expect(said).toMatchObject({ statement: 'novacron.policy-text.v2', language_level: 2 });
    const keys = await bench().expectOk('policy_signing_key.list', {});
    const publicKey = keys.items[0]?.public_key ?? '';
    const { verify } = createPolicySignatures();
    expect(verify(publicKey, statement, value)).toBe(true);
    // What such a release verifies: the same without the level.
    const { language_level: _, ...rest } = said;
    const earlier = JSON.stringify({ ...rest, statement: 'novacron.policy-text.v1' });
    expect(verify(publicKey, earlier, value)).toBe(false);
  });

  test.each<[string, (compiled: Stored) => Stored]>([
    ['lowered', ({ languageLevel: _, ...compiled }) => compiled],
    ['made another', (compiled) => ({ ...compiled, languageLevel: 1 })],
  ])('refuses every write where it was %s outside of the server', async (_what, change) => {
    const { id } = await make();
    const row = await rowOf(id);
    const compiled_json = JSON.stringify(change(JSON.parse(row.compiled_json)));
    const into = 'orchestration_policies';
    await bench().store.commit([{ kind: 'put', into, row: { ...row, compiled_json } }]);
    const { detail } = await bench().expectProblem('vm.create', OWNED);
    expect(detail).toContain('its rule is not what the server accepted');
  });

  test('refuses every write where a later release gave one that this does not have', async () => {
    const { id } = await make();
    await storeAs(id, (compiled) => ({ ...compiled, languageLevel: 3 }));
    const { detail } = await bench().expectProblem('vm.create', OWNED);
    expect(detail).toContain('it was accepted at the language level 3, which this release does');
  });

  test('of a kept version is the signed one, not what its column says', async () => {
    const { id } = await make();
    await bench().expectOk('policy.update', { id, rule: OTHER });
    const [first] = await bench().store.read({ from: 'policy_versions', limit: 1 });
    if (first === undefined) throw new Error('the first text is kept');
    const row = { ...first, language_level: 1 };
    await bench().store.commit([{ kind: 'put', into: 'policy_versions', row }]);
    const refused = await bench().expectProblem('policy.rollback', { id, to_version: 1 });
    expect(refused.detail).toContain('its column language_level differs from what is signed');
  });

  test('holds with the signature of another key', async () => {
    const id = await makeEarlier();
    await bench().expectOk('policy.update', { id, rule: OTHER });
    await bench().expectOk('policy_signing_key.rotate', {});
    expect(await levelsOf(id)).toEqual(['1 at 1', '2 at 2']);
    await bench().expectOk('policy.rollback', { id, to_version: 1 });
    expect(await admits()).toBe(true);
  });
});

describe('an upgrade of the language level', () => {
  test('is planned with the expressions, their effect and the decisions that change', async () => {
    const id = await makeEarlier();
    expect(await admits()).toBe(true);
    await bench().expectOk('vm.create', OWNED);
    const eve = { ...SMALL_VM, name: 'eve-01', metadata: { owner: 'eve' } };
    await bench().expectProblem('vm.create', eve);
    // Decisions are written within half a second.
    await bench().advance(600);
    const plan = await bench().expectOk('policy.upgrade_plan', { id });
    expect(plan).toMatchObject({
      name: 'Owners',
      language_level: 1,
      to_level: 2,
      mistakes: [],
      replayed: 3,
      without_input: 0,
      is_complete: true,
    });
    expect(plan.expressions).toEqual([
      {
        row: 3,
        column: 10,
        text: 'allow if not blocked(input.resource.metadata.owner)',
        parts: ['input.resource.metadata.owner'],
        effect: 'refuses',
        explanation:
          'Where input.resource.metadata.owner is undefined, this negation holds at language ' +
          'level 1 and not at level 2, as in OPA: level 2 refuses what level 1 allows.',
      },
    ]);
    expect(plan.changed).toMatchObject([
      { action: 'create_vm', user_id: 'admin', was: 'allow', becomes: 'deny' },
    ]);
    expect(await bench().expectOk('policy.get', { id })).toMatchObject({ language_level: 1 });
  });

  test('is a new version of the same text, which the audit log has', async () => {
    const id = await makeEarlier();
    const { resource } = await bench().expectOk('policy.upgrade', { id });
    expect(resource).toMatchObject({ version: 2, language_level: 2, rule: RULE });
    expect(await admits()).toBe(false);
    expect(await levelsOf(id)).toEqual(['1 at 1', '2 at 2']);
    const { items } = await bench().expectOk('audit.list', {});
    expect(items).toContainEqual(
      expect.objectContaining({ operation: 'policy.upgrade', outcome: 'done' }),
    );
    const again = await bench().expectOk('policy.upgrade', { id });
    expect(again.resource).toMatchObject({ version: 2, language_level: 2 });
    const plan = await bench().expectOk('policy.upgrade_plan', { id });
    expect(plan).toMatchObject({ language_level: 2, expressions: [], replayed: 0, changed: [] });
    await bench().expectOk('policy.rollback', { id, to_version: 1 });
    expect(await admits()).toBe(true);
  });

  test.each(['upgrade_policy', 'update_policy'])('is decided as %s', async (action) => {
    const id = await makeEarlier();
    await bench().expectOk('policy.create', {
      name: 'Guard',
      type: 'resource',
      rule: `package guard\n\ndeny contains "stays" if input.action == "${action}"\n`,
    });
    const refused = await bench().expectProblem('policy.upgrade', { id });
    expect(refused).toMatchObject({ code: 'policy-denied' });
    expect(await bench().expectOk('policy.get', { id })).toMatchObject({ language_level: 1 });
  });

  test('is not kept up by an earlier version that is damaged, which is named', async () => {
    const id = await makeEarlier();
    const [first] = await bench().storeOnDisk.read({ from: 'policy_versions' });
    if (first === undefined) throw new Error('there is a version');
    // What is sealed is bound to its row.
    const row = { ...first, id: versionRowId(id, 0), version: 0 };
    const done = await bench().storeOnDisk.commit([{ kind: 'put', into: 'policy_versions', row }]);
    expect(done.ok).toBe(true);
    const { resource, notices = [] } = await bench().expectOk('policy.upgrade', { id });
    expect(resource).toMatchObject({ version: 2, language_level: 2 });
    expect(notices).toContain(
      'version 0 is damaged in the store and cannot be restored; the others can',
    );
    const kept = await bench().storeOnDisk.read({ from: 'policy_versions' });
    expect(kept.map(({ version }) => version)).toEqual([0, 1, 2]);
    await bench().expectOk('policy.rollback', { id, to_version: 1 });
  });

  test('replays decisions with the documents of their time, and counts those without', async () => {
    const { resource: data } = await bench().expectOk('policy_data.create', {
      path: 'strict',
      document: 'true',
    });
    const { resource } = await bench().expectOk('policy.create', {
      name: 'Strict',
      type: 'resource',
      actions: ['create_vm'],
      rule: `package strict_owners

deny contains "no owner" if {
  data.strict
  not known(input.resource.metadata.owner)
}

known(owner) if owner != ""
`,
    });
    const { id } = resource;
    await storeAs(id, ({ languageLevel: _, ...compiled }) => compiled);
    expect(await admits()).toBe(false);
    await bench().expectOk('policy_data.update', { id: data.id, document: 'false' });
    expect(await admits()).toBe(true);
    await bench().advance(600);
    const plan = await bench().expectOk('policy.upgrade_plan', { id });
    expect(plan).toMatchObject({ replayed: 2, without_data: 0 });
    expect(plan.changed).toMatchObject([{ was: 'deny', becomes: 'silent' }]);
    const versions = await bench().store.read({ from: 'policy_data_versions' });
    const gone = versions.filter(({ version }) => version === 1).map((row) => row.id);
    await bench().store.commit(
      gone.map((row) => ({ kind: 'drop', from: 'policy_data_versions', id: row }) as const),
    );
    const later = await bench().expectOk('policy.upgrade_plan', { id });
    expect(later).toMatchObject({ replayed: 1, without_data: 1, changed: [] });
  });

  test('is refused for a text that OPA refuses, which is warned of until then', async () => {
    const rule =
      'package old\n\nimport rego.v1\n\ndeny contains "a" if re_match("^a", input.action)\n';
    const { resource } = await bench().expectOk('policy.create', {
      name: 'Old',
      type: 'resource',
      rule: rule.replace('re_match', 'regex.match'),
    });
    const { id } = resource;
    await storeAs(id, ({ languageLevel: _, ...compiled }) => compiled, rule);
    const found = 'Version 1 of the language has no builtin re_match; use regex.match instead.';
    const plan = await bench().expectOk('policy.upgrade_plan', { id });
    expect(plan.mistakes).toEqual([{ row: 5, column: 22, message: found }]);
    const refused = await bench().expectProblem('policy.upgrade', { id });
    expect(refused.detail).toContain(`line 5, column 22: ${found}`);
    const { notices } = await bench().expectOk('policy.update', { id, priority: 1 });
    expect(notices).toEqual([`line 5, column 22 of the rule: ${found}`]);
    const created = { name: 'New', type: 'resource', rule } as const;
    expect((await bench().expectProblem('policy.create', created)).code).toBe('rule-invalid');
  });
});

test('an upgrade is refused where an import has the name of a rule', async () => {
  const { id } = await make();
  const text = `package owners

import data.others.blocked

allow if not blocked

blocked if input.resource.metadata.owner == "eve"
`;
  await storeAs(id, ({ languageLevel: _, ...compiled }) => compiled, text);
  const answer = await bench().call('policy.upgrade', { id });
  expect(answer.ok).toBe(false);
  expect(JSON.stringify(answer)).toContain(
    'line 3, column 1: The name blocked means the rule data.owners.blocked here, and this import ' +
      'at language level 2',
  );
  expect(await bench().expectOk('policy.get', { id })).toMatchObject({ language_level: 1 });
});

test('a new text is warned of where it means something else than at the level before', async () => {
  const asked = { ...POLICY, actions: ['create_vm'] };
  const { notices } = await bench().expectOk('policy.create', asked);
  expect(notices).toEqual([
    expect.stringContaining('line 3, column 10 of the rule: Where input.resource'),
  ]);
});
