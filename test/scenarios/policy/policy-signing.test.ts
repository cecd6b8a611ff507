/** Policies are signed when they are accepted, and checked when they are loaded. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { canonicalJson } from '@novacron/contract/json';
import { bytesOfRule, joinRule, textToSign } from '@novacron/contract/kinds/policy/policy-signing';
import { createPolicySignatures } from '@novacron/server/adapters/policy/create-policy-signatures';
import type { PolicyRow } from '@novacron/server/ports/tables/tables';
import { commitAll } from '../../../server/src/adapters/store/suite/rows.ts';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const RULE = 'package small\n\ndeny contains "too large" if input.resource.memory_gb > 64\n';
const LENIENT = 'package small\n\ndeny contains "too large" if input.resource.memory_gb > 640\n';

const bench = useBench();

async function createPolicy(rule = RULE) {
  const { resource } = await bench().expectOk('policy.create', {
    name: 'Small',
    type: 'resource',
    rule,
  });
  return resource;
}

/** Changes the row of the policy as an attacker does who has the store and its sealing key. */
async function change(columns: (row: PolicyRow) => Partial<PolicyRow>): Promise<void> {
  const [row] = await bench().store.read({ from: 'orchestration_policies' });
  if (row === undefined) throw new Error('there is a policy');
  const next = { ...row, ...columns(row) };
  const into = 'orchestration_policies';
  const done = await bench().store.commit([{ kind: 'put', into, row: next }]);
  expect(done.ok).toBe(true);
}

async function refusal() {
  const { detail, remedy } = await bench().expectProblem('vm.create', SMALL_VM);
  return `${detail}\n${remedy}`;
}

describe('what the server accepts', () => {
  test('is signed, and anybody checks it with the public key', async () => {
    const { id } = await createPolicy();
    const { items } = await bench().expectOk('policy.versions', { id });
    const { key_id, statement = '', value = '' } = items[0]?.signature ?? {};
    expect(JSON.parse(statement)).toMatchObject({
      statement: 'novacron.policy-text.v1',
      policy: id,
      version: 1,
      rule_sha256: items[0]?.sha256,
    });
    const keys = await bench().expectOk('policy_signing_key.list', {});
    expect(keys.items).toMatchObject([{ id: key_id, state: 'signs', retired_at: null }]);
    const publicKey = keys.items[0]?.public_key ?? '';
    expect(createPolicySignatures().verify(publicKey, statement, value)).toBe(true);
    expect(createPolicySignatures().verify(publicKey, `${statement} `, value)).toBe(false);
    const onDisk = await bench().storeOnDisk.read({ from: 'policy_signing_keys' });
    expect(onDisk[0]?.key_sealed).toMatch(/^ncs1\./);
  });

  test.each<[string, (row: PolicyRow) => Partial<PolicyRow>, string]>([
    [
      'another rule',
      ({ desired_json }) => ({ desired_json: rewritten(desired_json, { rule: LENIENT }) }),
      'its rule is not what the server accepted',
    ],
    [
      'another mode',
      ({ desired_json }) => ({
        desired_json: rewritten(desired_json, { enforcement_mode: 'audit' }),
      }),
      'its settings are not what the server accepted',
    ],
    [
      'another version',
      () => ({ observed_json: canonicalJson({ rego_version: 'v1', version: 7 }) }),
      'its rule is not what the server accepted',
    ],
    [
      'answers that it does not have',
      ({ compiled_json }) => ({ compiled_json: rewritten(compiled_json, { inputReferences: [] }) }),
      'its rule is not what the server accepted',
    ],
    ['enabled taken away', () => ({ enabled: 0 }), 'its column enabled differs from'],
  ])('with %s put into the store refuses every write, and is named', async (_what, to, why) => {
    await createPolicy();
    await change(to);
    const words = await refusal();
    expect(words).toContain('olicy "Small"');
    expect(words).toContain(why);
    expect(words).toContain('novacron policy disable Small --break-glass');
  });

  test('is asked as before once it is written again, past the one that refuses', async () => {
    const { id } = await createPolicy();
    await change(({ desired_json }) => ({
      desired_json: rewritten(desired_json, { rule: LENIENT }),
    }));
    expect(await refusal()).toContain('its rule is not');
    // What `policy disable --break-glass` does on the machine of the server.
    await change(({ desired_json }) => ({
      enabled: 0,
      desired_json: rewritten(desired_json, { enabled: false }),
    }));
    await bench().expectOk('vm.create', SMALL_VM);
    await bench().expectOk('policy.update', { id, rule: RULE, enabled: true });
    await bench().expectOk('vm.create', { ...SMALL_VM, name: 'another' });
  });

  test('refuses every write when its signature was removed', async () => {
    await createPolicy();
    await change(({ compiled_json }) => ({ compiled_json: stripped(compiled_json) }));
    const words = await refusal();
    expect(words).toContain('olicy "Small"');
    expect(words).toContain('it has no signature of the server, which signs every accepted policy');
    const { policies } = await bench().expectOk('policy.explain', {});
    expect(policies[0]?.explanation).toMatch(
      /^inherited from the tenant.*, and it refuses every write: it has no signature of the server/,
    );
  });

  test('refuses every write when its key was removed as well, after a restart, too', async () => {
    await createPolicy();
    await change(({ compiled_json }) => ({ compiled_json: stripped(compiled_json) }));
    const keys = await bench().store.read({ from: 'policy_signing_keys' });
    await commitAll(
      bench().store,
      keys.map(({ id }) => ({ kind: 'drop', from: 'policy_signing_keys', id })),
    );
    expect(await refusal()).toContain('it has no signature of the server');
    await bench().restartServer();
    expect(await refusal()).toContain('it has no signature of the server');
  });

  test('is not signed by who switches it on again, for they have not read it', async () => {
    const { id } = await createPolicy();
    await change(({ compiled_json, desired_json }) => ({
      enabled: 0,
      compiled_json: stripped(compiled_json),
      desired_json: rewritten(desired_json, { enabled: false, rule: LENIENT }),
    }));
    await bench().expectOk('policy.update', { id, enforcement_mode: 'warn' });
    const refused = await bench().expectProblem('policy.update', { id, enabled: true });
    expect(refused).toMatchObject({ code: 'rule-invalid', fields: [{ path: ['rule'] }] });
    expect(refused.detail).toContain('was changed outside of the server');
    await bench().expectOk('policy.update', { id, enabled: true, rule: LENIENT });
    await bench().expectOk('vm.create', SMALL_VM);
    const { items } = await bench().expectOk('policy.versions', { id });
    expect(items.at(-1)?.signature).not.toBeNull();
  });

  test('is not rolled back to a text that was tampered with', async () => {
    const { id } = await createPolicy();
    await bench().expectOk('policy.update', { id, rule: LENIENT });
    const [first] = await bench().store.read({ from: 'policy_versions', limit: 1 });
    if (first === undefined) throw new Error('the first text is kept');
    const row = { ...first, rule: LENIENT };
    await bench().store.commit([{ kind: 'put', into: 'policy_versions', row }]);
    const refused = await bench().expectProblem('policy.rollback', { id, to_version: 1 });
    expect(refused.detail).toContain('Version 1 of Small was changed outside of the server');
  });

  test('is signed again with another key; a tampered policy is not', async () => {
    const { id } = await createPolicy();
    await bench().expectOk('policy.update', { id, rule: LENIENT });
    const before = await bench().expectOk('policy_signing_key.list', {});
    const rotated = await bench().expectOk('policy_signing_key.rotate', {});
    expect(rotated).toMatchObject({ signed: 2, refused: [] });
    const { items } = await bench().expectOk('policy.versions', { id });
    expect(items.map(({ signature }) => signature?.key_id)).toEqual([
      rotated.key_id,
      rotated.key_id,
    ]);
    await bench().expectOk('vm.create', SMALL_VM);
    const keys = await bench().expectOk('policy_signing_key.list', {});
    expect(keys.items.map(({ id: key, state }) => [key, state])).toEqual([
      [before.items[0]?.id, 'retired'],
      [rotated.key_id, 'signs'],
    ]);
    await bench().expectOk('policy.rollback', { id, to_version: 1 });
    await bench().expectOk('vm.create', { ...SMALL_VM, name: 'another' });
  });

  test('is signed again beside a version that cannot be decrypted, which stays', async () => {
    const { id } = await createPolicy();
    await bench().expectOk('policy.update', { id, rule: LENIENT });
    const disk = bench().storeOnDisk;
    const [first, second] = await disk.read({ from: 'policy_versions' });
    if (first === undefined || second === undefined) throw new Error('both texts are stored');
    const copied = { ...first, rule: second.rule };
    const done = await disk.commit([{ kind: 'put', into: 'policy_versions', row: copied }]);
    expect(done.ok).toBe(true);
    const rotated = await bench().expectOk('policy_signing_key.rotate', {});
    expect(rotated).toMatchObject({ signed: 1, refused: [] });
    const keys = await bench().expectOk('policy_signing_key.list', {});
    expect(keys.items.map(({ state }) => state)).toEqual(['retired', 'signs']);
    await bench().expectOk('vm.create', SMALL_VM);
    expect((await disk.read({ from: 'policy_versions' }))[0]).toEqual(copied);
  });

  test('stays refused through a rotation where it was changed', async () => {
    const { id } = await createPolicy();
    await change(({ desired_json }) => ({
      desired_json: rewritten(desired_json, { rule: LENIENT }),
    }));
    const first = await bench().expectProblem('policy_signing_key.rotate', {});
    expect(first.code).toBe('policy-denied');
    await change(() => ({ enabled: 1 }));
    await change(({ desired_json }) => ({
      enabled: 0,
      desired_json: rewritten(desired_json, { enabled: false }),
    }));
    const rotated = await bench().expectOk('policy_signing_key.rotate', {});
    expect(rotated).toMatchObject({ refused: [id] });
  });
});

describe('an orchestration policy', () => {
  const APART = `policy apart
  for vm where tier=web
  rule r: placement
    then schedule strategy=anti-affinity spread_domain=zone mode=hard
`;
  const WEB = { ...SMALL_VM, metadata: { tier: 'web' } };

  async function explained(name: string): Promise<string> {
    const { id } = await makeVm(bench(), { ...WEB, name });
    const { explanation } = await bench().expectOk('placement.explain', { id });
    return explanation.join();
  }

  test('is signed as well, and shows its signature', async () => {
    const { resource } = await bench().expectOk('orchestration_policy.create', { document: APART });
    const { items } = await bench().expectOk('orchestration_policy.versions', { id: resource.id });
    const { statement = '', value = '' } = items[0]?.signature ?? {};
    expect(JSON.parse(statement)).toMatchObject({ policy: resource.id, version: 1 });
    const keys = await bench().expectOk('policy_signing_key.list', {});
    const publicKey = keys.items[0]?.public_key ?? '';
    expect(createPolicySignatures().verify(publicKey, statement, value)).toBe(true);
    expect(Object.keys(resource.policy)).not.toContain('seal');
    await bench().expectOk('policy_signing_key.rotate', {});
    expect(await explained('web-01')).toContain('policy "apart"');
  });

  test.each<[string, (row: PolicyRow) => Partial<PolicyRow>, string]>([
    [
      'another document',
      ({ compiled_json }) => ({ compiled_json: compiled_json.replace('"hard"', '"soft"') }),
      'its rule is not what the server accepted',
    ],
    [
      'its signature taken away',
      ({ compiled_json }) => ({ compiled_json: stripped(compiled_json) }),
      'it has no signature of the server',
    ],
    [
      'its switch turned',
      ({ desired_json }) => ({ desired_json: rewritten(desired_json, { enabled: false }) }),
      'its column enabled differs from',
    ],
  ])('with %s steers nothing, which is logged once', async (_what, to, why) => {
    const { resource } = await bench().expectOk('orchestration_policy.create', { document: APART });
    await change(to);
    expect(await explained('web-01')).not.toContain('policy "apart"');
    expect(await explained('web-02')).not.toContain('policy "apart"');
    expect(bench().errors.splice(0)).toEqual([expect.stringContaining(why)]);
    const { id } = resource;
    await bench().advance(31_000);
    const { items: events } = await bench().expectOk('event.list', { limit: 1000 });
    expect(events.filter(({ type }) => type === 'orchestration_policy.refused')).toMatchObject([
      { target: id, priority: 'critical', data: { name: 'apart', fault: expect.any(String) } },
    ]);
    const refused = await bench().expectProblem('orchestration_policy.update', {
      id,
      enabled: true,
    });
    const command = `novacron orchestration-policy update ${id} --document-file FILE`;
    expect(refused.remedy).toContain(command);
    await bench().expectOk('orchestration_policy.update', { id, enabled: true, document: APART });
    expect(await explained('web-03')).toContain('policy "apart"');
  });
});

/** The signature of an author beneath a rule. */
function signed(rule: string, key: KeyObject, publicKey: string): string {
  const text = textToSign(rule);
  const value = sign(null, Buffer.from(bytesOfRule(text)), key).toString('base64');
  return joinRule(text, { key: publicKey, value });
}

function newAuthor() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { privateKey, publicKey: `ed25519:${publicKey.export({ format: 'jwk' }).x}` };
}

describe('a rule that its author signed', () => {
  test('is accepted from authors whom the tenant trusts, and shows whose it is', async () => {
    const { privateKey, publicKey } = newAuthor();
    const rule = signed(RULE, privateKey, publicKey);
    const input = { name: 'Small' as const, type: 'resource' as const, rule };
    const refused = await bench().expectProblem('policy.create', input);
    expect(refused).toMatchObject({
      code: 'rule-invalid',
      detail: `The rule is signed with the key ${publicKey}, which this tenant does not trust.`,
      fields: [{ path: ['rule'] }],
    });
    const author = { name: 'ann', public_key: publicKey };
    const { resource: trusted } = await bench().expectOk('policy_author.create', author);
    expect((await bench().expectProblem('policy_author.create', author)).code).toBe('conflict');
    const { resource } = await bench().expectOk('policy.create', input);
    const { items } = await bench().expectOk('policy.versions', { id: resource.id });
    expect(items).toMatchObject([{ author_key: publicKey }]);
    await bench().expectOk('policy_author.delete', { id: trusted.id });
    expect(await bench().expectOk('policy_author.list', {})).toMatchObject({ items: [] });
    await bench().expectOk('policy.update', { id: resource.id, enforcement_mode: 'warn' });
  });

  test.each<[string, (rule: string) => string, string]>([
    ['changed', (rule) => rule.replace('64', '640'), 'is of another text'],
    ['not at its end', (rule) => `${rule}\nallow := true\n`, 'not the last line'],
    [
      'cut',
      (rule) => rule.replace(/.{9}\n$/, '\n'),
      'looks like a signature but is not a valid one',
    ],
    ['twice', (rule) => `${rule}${rule.split('\n').at(-2)}\n`, 'not the last line'],
  ])('is refused where it was %s after that', async (_what, alter, words) => {
    const { privateKey, publicKey } = newAuthor();
    await bench().expectOk('policy_author.create', { name: 'ann', public_key: publicKey });
    const rule = alter(signed(RULE, privateKey, publicKey));
    const refused = await bench().expectProblem('policy.create', {
      name: 'Small',
      type: 'resource',
      rule,
    });
    expect(refused.code).toBe('rule-invalid');
    expect(refused.detail).toContain(words);
  });
});

describe('where signatures are required', () => {
  const strict = useBench({ requireSignedPolicies: true });

  test('a rule without one is refused; what is not the rule needs none', async () => {
    const { privateKey, publicKey } = newAuthor();
    await strict().expectOk('policy_author.create', { name: 'ann', public_key: publicKey });
    const input = { name: 'Small', type: 'resource' } as const;
    const refused = await strict().expectProblem('policy.create', { ...input, rule: RULE });
    expect(refused.detail).toBe(
      'The rule has no signature of its author, which this server requires.',
    );
    expect(refused.remedy).toContain('novacron policy sign --key');
    const rule = signed(RULE, privateKey, publicKey);
    const { resource } = await strict().expectOk('policy.create', { ...input, rule });
    await strict().expectOk('policy.update', { id: resource.id, enabled: false });
  });
});

test('a tenant asks for signatures of authors where the server does not', async () => {
  const { items } = await bench().expectOk('tenant.list', {});
  const [own] = items;
  if (own === undefined) throw new Error('there is a tenant');
  const asks = { id: own.id, features: { unsigned_policies: false } };
  const { resource } = await bench().expectOk('tenant.update', asks);
  expect(resource.features.unsigned_policies).toBe(false);
  const input = { name: 'Small', type: 'resource' } as const;
  const refused = await bench().expectProblem('policy.create', { ...input, rule: RULE });
  expect(refused).toMatchObject({ code: 'rule-invalid', fields: [{ path: ['rule'] }] });
  expect(refused.detail).toBe(
    'The rule has no signature of its author, which your tenant requires.',
  );
  const { privateKey, publicKey } = newAuthor();
  await bench().expectOk('policy_author.create', { name: 'ann', public_key: publicKey });
  const rule = signed(RULE, privateKey, publicKey);
  await bench().expectOk('policy.create', { ...input, rule });
});

function stripped(json: string): string {
  return rewritten(json, { seal: undefined });
}

function rewritten(json: string, fields: object): string {
  return canonicalJson({ ...JSON.parse(json), ...fields });
}
