/** Creates whose answer has a secret: a repeat after a lost answer makes no second one. */
import { describe, expect, test } from '@jest/globals';
import { makeRequest } from '../../../server/agent/src/identity/make-request.ts';
import { useBench } from '../test-kit/use-bench.ts';

const KEY = { name: 'ci', role: 'operator', idempotency_key: 'form-0001' } as const;
const ENROLLMENT = { node: 'node-x', idempotency_key: 'form-0002' } as const;

describe('a repeated create of an API key', () => {
  const bench = useBench();

  const signsIn = async (secret: string) => (await bench().application.authenticate(secret)).ok;

  async function keysOfTheName() {
    const { items } = await bench().expectOk('api_key.list', {});
    return items.filter(({ name }) => name === KEY.name);
  }

  test('answers the same key with a secret that works, and the lost one does not', async () => {
    const lost = await bench().expectOk('api_key.create', KEY);
    const again = await bench().expectOk('api_key.create', KEY);
    expect(again.resource.id).toBe(lost.resource.id);
    expect(await signsIn(lost.secret)).toBe(false);
    expect(await signsIn(again.secret)).toBe(true);
    expect(await keysOfTheName()).toMatchObject([{ id: lost.resource.id }]);
    const { items } = await bench().expectOk('audit.list', { operation: ['api_key.create'] });
    expect(items.filter(({ resource_id }) => resource_id === lost.resource.id)).toHaveLength(2);
  });

  test('is refused once the key has been used: its secret was shown', async () => {
    const { resource, secret } = await bench().expectOk('api_key.create', KEY);
    expect(await signsIn(secret)).toBe(true);
    const { code, detail, remedy } = await bench().expectProblem('api_key.create', KEY);
    expect(code).toBe('conflict');
    expect(detail).toMatch(/API key ci \(key_\w+\), which has been used since/);
    expect(remedy).toContain(`novacron api-key delete ${resource.id}`);
    expect(await signsIn(secret)).toBe(true);
  });

  test('makes one key however many come at once, and one secret works', async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => bench().call('api_key.create', KEY)),
    );
    const made = answers.flatMap((answer) => (answer.ok ? [answer.value] : []));
    expect(new Set(made.map(({ resource }) => resource.id)).size).toBe(1);
    expect(await keysOfTheName()).toHaveLength(1);
    const works = [];
    for (const { secret } of made) works.push(await signsIn(secret));
    expect(works.filter(Boolean)).toHaveLength(1);
  });

  test('is refused for another request, and makes a key again after it was deleted', async () => {
    const { resource } = await bench().expectOk('api_key.create', KEY);
    const other = await bench().expectProblem('api_key.create', { ...KEY, role: 'admin' });
    expect(other.code).toBe('idempotency-key-reused');
    await bench().expectOk('api_key.delete', { id: resource.id });
    const again = await bench().expectOk('api_key.create', KEY);
    expect(again.resource.id).not.toBe(resource.id);
  });

  test('is no way to the secret for who may not create the key', async () => {
    await bench().expectOk('role.create', { name: 'issuer', operations: ['api_key.create'] });
    const issuer = await bench().expectOk('api_key.create', { name: 'issuer', role: 'issuer' });
    const found = await bench().application.authenticate(issuer.secret);
    if (!found.ok) throw new Error(found.error.detail);
    const { secret } = await bench().expectOk('api_key.create', KEY);
    const as = { principal: found.value };
    expect(await bench().expectProblem('api_key.create', KEY, as)).toMatchObject({
      code: 'forbidden',
    });
    expect(await signsIn(secret)).toBe(true);
  });
});

describe('a repeated create of an enrollment', () => {
  const bench = useBench();

  async function redeem(token: string) {
    const { requestPem: request } = await makeRequest(ENROLLMENT.node);
    const principal = await bench().application.anyone('192.0.2.1');
    const input = { token, node: ENROLLMENT.node, request };
    return bench().call('enrollment.redeem', input, { principal });
  }

  test('answers the same enrollment with a token that works, until it is used', async () => {
    const lost = await bench().expectOk('enrollment.create', ENROLLMENT);
    const again = await bench().expectOk('enrollment.create', ENROLLMENT);
    expect(again.resource).toEqual(lost.resource);
    expect((await bench().expectOk('enrollment.list', {})).items).toHaveLength(1);
    expect(await redeem(lost.secret)).toMatchObject({ ok: false });
    expect(await redeem(again.secret)).toMatchObject({ ok: true });
    const over = await bench().expectProblem('enrollment.create', ENROLLMENT);
    expect(over.detail).toMatch(
      /idempotency key created the enrollment enr_\w+ of node-x, which is active/,
    );
  });
});
