/** Data documents of policies: stored, versioned, signed, and read by policies. */
import { describe, expect, test } from '@jest/globals';
import type { OperationName } from '@novacron/contract/operations-table/operations';
import { createPolicySignatures } from '@novacron/server/adapters/policy/create-policy-signatures';
import { createApplication } from '@novacron/server/app/composition/create-application';
import { beginRequest } from '@novacron/server/app/kernel/context/call-context';
import type { PolicyDataRow } from '@novacron/server/ports/tables/policy/policy-data-rows';
import { dispatch } from '@novacron/server/transports/dispatch/dispatch';
import { SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const RULE = `package sizes

deny contains msg if {
  input.action in {"create_vm", "update_vm"}
  some team, limit in data.limits.teams
  input.resource.metadata.team == team
  input.resource.cpu_cores > limit.cores
  msg := sprintf("%s may have %d cores", [team, limit.cores])
}
`;

const bench = useBench({ decisionInputRatio: 1 });

const WEB = { ...SMALL_VM, metadata: { team: 'web' } };

const limitsOf = (cores: number) => JSON.stringify({ web: { cores } });

async function store(path: string, document: string) {
  const { resource } = await bench().expectOk('policy_data.create', { path, document });
  return resource;
}

async function makePolicy(rule = RULE, name = 'Sizes') {
  const { resource } = await bench().expectOk('policy.create', { name, type: 'resource', rule });
  return resource;
}

/** Changes the row of the document as a program does that has the store and its sealing key. */
async function change(columns: Partial<PolicyDataRow>): Promise<void> {
  const [row] = await bench().store.read({ from: 'policy_data' });
  if (row === undefined) throw new Error('there is a document');
  const next = { ...row, ...columns };
  const done = await bench().store.commit([{ kind: 'put', into: 'policy_data', row: next }]);
  expect(done.ok).toBe(true);
}

const namesOf = (names: readonly string[]) => names.join(' ');

describe('a document', () => {
  test('is read by policies, and another value decides with the next request', async () => {
    await makePolicy();
    await bench().expectOk('vm.create', { ...WEB, name: 'before' });
    const { id } = await store('limits.teams', limitsOf(1));
    const refused = await bench().expectProblem('vm.create', WEB);
    expect(refused).toMatchObject({ code: 'policy-denied' });
    expect(refused.detail).toContain('web may have 1 cores');
    await bench().expectOk('policy_data.update', { id, document: limitsOf(2) });
    await bench().expectOk('vm.create', WEB);
  });

  test('decides on every server from its first request on', async () => {
    await makePolicy();
    const other = createApplication(bench().deps).application;
    const ask = async (cores: number) => {
      const answer = await dispatch(
        { application: other, logger: bench().deps.logger },
        {
          name: 'policy_decision.ask' satisfies OperationName,
          rawInput: {
            operation: 'vm.create',
            resource: { name: 'web-01', cpu_cores: cores, metadata: { team: 'web' } },
          },
          context: {
            principal: bench().admin,
            requestId: other.nextRequestId(),
            client: 'rest',
            deployment: 'default',
            signal: new AbortController().signal,
            request: beginRequest(),
          },
        },
      );
      return JSON.stringify(answer);
    };
    expect(await ask(4)).toContain('"allowed":true');
    const { id } = await store('limits.teams', limitsOf(2));
    expect(await ask(4)).toContain('web may have 2 cores');
    await bench().expectOk('policy_data.update', { id, document: limitsOf(8) });
    expect(await ask(4)).toContain('"allowed":true');
  });

  test('has a version for each value, and none for another spelling of it', async () => {
    const first = await store('limits.teams', '{ "web": {"cores": 1} }');
    expect(first).toMatchObject({ version: 1, revision: 1, document: limitsOf(1) });
    const { id } = first;
    const same = await bench().expectOk('policy_data.update', { id, document: limitsOf(1) });
    expect(same.resource).toMatchObject({ version: 1, revision: 1 });
    await bench().expectOk('policy_data.update', { id, document: limitsOf(2) });
    const rolled = await bench().expectOk('policy_data.rollback', { id, to_version: 1 });
    expect(rolled.resource).toMatchObject({ version: 3, document: limitsOf(1) });
    const { items } = await bench().expectOk('policy_data.versions', { id });
    expect(items.map(({ version, created_by }) => [version, created_by])).toEqual([
      [1, 'admin'],
      [2, 'admin'],
      [3, 'admin'],
    ]);
    expect(items[0]?.sha256).toBe(items[2]?.sha256);
    const second = await bench().expectOk('policy_data.get', { id, version: 2 });
    expect(second).toMatchObject({ version: 2, document: limitsOf(2) });
    const none = await bench().expectProblem('policy_data.get', { id, version: 9 });
    expect(none.detail).toBe('The document data.limits.teams has no version 9; it has 1, 2, 3.');
    const absent = await bench().expectProblem('policy_data.rollback', { id, to_version: 9 });
    expect(absent.code).toBe('not-found');
  });

  test('is listed without its value, audited by its hash, and sealed on disk', async () => {
    await store('limits.teams', limitsOf(1));
    await store('owners', '["ann"]');
    const { items } = await bench().expectOk('policy_data.list', {});
    expect(items.map(({ path, version }) => [path, version])).toEqual([
      ['limits.teams', 1],
      ['owners', 1],
    ]);
    expect(JSON.stringify(items)).not.toContain('ann');
    const audit = await bench().expectOk('audit.list', {});
    const entry = audit.items.find(({ operation }) => operation === 'policy_data.create');
    expect(entry).toMatchObject({ resource_kind: 'policy_data', outcome: 'done' });
    expect(Object.keys(entry?.changes ?? {}).sort()).toEqual([
      'path',
      'sha256',
      'size_bytes',
      'version',
    ]);
    const [onDisk] = await bench().storeOnDisk.read({ from: 'policy_data' });
    expect(onDisk?.document).toMatch(/^ncs1\./);
  });

  test('is created once for each key, and changed only at the expected revision', async () => {
    const input = { path: 'owners', document: '[]', idempotency_key: 'polsrv-owners' };
    const one = await bench().expectOk('policy_data.create', input);
    const two = await bench().expectOk('policy_data.create', input);
    expect(two.resource.id).toBe(one.resource.id);
    const { id } = one.resource;
    const late = { id, if_revision: 7 };
    const update = { ...late, document: '["ann"]' };
    const stale = await bench().expectProblem('policy_data.update', update);
    expect(stale).toMatchObject({ code: 'revision-mismatch', data: { revision: 1 } });
    const deleted = await bench().expectProblem('policy_data.delete', late);
    expect(deleted.code).toBe('revision-mismatch');
    await bench().expectOk('policy_data.delete', { id, if_revision: 1 });
    expect((await bench().expectOk('policy_data.list', {})).items).toEqual([]);
    expect(await bench().store.read({ from: 'policy_data_versions' })).toEqual([]);
  });

  test('is not deleted while a policy reads it', async () => {
    const { id } = await store('limits.teams', limitsOf(8));
    const policy = await makePolicy();
    await makePolicy('package other\n\ndeny contains "no" if data.owners.x == 1\n', 'Other');
    const refused = await bench().expectProblem('policy_data.delete', { id });
    expect(refused).toMatchObject({ code: 'in-use', data: { policies: ['Sizes'] } });
    expect(refused.detail).toBe(
      'The document data.limits.teams cannot be deleted: the policies that read it are Sizes.',
    );
    await bench().expectOk('policy.delete', { id: policy.id });
    await bench().expectOk('policy_data.delete', { id });
  });

  test.each([
    ['limits', '{}', 'one is inside the other'],
    ['limits.teams.web', '{}', 'one is inside the other'],
    ['limits.teams', '{}', 'exists already'],
    ['sizes.deny', '{}', 'data.sizes.deny is a rule of the policy "Sizes"'],
    ['sizes', '{"deny":[]}', 'data.sizes.deny is a rule of the policy "Sizes"'],
    ['sizes', '[]', 'data.sizes.deny is a rule of the policy "Sizes"'],
  ])('is refused at %s with %s, which is taken', async (path, document, why) => {
    await makePolicy();
    await store('limits.teams', limitsOf(8));
    const refused = await bench().expectProblem('policy_data.create', { path, document });
    expect(refused.code).toBe('name-taken');
    expect(refused.detail).toContain(why);
  });

  test('may be in the package of a policy, beside its rules', async () => {
    const inside = RULE.replace('data.limits.teams', 'data.sizes.teams');
    await makePolicy(inside);
    const { id } = await store('sizes', JSON.stringify({ teams: { web: { cores: 1 } } }));
    const refused = await bench().expectProblem('vm.create', WEB);
    expect(refused.detail).toContain('web may have 1 cores');
    const hiding = await bench().expectProblem('policy_data.update', {
      id,
      document: '{"deny":1}',
    });
    expect(hiding.detail).toContain('data.sizes.deny is a rule of the policy');
  });

  test('is not hidden by a rule of a new policy', async () => {
    await store('sizes', '{"deny":{}}');
    const input = { name: 'Sizes', type: 'resource', rule: RULE } as const;
    const refused = await bench().expectProblem('policy.create', input);
    expect(refused.code).toBe('rule-invalid');
    expect(refused.detail).toBe(
      'data.sizes.deny is a rule here and a part of the document data.sizes, which it would hide.',
    );
  });

  test('that a policy misses is named when the policy is stored', async () => {
    const input = { name: 'Sizes', type: 'resource', rule: RULE } as const;
    const { notices = [] } = await bench().expectOk('policy.create', input);
    expect(namesOf(notices)).toContain('data.limits.teams is undefined');
  });

  test('has a limit of length, and all of a tenant together have one', async () => {
    const long = JSON.stringify('x'.repeat(262_000));
    const paths = ['a', 'b', 'c', 'd'];
    for (const path of paths) await store(path, long);
    const refused = await bench().expectProblem('policy_data.create', {
      path: 'e',
      document: long,
    });
    expect(refused.code).toBe('quota-exceeded');
    expect(refused.detail).toContain('together they may have 1048576');
    const single = await bench().expectProblem('policy_data.create', {
      path: 'e',
      document: `"${long.slice(1, -1)}${'x'.repeat(1_000)}"`,
    });
    expect(single.code).toBe('validation-failed');
    const broken = await bench().expectProblem('policy_data.create', {
      path: 'e',
      document: '{"a":',
    });
    expect(broken.detail).toContain('must be JSON');
  });
});

describe('the signature of a document', () => {
  test('can be verified with the public key, and is of the new key after a rotation', async () => {
    const { id, signature } = await store('limits.teams', limitsOf(8));
    await bench().expectOk('policy_data.update', { id, document: limitsOf(9) });
    const keys = await bench().expectOk('policy_signing_key.list', {});
    const { statement = '', value = '' } = signature ?? {};
    expect(JSON.parse(statement)).toMatchObject({
      statement: 'novacron.policy-data.v1',
      data: id,
      path: 'limits.teams',
      version: 1,
    });
    const publicKey = keys.items[0]?.public_key ?? '';
    expect(createPolicySignatures().verify(publicKey, statement, value)).toBe(true);
    await makePolicy();
    const rotated = await bench().expectOk('policy_signing_key.rotate', {});
    expect(rotated).toMatchObject({ signed: 3, refused: [] });
    const { items } = await bench().expectOk('policy_data.versions', { id });
    expect(items.map((item) => item.signature?.key_id)).toEqual([rotated.key_id, rotated.key_id]);
    await bench().expectOk('vm.create', WEB);
    await bench().expectOk('policy_data.rollback', { id, to_version: 1 });
  });

  test.each<[string, Partial<PolicyDataRow>, string]>([
    ['another value', { document: limitsOf(640) }, 'it is not what the server accepted'],
    ['another version', { version: 7 }, 'it is not what the server accepted'],
    ['no signature', { seal_json: null }, 'it has no signature of the server'],
  ])('with %s makes the policies that read it refuse every write', async (_what, columns, why) => {
    await store('limits.teams', limitsOf(8));
    await makePolicy();
    const quiet = 'package quiet\n\ndeny contains "no" if input.resource.cpu_cores > 100\n';
    await makePolicy(quiet, 'Quiet');
    await change(columns);
    const { detail } = await bench().expectProblem('vm.create', WEB);
    expect(detail).toContain('olicy "Sizes"');
    expect(detail).toContain('the document data.limits.teams, which it reads');
    expect(detail).toContain(why);
    expect(detail).not.toContain('Quiet');
    const { policies } = await bench().expectOk('policy.explain', {});
    const explained = policies.find(({ name }) => name === 'Sizes');
    expect(explained?.explanation).toContain('it refuses every write: the document data.limits');
  });

  test('is verified before an earlier version is restored', async () => {
    const { id } = await store('limits.teams', limitsOf(1));
    await bench().expectOk('policy_data.update', { id, document: limitsOf(2) });
    const [first] = await bench().store.read({ from: 'policy_data_versions', limit: 1 });
    if (first === undefined) throw new Error('the first value is stored');
    const row = { ...first, document: limitsOf(99) };
    await bench().store.commit([{ kind: 'put', into: 'policy_data_versions', row }]);
    const refused = await bench().expectProblem('policy_data.rollback', { id, to_version: 1 });
    expect(refused.detail).toContain('Version 1 of data.limits.teams was changed outside');
  });
});

describe('decisions', () => {
  test('record the versions of the documents that were read', async () => {
    const { id } = await store('limits.teams', limitsOf(1));
    await store('owners', '[]');
    await makePolicy();
    const { policies } = await bench().expectOk('policy.explain', {});
    expect(policies[0]?.data).toEqual([{ path: 'limits.teams', version: 1 }]);
    await bench().expectProblem('vm.create', WEB);
    await bench().expectOk('policy_data.update', { id, document: limitsOf(9) });
    await bench().expectOk('vm.create', WEB);
    await bench().advance(1_000);
    const { items } = await bench().expectOk('policy_decision.list', {});
    const creates = items.filter(({ operation }) => operation === 'vm.create');
    const versions = creates.map(({ policies: [verdict] }) => verdict?.data?.[0]?.version);
    expect(versions.toSorted()).toEqual([1, 2]);
  });

  const drafts = (cores: number) => [{ path: 'limits.teams', document: limitsOf(cores) }];

  /** All parts of a preview of documents. */
  async function previewData(data: { readonly path: string; readonly document: string }[]) {
    const changes: unknown[][] = [];
    const notices: string[] = [];
    let position: string | undefined;
    for (let parts = 1; ; parts += 1) {
      const turn = position === undefined ? {} : { position };
      const part = await bench().expectOk('policy.preview', {
        data,
        sources: ['resources'],
        ...turn,
      });
      changes.push(...part.changes.map((each) => [each.source, each.effect, each.policy]));
      notices.push(...part.notices);
      if (part.next_position === null) return { changes, notices, parts };
      position = part.next_position;
    }
  }

  test('of a preview of documents are those of each policy that reads them', async () => {
    await store('limits.teams', limitsOf(4));
    await makePolicy();
    await makePolicy(RULE.replace('package sizes', 'package again'), 'Again');
    await makePolicy('package other\n\ndeny contains "no" if data.owners.x == 1\n', 'Other');
    await bench().expectOk('vm.create', WEB);
    const refused = await previewData(drafts(1));
    expect(refused.changes).toContainEqual(['resources', 'newly_refused', 'Again']);
    // It is refused by the first one already.
    expect(refused.changes).not.toContainEqual(['resources', 'newly_refused', 'Sizes']);
    expect(refused.parts).toBe(2);
    expect((await previewData(drafts(8))).changes).toEqual([]);
    const unread = await previewData([{ path: 'nothing', document: '1' }]);
    expect(unread.notices).toEqual(['no enabled policy reads data.nothing: no decision changes']);
    const { items } = await bench().expectOk('policy_data.list', {});
    expect(items.map(({ path, version }) => [path, version])).toEqual([['limits.teams', 1]]);
    const data = [{ path: 'limits', document: '{}' }];
    expect(await bench().expectProblem('policy.preview', { data })).toMatchObject({
      code: 'name-taken',
    });
  });

  test('of a preview of documents are allowed again only where all policies allow', async () => {
    const { id } = await store('limits.teams', limitsOf(4));
    await makePolicy();
    await makePolicy(RULE.replace('package sizes', 'package again'), 'Again');
    await bench().expectOk('vm.create', WEB);
    await bench().expectOk('policy_data.update', { id, document: limitsOf(1) });
    const { changes } = await previewData(drafts(4));
    expect(changes).toEqual([['resources', 'newly_allowed', 'Sizes']]);
  });

  test('of a preview of a policy use drafts of documents, where it has any', async () => {
    await store('limits.teams', limitsOf(4));
    await bench().expectOk('vm.create', WEB);
    const draft = { name: 'Sizes', type: 'resource', rule: RULE } as const;
    const sources = ['resources' as const];
    const now = await bench().expectOk('policy.preview', { draft, sources });
    expect(now.changes).toEqual([]);
    const then = await bench().expectOk('policy.preview', { draft, sources, data: drafts(1) });
    expect(then.changes).toMatchObject([{ effect: 'newly_refused', resource_name: 'web-01' }]);
  });

  test('of a preview use the documents of now, for the policy and for the draft', async () => {
    await store('limits.teams', limitsOf(1));
    const { id } = await makePolicy(RULE.replace('deny contains msg', 'warn contains msg'));
    await bench().expectOk('vm.create', WEB);
    const preview = await bench().expectOk('policy.preview', { id, draft: { rule: RULE } });
    expect(preview.changes.map(({ effect, resource_name }) => [effect, resource_name])).toEqual([
      ['newly_refused', 'web-01'],
    ]);
    expect(preview.changes[0]?.messages).toEqual(['web may have 1 cores']);
  });
});
