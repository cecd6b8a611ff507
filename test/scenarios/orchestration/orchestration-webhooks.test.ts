/** Webhooks of orchestration policies: signed, tried again, and sent where they may go only. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createPolicySignatures } from '@novacron/server/adapters/policy/create-policy-signatures';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

/** Two rounds. */
const ROUNDS_MS = 31_000;

const DOCS = readFileSync(
  join(import.meta.dirname, '../../../docs/reference/orchestration.md'),
  'utf8',
);

/** The example of the docs that is named like that. */
const example = (name: string, language: string) => {
  const after = DOCS.slice(DOCS.indexOf(`\`${name}\``));
  return after.split(`\`\`\`${language}\n`)[1]?.split('```')[0] ?? '';
};

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Filled before the server starts. */
const hosts: string[] = [];
const bench = useBench({ webhookHosts: hosts });

let receiver: Server;
let received: Received[];
/** The answers in turn; 200 once there are no more. */
let answers: { readonly status: number; readonly headers?: Record<string, string> }[];

beforeEach(async () => {
  received = [];
  answers = [];
  receiver = createServer(async (request, response) => {
    received.push({ headers: request.headers, body: await text(request) });
    const { status, headers = {} } = answers.shift() ?? { status: 200 };
    response.writeHead(status, headers).end('thank you');
  });
  await once(receiver.listen(0, '127.0.0.1'), 'listening');
  hosts.splice(0, hosts.length, hostOf(receiver));
});

afterEach(async () => {
  receiver.closeAllConnections();
  if (receiver.listening) await once(receiver.close(), 'close');
});

const hostOf = (server: Server) => `127.0.0.1:${(server.address() as AddressInfo).port}`;

const documentTo = (url: string) => `policy p
  for vm
  rule r: custom
    when labels.tier == web
    then webhook url="${url}"
`;

/**
 * Lets a policy act on a VM, and answers with the operation that comes of it.
 * @param leastMs - the minimum duration: it is not polled before
 */
async function send(
  document = documentTo(`http://${hostOf(receiver)}/in?key=top-secret`),
  leastMs = 0,
) {
  const vm = await makeVm(bench(), { metadata: { tier: 'web' } });
  const { resource } = await bench().expectOk('orchestration_policy.create', { document });
  await bench().advance(ROUNDS_MS);
  const { items } = await bench().expectOk('operation.list', { limit: 1000 });
  const [found, ...more] = items.filter(({ kind }) => kind === 'orchestration_policy.webhook');
  expect(more).toEqual([]);
  if (found === undefined) throw new Error('a webhook was begun');
  await bench().advance(leastMs);
  return { vm, policy: resource, operation: await bench().end(found) };
}

async function publicKey() {
  const { items } = await bench().expectOk('policy_signing_key.list', {});
  return items[0]?.public_key ?? '';
}

/** Verifies a webhook like the receiver in the docs. */
function isGenuine(headers: IncomingHttpHeaders, body: string, key: string): string {
  const input = [headers, body, key, bench().deps.clock.nowMs()];
  const last = 'process.stdout.write(String(isGenuine(...JSON.parse(process.argv[1]))))';
  const code = `${example('verify.mjs', 'js')}\n${last}`;
  const args = ['--input-type=module', '-e', code, JSON.stringify(input)];
  return execFileSync(process.execPath, args, { encoding: 'utf8' });
}

describe('a webhook', () => {
  test('is signed, and says which policy acts on what and why', async () => {
    const { vm, policy, operation } = await send();
    expect(operation).toMatchObject({ status: 'succeeded', target_id: policy.id });
    expect(received).toHaveLength(1);
    const [{ headers, body } = { headers: {}, body: '' }] = received;
    expect(JSON.parse(body)).toMatchObject({
      type: 'orchestration.webhook',
      data: {
        operation_id: operation.id,
        policy: { id: policy.id, name: 'p', version: 1 },
        rule: 'r',
        action: 'webhook',
        resource: { kind: 'vm', id: vm.id, name: vm.name },
        conditions: ['labels.tier is "web", asked is eq "web"'],
        metrics: { healthy: 1 },
        labels: { tier: 'web' },
      },
    });
    expect(headers['webhook-id']).toBe(operation.id);
    const signed = `${operation.id}.${headers['webhook-timestamp']}.${body}`;
    const [version, signature = ''] = String(headers['webhook-signature']).split(',');
    expect(version).toBe('v1a');
    const { verify } = createPolicySignatures();
    expect(verify(await publicKey(), signed, signature)).toBe(true);
    expect(verify(await publicKey(), `${signed} `, signature)).toBe(false);
  });

  test('is sent and checked as the docs say', async () => {
    const url = `http://${hostOf(receiver)}/novacron`;
    const document = example('hook.yaml', 'yaml')
      .replace('https://hooks.example/novacron', url)
      .replace('value: 0', 'value: 1');
    expect(await send(document)).toMatchObject({ operation: { status: 'succeeded' } });
    const [{ headers, body } = { headers: {}, body: '' }] = received;
    const key = await publicKey();
    expect(isGenuine(headers, body, key)).toBe('true');
    expect(isGenuine(headers, `${body} `, key)).toBe('false');
  });

  test('is tried again with the same id until it is taken', async () => {
    answers = [{ status: 500 }, { status: 429, headers: { 'retry-after': '120' } }];
    const { operation } = await send();
    expect(operation).toMatchObject({ status: 'succeeded', steps: [{ attempts: 3 }] });
    expect(new Set(received.map(({ headers }) => headers['webhook-id']))).toEqual(
      new Set([operation.id]),
    );
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
    const [, second = 0, third = 0] = received.map(({ headers }) =>
      Number(headers['webhook-timestamp']),
    );
    expect(third - second).toBeGreaterThanOrEqual(120);
  });

  test('is signed with the key before as well for a day after a rotation', async () => {
    const before = await publicKey();
    await bench().expectOk('policy_signing_key.rotate', {});
    const { items } = await bench().expectOk('policy_signing_key.list', {});
    const after = items.at(-1)?.public_key ?? '';
    const { operation } = await send();
    const [{ headers, body } = { headers: {}, body: '' }] = received;
    const signed = `${operation.id}.${headers['webhook-timestamp']}.${body}`;
    const signatures = String(headers['webhook-signature']).split(' ');
    const { verify } = createPolicySignatures();
    expect(signatures.map((each) => each.slice(0, 4))).toEqual(['v1a,', 'v1a,']);
    const holds = [after, before].map((key, at) =>
      verify(key, signed, signatures[at]?.slice(4) ?? ''),
    );
    expect(holds).toEqual([true, true]);
    for (const key of [after, before]) expect(isGenuine(headers, body, key)).toBe('true');
  });

  test('is signed with one key again a day later', async () => {
    await publicKey();
    await bench().expectOk('policy_signing_key.rotate', {});
    const [row] = await bench().store.read({ from: 'policy_signing_keys' });
    if (row === undefined) throw new Error('there is a retired key');
    // Cheaper than a day of all that NovaCron does in one.
    const aged = { ...row, retired_at_ms: row.retired_at_ms - 24 * 3_600_000 };
    await bench().store.commit([{ kind: 'put', into: 'policy_signing_keys', row: aged }]);
    await send();
    expect(String(received[0]?.headers['webhook-signature']).split(' ')).toHaveLength(1);
  });

  test('that failed is sent again with operation retry, under the same id', async () => {
    answers = [{ status: 400 }];
    const { operation } = await send();
    expect(operation.status).toBe('failed');
    const failed = await bench().expectOk('operation.get', { id: operation.id });
    expect(failed).toMatchObject({ status: 'failed', retry_from: ['send'] });
    await bench().expectOk('operation.retry', { id: operation.id });
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    expect(received.map(({ headers }) => headers['webhook-id'])).toEqual([
      operation.id,
      operation.id,
    ]);
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
    const refused = await bench().expectProblem('operation.retry', { id: operation.id });
    expect(refused.detail).toContain('is succeeded');
  });

  test.each([
    [400, {}, 'answered 400'],
    [302, { location: '/elsewhere' }, 'answered 302, and redirects are not followed'],
  ])('that is answered with %s fails at once, and says why', async (status, headers, words) => {
    answers = [{ status, headers }];
    const { operation } = await send();
    expect(received).toHaveLength(1);
    expect(operation).toMatchObject({
      status: 'failed',
      problem: { detail: expect.stringContaining(`${hostOf(receiver)} ${words}`) },
    });
  });

  test('to a host that is away is tried for a quarter of an hour', async () => {
    const host = hostOf(receiver);
    await once(receiver.close(), 'close');
    const quarterMs = 15 * 60_000;
    const { operation } = await send(documentTo(`http://${host}/`), quarterMs - ROUNDS_MS);
    expect(received).toEqual([]);
    expect(operation).toMatchObject({
      status: 'failed',
      problem: { detail: expect.stringContaining(host) },
    });
    const lastedMs = Date.parse(String(operation.finished_at)) - Date.parse(operation.created_at);
    expect(lastedMs).toBeGreaterThanOrEqual(quarterMs);
    expect(lastedMs).toBeLessThan(20 * 60_000);
  });

  test('goes nowhere once its host is not allowed any more', async () => {
    const host = hostOf(receiver);
    const document = documentTo(`http://${host}/`);
    await makeVm(bench(), { metadata: { tier: 'web' } });
    const { resource } = await bench().expectOk('orchestration_policy.create', { document });
    hosts.splice(0);
    await bench().advance(ROUNDS_MS);
    await bench().endAll();
    expect(received).toEqual([]);
    const { items } = await bench().expectOk('operation.list', { limit: 1000 });
    expect(items.find(({ kind }) => kind === 'orchestration_policy.webhook')).toMatchObject({
      problem: { detail: expect.stringContaining(`webhooks to ${host} are not allowed`) },
    });
    const { id } = resource;
    await bench().expectOk('orchestration_policy.disable', { id });
    expect(await bench().expectProblem('orchestration_policy.enable', { id })).toMatchObject({
      detail: expect.stringContaining(`webhooks to ${host} are not allowed`),
    });
  });

  test('shows its address in no record of what was done', async () => {
    const { operation } = await send();
    const { items: records } = await bench().expectOk('audit.list', { limit: 1000 });
    const { items: events } = await bench().expectOk('event.list', { limit: 1000 });
    const own = records.filter((record) => record.operation === operation.kind);
    expect(own).toMatchObject([{ principal: 'policy:p', resource_id: operation.target_id }]);
    expect(JSON.stringify([own, events, operation])).not.toContain('top-secret');
  });
});

describe('a policy with a webhook', () => {
  test.each([
    ['https://elsewhere.example/x', 'webhooks to elsewhere.example are not allowed'],
    ['https://127.0.0.1/x', 'webhooks to 127.0.0.1 are not allowed'],
    ['http://169.254.169.254/x', 'must be an https:// address, or http:// to this machine'],
    ['https://a:b@hooks.example/x', 'must not carry a user name or a password'],
    ['https:/\\a:b@hooks.example/x', 'must be an https:// address'],
  ])('to %s is refused', async (url, words) => {
    const document = documentTo(url.replace('\\', '\\\\'));
    const refused = await bench().expectProblem('orchestration_policy.create', { document });
    expect(refused).toMatchObject({
      code: 'validation-failed',
      fields: [{ path: ['document'], message: expect.stringContaining(words) }],
    });
  });
});
