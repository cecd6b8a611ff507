import { createPrivateKey, sign, X509Certificate } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  runnerAnnounceSubject,
  runnerOrderSubject,
} from '@novacron/contract/automation/runner-subjects';
import { registerRunners } from '@novacron/server/app/automation/runners/register-runners';
import { waitUntil } from '@novacron/testing/wait-until';
import { makeRequest } from '../../../server/agent/src/identity/make-request.ts';
import { useBench } from '../test-kit/use-bench.ts';

const RUNNER = 'runner-01';

describe('enrolling a runner', () => {
  const bench = useBench();
  let warnings: string[];

  beforeEach(() => {
    warnings = [];
    const logger = {
      ...bench().deps.logger,
      warn: (fields: object) => warnings.push(JSON.stringify(fields)),
    };
    registerRunners({ ...bench().deps, logger });
  });

  async function redeem(input: object) {
    const { requestPem: request } = await makeRequest(RUNNER);
    const principal = await bench().application.anyone('192.0.2.1');
    return bench().call('enrollment.redeem', { ...input, request } as never, { principal });
  }

  async function enroll(more: object = {}) {
    const input = { runner: RUNNER, ...more };
    const { resource, secret: token } = await bench().expectOk('enrollment.create', input);
    const answer = await redeem({ token, runner: RUNNER });
    if (!answer.ok) throw new Error(answer.error.detail);
    return resource;
  }

  async function makeTenant(name: string) {
    const made = await bench().expectOk('tenant.create', { name, first_key: 'none' });
    return made.resource;
  }

  function announce(more: object = {}) {
    bench().bus.publish(runnerAnnounceSubject(RUNNER), {
      protocol: 1,
      runner: RUNNER,
      start: '2',
      version: '0.1.0',
      capabilities: ['command'],
      labels: { site: 'a' },
      network: 'none',
      places: 4,
      running: 0,
      ...more,
    });
  }

  /** Announces it, and waits until its row says so. */
  async function register(more: { readonly start?: string; readonly places?: number } = {}) {
    const { start = '2' } = more;
    const nowMs = bench().deps.clock.nowMs();
    announce(more);
    await waitUntil('the runner to be registered', async () => {
      const found = await bench().store.read({ from: 'runners', where: { start } });
      return found.find(({ last_seen_at_ms: seenMs }) => seenMs >= nowMs);
    });
  }

  /** Announces it, and waits until that is refused. */
  async function refuse(more: object = {}) {
    const before = warnings.length;
    announce(more);
    await waitUntil('a refusal', () => warnings[before]);
  }

  const rows = () => bench().store.read({ from: 'runners' });

  test('gives it a certificate of its own kind, and the rights of that on the bus', async () => {
    const { resource, secret: token } = await bench().expectOk('enrollment.create', {
      runner: RUNNER,
    });
    expect(resource).toMatchObject({ node: '', runner: RUNNER, tenant_id: bench().admin.tenantId });
    const { keyPem, requestPem: request } = await makeRequest(RUNNER);
    const principal = await bench().application.anyone('192.0.2.1');
    const input = { token, runner: RUNNER, request };
    const answer = await bench().expectOk('enrollment.redeem', input, { principal });
    const identity = `urn:novacron:runner:${RUNNER}:${resource.id}`;
    expect(new X509Certificate(answer.certificate).subjectAltName).toBe(`URI:${identity}`);
    const { text } = await bench().expectOk('bus.configuration', {});
    const own = text.slice(text.indexOf(identity));
    expect(own).toContain(runnerOrderSubject(RUNNER));
    expect(own).not.toContain('novacron.agent.');
    const next = await makeRequest(RUNNER);
    const key = createPrivateKey(keyPem);
    const signature = sign('sha256', Buffer.from(next.requestPem), key).toString('base64');
    const { certificate } = answer;
    const renewal = { certificate, request: next.requestPem, signature };
    const renewed = await bench().expectOk('enrollment.renew', renewal, { principal });
    expect(new X509Certificate(renewed.certificate).subjectAltName).toBe(`URI:${identity}`);
  });

  test('is not what an agent of the same name gets, and the other way round', async () => {
    const ofRunner = await bench().expectOk('enrollment.create', { runner: RUNNER });
    expect(await redeem({ token: ofRunner.secret, node: RUNNER })).toMatchObject({
      error: { detail: 'The enrollment token was made for another runner.' },
    });
    const ofNode = await bench().expectOk('enrollment.create', { node: RUNNER });
    expect(await redeem({ token: ofNode.secret, runner: RUNNER })).toMatchObject({
      error: { detail: 'The enrollment token was made for another node.' },
    });
    // Neither ends the other.
    await redeem({ token: ofNode.secret, node: RUNNER });
    await redeem({ token: ofRunner.secret, runner: RUNNER });
    const { items } = await bench().expectOk('enrollment.list', {});
    expect(items.map(({ node, runner, status }) => [node, runner, status])).toEqual([
      ['', RUNNER, 'active'],
      [RUNNER, null, 'active'],
    ]);
    const found = await bench().expectOk('enrollment.list', { runner: [RUNNER] });
    expect(found.items).toHaveLength(1);
  });

  test.each([
    [{}, 'The request names no node and no runner.'],
    [{ node: 'a', runner: 'b' }, 'The request names both.'],
    [{ node: 'a', tenant: 'research' }, 'The request names a tenant for the agent of a node'],
    [{ runner: 'b', tenant: 'nowhere' }, 'No tenant found with the id nowhere.'],
  ])('is refused for %j', async (input, detail) => {
    const { detail: found } = await bench().expectProblem('enrollment.create', input);
    expect(found).toContain(detail);
  });

  test('is for one tenant, which is the only one that sees it, and keeps its name', async () => {
    const { id: tenant_id } = await makeTenant('research');
    await enroll({ tenant: 'research' });
    await register();
    expect(await rows()).toMatchObject([{ name: RUNNER, tenant_id, labels_json: '{"site":"a"}' }]);
    expect((await bench().expectOk('runner.list', {})).items).toEqual([]);
    const principal = { ...bench().admin, tenantId: tenant_id };
    const { items } = await bench().expectOk('runner.list', {}, { principal });
    expect(items).toMatchObject([{ name: RUNNER, status: 'ready', labels: { site: 'a' } }]);
    const again = { runner: RUNNER };
    expect((await bench().expectProblem('enrollment.create', again)).detail).toBe(
      `The runner ${RUNNER} is, or was, enrolled for another tenant.`,
    );
    await bench().expectOk('tenant.delete', { id: tenant_id });
    expect(await rows()).toEqual([]);
    const { items: ended } = await bench().expectOk('enrollment.list', {});
    expect(ended).toMatchObject([{ runner: RUNNER, status: 'revoked' }]);
  });

  test('decides about its runner: without it there is none, and it ends with it', async () => {
    await refuse();
    expect(await rows()).toEqual([]);
    expect(warnings.join()).toContain('has no active enrollment, so it belongs to no tenant');
    const { id } = await enroll();
    await register();
    expect(await rows()).toHaveLength(1);
    await bench().expectOk('enrollment.revoke', { id });
    expect(await rows()).toEqual([]);
    await refuse({ start: '3' });
    expect(await rows()).toEqual([]);
  });

  test('lets no earlier start take the place of a later one', async () => {
    await enroll();
    await register({ start: '5' });
    await refuse({ start: '4', places: 1 });
    expect(await rows()).toMatchObject([{ start: '5', places: 4 }]);
    expect(warnings.join()).toContain('this announcement comes from a copy');
    await register({ start: '6', places: 2 });
    expect(await rows()).toMatchObject([{ start: '6', places: 2 }]);
    // Another enrollment is another runner.
    const [before] = await rows();
    await enroll();
    await register({ start: '1' });
    const [after] = await rows();
    expect(after).toMatchObject({ start: '1' });
    expect(after?.id).not.toBe(before?.id);
  });

  test('shows a runner as silent that announces itself no more', async () => {
    await enroll();
    await register();
    await bench().advance(60_000);
    expect((await bench().expectOk('runner.list', {})).items).toMatchObject([{ status: 'silent' }]);
    await register();
    expect((await bench().expectOk('runner.list', {})).items).toMatchObject([{ status: 'ready' }]);
  });

  test('hears no runner that speaks in the name of another', async () => {
    await enroll();
    await refuse({ runner: 'runner-02' });
    expect(await rows()).toEqual([]);
  });
});
