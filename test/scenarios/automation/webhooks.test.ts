/** Deliveries to webhooks: who may send them, how often each counts, what they start. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Workflow } from '@novacron/contract/automation/workflow';
import { WorkflowId } from '@novacron/contract/ids';
import { ok } from '@novacron/contract/result';
import type { DeliveryRequest } from '@novacron/server/app/automation/executions/webhooks/take-delivery';
import type { AppSettings } from '@novacron/server/app/composition/deps';
import type { ChangeSet, Store } from '@novacron/server/ports/store';
import { useBench } from '../test-kit/use-bench.ts';

/** Hook for changes that another server makes just before a commit of this server. */
let before: (store: Store, changes: ChangeSet) => Promise<unknown> = async () => undefined;

const hosts: AppSettings['egressHosts'][number][] = [];

const bench = useBench({
  egressHosts: hosts,
  wrapStore: (store) => ({
    ...store,
    commit: async (changes) => {
      await before(store, changes);
      return store.commit(changes);
    },
  }),
});

afterEach(() => {
  before = async () => undefined;
});

const SECRET = 'correct-horse-battery';
const NEXT = 'another-horse-battery';
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const textOf = (webhook: string, more = '') => `name: hooked
inputs: { ref: string, count: { type: integer, default: 1 } }
steps: [{ id: pause, wait: 1s }]
triggers:
  - webhook: { name: deploy, ${webhook} }
    inputs: { ref: push.ref${more} }
`;

const GENERIC = textOf('secrets: [hook]');

async function makeSecret(name: string, value: string, workflows = ['hooked']) {
  const allowed = { workflows };
  return (await bench().expectOk('secret.create', { name, value, allowed })).resource;
}

async function store(text: string): Promise<Workflow> {
  const { resource } = await bench().expectOk('workflow.create', { text });
  return resource;
}

async function setUp(text = GENERIC): Promise<Workflow> {
  await makeSecret('hook', SECRET);
  return store(text);
}

interface Sent {
  readonly id?: string;
  readonly secret?: string;
  readonly key?: Buffer;
  /** Offset by which the sender's clock is ahead. Unit: ms. */
  readonly aheadMs?: number;
  readonly chainLength?: number;
  readonly name?: string;
  readonly headers?: Partial<DeliveryRequest['headers']>;
}

const PUSH = { push: { ref: 'main' } };

/** A delivery as a sender signs it. */
function signed(workflow: Pick<Workflow, 'id'>, json: unknown, sent: Sent = {}): DeliveryRequest {
  const { id = 'msg_1', secret = SECRET, key = Buffer.from(secret), aheadMs = 0 } = sent;
  const body = Buffer.from(JSON.stringify(json));
  const timestamp = String(Math.floor((bench().deps.clock.nowMs() + aheadMs) / 1_000));
  const digest = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body);
  return {
    address: { workflowId: workflow.id, name: sent.name ?? 'deploy' },
    headers: {
      id,
      timestamp,
      signature: `v1,${digest.digest('base64')}`,
      authorization: undefined,
      ...sent.headers,
    },
    body,
    chainLength: sent.chainLength ?? 0,
    readJson: () => ok(json),
    sender: { requestId: bench().application.nextRequestId(), clientAddress: '192.0.2.7' },
  };
}

const take = (request: DeliveryRequest) => bench().application.takeDelivery(request);

async function expectTaken(request: DeliveryRequest) {
  const taken = await take(request);
  if (!taken.ok) throw new Error(JSON.stringify(taken.error));
  return taken.value;
}

async function expectRefused(request: DeliveryRequest) {
  const taken = await take(request);
  if (taken.ok) throw new Error(JSON.stringify(taken.value));
  return taken.error;
}

const executions = async () =>
  (await bench().expectOk('execution.list', { limit: 200, sort: 'created_at' })).items;

const eventsOf = async (type: string) =>
  (await bench().expectOk('event.list', { limit: 500 })).items.filter(
    (event) => event.type === type,
  );

/** Returns the reasons for rejected deliveries from the audit log. */
async function reasons() {
  const operation = ['workflow.deliver'];
  const { items } = await bench().expectOk('audit.list', { operation, limit: 200 });
  return items.map(({ changes }) => String(changes.reason?.is));
}

describe('a delivery', () => {
  test('starts an execution as who wrote the text, with inputs from the payload', async () => {
    const workflow = await setUp(textOf('secrets: [hook]', ', count: commits.count'));
    const [start] = (await bench().expectOk('workflow.get', { id: workflow.id })).starts;
    expect(start).toMatchObject({
      kind: 'webhook',
      state: 'on',
      address: `/webhooks/${workflow.id}/deploy`,
    });
    const payload = { ...PUSH, commits: { count: 3 }, ignored: 'x' };
    const { status, execution_id: id } = await expectTaken(signed(workflow, payload));
    expect(status).toBe('started');
    if (id === null) throw new Error('an execution was started');
    await bench().endAll();
    const execution = await bench().expectOk('execution.get', { id });
    expect(execution).toMatchObject({
      status: 'succeeded',
      created_by: 'admin',
      inputs: { ref: 'main', count: 3 },
    });
    const { items } = await bench().expectOk('audit.list', { operation: ['workflow.run'] });
    expect(items).toMatchObject([{ principal: 'admin', client_address: '192.0.2.7' }]);
    const [after] = (await bench().expectOk('workflow.get', { id: workflow.id })).starts;
    expect(after).toMatchObject({ last_execution_id: id, last_outcome: 'started' });
  });

  test('is taken once: a repeat is answered with the execution that it started', async () => {
    const workflow = await setUp();
    const first = await expectTaken(signed(workflow, PUSH));
    const again = await expectTaken(signed(workflow, PUSH));
    expect(again).toEqual({ status: 'repeated', execution_id: first.execution_id });
    await bench().restartServer();
    expect(await expectTaken(signed(workflow, PUSH))).toEqual(again);
    expect(await expectTaken(signed(workflow, PUSH, { id: 'msg_2' }))).toMatchObject({
      status: 'started',
    });
    expect(await executions()).toHaveLength(2);
  });

  test('that comes several times at once starts one execution', async () => {
    const workflow = await setUp();
    const same = signed(workflow, PUSH);
    const taken = await Promise.all(Array.from({ length: 5 }, () => take(same)));
    const all = taken.map((each) => (each.ok ? each.value : each.error.code));
    const [started] = await executions();
    expect(await executions()).toHaveLength(1);
    expect(all).toContainEqual({ status: 'started', execution_id: started?.id });
    const others = all.filter((each) => typeof each !== 'string' && each.status !== 'started');
    expect(others).toEqual(
      Array.from({ length: 4 }, () => ({ status: 'repeated', execution_id: started?.id })),
    );
  });

  test('that another server takes at the same time is a repeat', async () => {
    const workflow = await setUp();
    before = async (rows, changes) => {
      const mine = changes.find(
        (change) => change.kind === 'insert' && change.into === 'webhook_deliveries',
      );
      if (mine === undefined) return;
      await rows.commit([mine]);
    };
    const taken = await expectTaken(signed(workflow, PUSH));
    expect(taken.status).toBe('repeated');
    expect(await executions()).toEqual([]);
  });

  test('has an id that is forgotten after a day', async () => {
    const workflow = await setUp();
    await expectTaken(signed(workflow, PUSH));
    await bench().skip(25 * HOUR_MS);
    expect(await bench().store.read({ from: 'webhook_deliveries' })).toEqual([]);
    expect(await expectTaken(signed(workflow, PUSH))).toMatchObject({ status: 'started' });
  });

  test('whose condition does not hold starts nothing', async () => {
    const workflow = await setUp(textOf('secrets: [hook], if: payload.push.ref == "main"'));
    const other = { push: { ref: 'feature' } };
    expect(await expectTaken(signed(workflow, other))).toEqual({
      status: 'ignored',
      execution_id: null,
    });
    expect(await expectTaken(signed(workflow, PUSH, { id: 'msg_2' }))).toMatchObject({
      status: 'started',
    });
  });

  test('that lacks an input starts nothing, says so, and is used up', async () => {
    const workflow = await setUp();
    const refusal = await expectRefused(signed(workflow, { push: {} }));
    expect(refusal).toMatchObject({
      code: 'validation-failed',
      detail: 'Nothing was started: it has no push.ref, which the input ref is taken from.',
    });
    await bench().advance(1_000);
    expect(await eventsOf('workflow.trigger.refused')).toMatchObject([{ target: workflow.id }]);
    expect(await expectTaken(signed(workflow, PUSH))).toEqual({
      status: 'repeated',
      execution_id: null,
    });
    expect(await executions()).toEqual([]);
  });

  test('with an input of another type starts nothing; only the workflow says why', async () => {
    const workflow = await setUp();
    const refusal = await expectRefused(signed(workflow, { push: { ref: ['main'] } }));
    expect(refusal.code).toBe('validation-failed');
    expect(refusal.detail).not.toContain('input');
    const [start] = (await bench().expectOk('workflow.get', { id: workflow.id })).starts;
    expect(start?.last_outcome).toContain('ref');
  });

  test('that eight executions have led to starts nothing', async () => {
    const workflow = await setUp();
    expect(await expectTaken(signed(workflow, PUSH, { chainLength: 7 }))).toMatchObject({
      status: 'started',
    });
    const refusal = await expectRefused(signed(workflow, PUSH, { id: 'msg_2', chainLength: 8 }));
    expect(refusal.detail).toContain('a chain of 8 executions');
  });

  test('of sixty at once is the last one for a moment', async () => {
    const workflow = await setUp(textOf('secrets: [hook], if: "false"'));
    for (let at = 0; at < 60; at += 1) {
      expect(await expectTaken(signed(workflow, PUSH, { id: `msg_${at}` }))).toMatchObject({
        status: 'ignored',
      });
    }
    expect(await expectRefused(signed(workflow, PUSH))).toMatchObject({ code: 'rate-limited' });
    await bench().advance(2_000);
    expect(await expectTaken(signed(workflow, PUSH))).toMatchObject({ status: 'ignored' });
  });
});

describe('a sender', () => {
  const OTHER_BODY = Buffer.from('{"push":{"ref":"evil"}}');

  test.each<[string, Sent, string]>([
    ['another secret', { secret: 'wrong' }, 'does not match any of its secrets'],
    ['no signature', { headers: { signature: undefined } }, 'no header webhook-signature'],
    ['no id', { headers: { id: undefined } }, 'no readable header webhook-id'],
    ['another id', { headers: { id: 'msg_9' } }, 'does not match any of its secrets'],
    ['no time', { headers: { timestamp: undefined } }, 'no header webhook-timestamp'],
    ['another time', { headers: { timestamp: '1' } }, 'does not match any of its secrets'],
    [
      'an asymmetric signature',
      { headers: { signature: 'v1a,AAAA' } },
      'not match any of its secrets',
    ],
    [
      'an old delivery',
      { aheadMs: -6 * MINUTE_MS },
      'differs by 360 s from the clock of the server',
    ],
    ['a delivery of tomorrow', { aheadMs: 6 * MINUTE_MS }, 'differs by 360 s'],
    [
      'a bearer token',
      { headers: { signature: undefined, authorization: `Bearer ${SECRET}` } },
      'no header webhook-signature',
    ],
    [
      'nine signatures',
      { headers: { signature: Array(9).fill('v1,AAAA').join(' ') } },
      'more than 8',
    ],
  ])('with %s gets the answer of an unknown address', async (_what, sent, reason) => {
    const workflow = await setUp();
    const refusal = await expectRefused(signed(workflow, PUSH, sent));
    const unknown = await expectRefused(
      signed({ id: WorkflowId.parse('wf_01m7w3nmq6f5a3c1x8v7d2b9ka') }, PUSH),
    );
    const unnamed = await expectRefused(signed(workflow, PUSH, { name: 'other' }));
    expect(refusal.code).toBe('unauthenticated');
    expect([unknown, unnamed]).toEqual([refusal, refusal]);
    const [audited] = await reasons();
    expect(audited).toContain(reason);
    expect(await executions()).toEqual([]);
  });

  test('cannot change the body', async () => {
    const workflow = await setUp();
    const request = { ...signed(workflow, PUSH), body: OTHER_BODY };
    expect(await expectRefused(request)).toMatchObject({ code: 'unauthenticated' });
  });

  test('signs with one of two secrets while one replaces the other', async () => {
    await makeSecret('next', NEXT);
    const workflow = await setUp(textOf('secrets: [hook, next]'));
    await expectTaken(signed(workflow, PUSH, { id: 'a' }));
    await expectTaken(signed(workflow, PUSH, { id: 'b', secret: NEXT }));
    const both = signed(workflow, PUSH, { id: 'c', secret: NEXT });
    const signature = `v1,AAAA v2,x ${both.headers.signature}`;
    await expectTaken({ ...both, headers: { ...both.headers, signature } });
    const text = textOf('secrets: [next]');
    await bench().expectOk('workflow.update', { id: workflow.id, text });
    await expectRefused(signed(workflow, PUSH, { id: 'd' }));
    await expectTaken(signed(workflow, PUSH, { id: 'e', secret: NEXT }));
    // Ids stay taken in another version of the text.
    expect(await expectTaken(signed(workflow, PUSH, { id: 'a', secret: NEXT }))).toMatchObject({
      status: 'repeated',
    });
  });

  test('may have a secret of bytes, as the specification writes them', async () => {
    const key = Buffer.from('0123456789abcdef0123456789abcdef');
    await makeSecret('hook', `whsec_${key.toString('base64')}`);
    const workflow = await store(GENERIC);
    await expectTaken(signed(workflow, PUSH, { key }));
  });

  test('with a secret that stands for no bytes is refused', async () => {
    await makeSecret('hook', 'whsec_');
    const workflow = await store(GENERIC);
    await expectRefused(signed(workflow, PUSH, { key: Buffer.alloc(0) }));
  });

  test('with a secret that does not list the workflow, or is gone, is refused', async () => {
    const secret = await makeSecret('hook', SECRET, ['other']);
    const workflow = await store(GENERIC);
    await expectRefused(signed(workflow, PUSH));
    const allowed = { workflows: ['hooked'] };
    await bench().expectOk('secret.update', { id: secret.id, allowed });
    await expectTaken(signed(workflow, PUSH));
    await bench().expectOk('secret.delete', { id: secret.id });
    await expectRefused(signed(workflow, PUSH, { id: 'msg_2' }));
  });

  test('keeps the version that the text names', async () => {
    const secret = await makeSecret('hook', SECRET);
    const workflow = await store(textOf('secrets: [hook@1, hook@2]'));
    await bench().expectOk('secret.update', { id: secret.id, value: NEXT });
    await expectTaken(signed(workflow, PUSH, { id: 'a' }));
    await expectTaken(signed(workflow, PUSH, { id: 'b', secret: NEXT }));
  });

  test('floods neither the audit log nor the webhook without the secret', async () => {
    const workflow = await setUp();
    for (let at = 0; at < 70; at += 1) {
      await expectRefused(signed(workflow, PUSH, { secret: 'wrong', id: `msg_${at}` }));
    }
    expect((await reasons()).length).toBeLessThan(30);
    await expectTaken(signed(workflow, PUSH));
  });
});

test('an author who may not act any more turns the webhook off', async () => {
  await makeSecret('hook', SECRET);
  const { resource: key } = await bench().expectOk('api_key.create', {
    name: 'author',
    role: 'operator',
  });
  const { tenantId } = bench().admin;
  const principal = { id: key.id, name: 'author', role: 'operator', tenantId };
  const { resource: workflow } = await bench().expectOk(
    'workflow.create',
    { text: GENERIC },
    { principal },
  );
  await bench().expectOk('api_key.delete', { id: key.id });
  const first = await expectRefused(signed(workflow, PUSH));
  const second = await expectRefused(signed(workflow, PUSH, { id: 'msg_2' }));
  expect([first.code, second]).toEqual(['unauthenticated', first]);
  expect(await eventsOf('workflow.trigger.disabled')).toMatchObject([{ target: workflow.id }]);
  await bench().expectOk('workflow.update', { id: workflow.id, text: GENERIC });
  await expectTaken(signed(workflow, PUSH, { id: 'msg_3' }));
});

describe('Alertmanager', () => {
  const ALERTS = `name: hooked
inputs: { node: string, status: string }
steps: [{ id: pause, wait: 1s }]
triggers:
  - webhook: { name: deploy, kind: alertmanager, secrets: [hook] }
    inputs: { node: alert.labels.node, status: status }
`;
  const alert = (status: 'firing' | 'resolved', node: string) => ({
    status,
    labels: { alertname: 'disk_full', node },
    startsAt: '2026-01-01T00:00:00Z',
  });
  const notification = (status: 'firing' | 'resolved', node = 'node-a') => ({
    version: '4',
    groupKey: '{}:{}',
    status,
    receiver: 'novacron',
    alerts: [alert(status, node)],
  });
  const headers = { id: undefined, timestamp: undefined, signature: undefined };
  const bearer = { headers: { ...headers, authorization: `Bearer ${SECRET}` } };

  test('sends its secret as a bearer token; alerts are its ids', async () => {
    const workflow = await setUp(ALERTS);
    const send = (json: unknown) => expectTaken(signed(workflow, json, bearer));
    const { execution_id: id } = await send(notification('firing'));
    expect(await send(notification('firing'))).toEqual({ status: 'repeated', execution_id: id });
    expect(await send(notification('firing', 'node-b'))).toMatchObject({ status: 'started' });
    expect(await send(notification('resolved'))).toEqual({ status: 'ignored', execution_id: null });
    await bench().skip(2 * HOUR_MS);
    expect(await send(notification('firing'))).toMatchObject({ status: 'repeated' });
    const again = { ...alert('firing', 'node-a'), startsAt: '2026-01-01T03:00:00Z' };
    const later = { ...notification('firing'), alerts: [again] };
    expect(await send(later)).toMatchObject({ status: 'started' });
    const all = await executions();
    const [first] = all;
    if (first === undefined) throw new Error('there are executions');
    const { inputs } = await bench().expectOk('execution.get', { id: first.id });
    expect([all.length, inputs]).toEqual([3, { node: 'node-a', status: 'firing' }]);
  });

  test('starts an execution of each alert that newly fires, and of no other', async () => {
    const workflow = await setUp(ALERTS);
    const send = (...alerts: readonly ReturnType<typeof alert>[]) =>
      expectTaken(signed(workflow, { ...notification('firing'), alerts }, bearer));
    await send(alert('firing', 'a'));
    await send(alert('firing', 'a'), alert('firing', 'b'));
    await send(alert('resolved', 'a'), alert('firing', 'b'));
    await send(alert('resolved', 'a'), alert('firing', 'b'), alert('firing', 'c'));
    const nodes = (await executions()).map(async ({ id }) => {
      const { inputs } = await bench().expectOk('execution.get', { id });
      return inputs?.node;
    });
    expect(await Promise.all(nodes)).toEqual(['a', 'b', 'c']);
  });

  test('becomes a record of alerts, which its end closes, and no incident', async () => {
    const workflow = await setUp(ALERTS);
    const full = {
      ...alert('firing', 'node-a'),
      labels: { alertname: 'disk_full', node: 'node-a', severity: 'critical' },
      annotations: { summary: 'Disk of node-a is full', description: '2 % are left' },
      fingerprint: '00f067aa0ba902b7',
    };
    const own = {
      ...alert('firing', 'b'),
      labels: { alertname: 'down', instance: 'b:1', service: 'novacron' },
    };
    const ofBoth = { ...notification('firing'), alerts: [full, own] };
    await expectRefused(signed(workflow, ofBoth, bearer));
    await take(signed(workflow, ofBoth, bearer));
    const { items } = await bench().expectOk('alert.list', { source: ['alertmanager'] });
    expect(items).toMatchObject([
      { rule: 'down', target: 'b:1', severity: 'warning', message: 'down', count: 2 },
      {
        state: 'open',
        severity: 'critical',
        source: 'alertmanager',
        message: 'Disk of node-a is full',
        because: ['2 % are left'],
        policy_id: null,
        target: 'node-a',
        target_id: null,
        fingerprint: '00f067aa0ba902b7',
      },
    ]);
    const [, second] = items;
    await bench().expectOk('alert.ack', { id: second?.id ?? '' });
    // Policies that hold no more end their own alerts only.
    await bench().skip(HOUR_MS);
    const over = { ...notification('resolved'), alerts: [{ ...full, status: 'resolved' }] };
    await expectTaken(signed(workflow, over, bearer));
    await bench().skip(HOUR_MS);
    const after = await bench().expectOk('alert.list', {});
    expect(after.items.map(({ rule, state }) => [rule, state])).toEqual([
      ['down', 'open'],
      ['disk_full', 'resolved'],
    ]);
    const { items: events } = await bench().expectOk('event.list', { limit: 100 });
    const ofAlerts = events.filter(({ type }) => type.startsWith('alert.'));
    expect(ofAlerts.map(({ type, data }) => [type, data.rule])).toEqual([
      ['alert.opened', 'disk_full'],
      ['alert.acknowledged', 'disk_full'],
      ['alert.resolved', 'disk_full'],
    ]);
    expect((await bench().expectOk('incident.list', {})).items).toEqual([]);
  });

  test('about NovaCron itself starts nothing, and the workflow says why', async () => {
    const workflow = await setUp(ALERTS);
    const own = { ...alert('firing', 'a'), labels: { node: 'a', service: 'novacron' } };
    const send = { ...notification('firing'), alerts: [own] };
    const refused = await expectRefused(signed(workflow, send, bearer));
    const reason = 'the alert is about NovaCron itself (service="novacron"): act on it by hand';
    expect(refused.detail).toBe(`Nothing was started: ${reason}.`);
    expect(await executions()).toEqual([]);
    const { starts } = await bench().expectOk('workflow.get', { id: workflow.id });
    expect(starts).toMatchObject([{ last_outcome: `a delivery started nothing: ${reason}` }]);
    // Alertmanager repeats it for as long as it fires.
    expect(await expectTaken(signed(workflow, send, bearer))).toEqual({
      status: 'repeated',
      execution_id: null,
    });
    const other = { ...own, labels: { node: 'a', service: 'shop' } };
    const another = { ...notification('firing'), alerts: [other] };
    expect(await expectTaken(signed(workflow, another, bearer))).toMatchObject({
      status: 'started',
    });
  });

  test.each([
    ['another token', { headers: { ...headers, authorization: 'Bearer wrong' } }],
    ['no token', { headers }],
    ['a token of another scheme', { headers: { ...headers, authorization: `Basic ${SECRET}` } }],
  ])('with %s is refused', async (_what, sent) => {
    const workflow = await setUp(ALERTS);
    expect(await expectRefused(signed(workflow, notification('firing'), sent))).toMatchObject({
      code: 'unauthenticated',
    });
  });

  test('may have a proxy that signs', async () => {
    const workflow = await setUp(ALERTS);
    await expectTaken(signed(workflow, notification('firing')));
    await expectRefused(signed(workflow, notification('firing'), { secret: 'wrong' }));
  });

  test('that sends another format is refused', async () => {
    const workflow = await setUp(ALERTS);
    const refusal = await expectRefused(signed(workflow, { version: '3' }, bearer));
    expect(refusal.detail).toContain('is not what Alertmanager sends (version 4)');
  });
});

test('a webhook without secrets accepts nothing, and storing it says so', async () => {
  const text = textOf('kind: generic');
  const { notices, resource } = await bench().expectOk('workflow.create', { text });
  expect(notices?.join()).toContain('without a secret that senders sign with, nothing is accepted');
  await expectRefused(signed(resource, PUSH, { secret: '' }));
});

test('a loop through another system ends after eight executions', async () => {
  let chains: number[] = [];
  let workflow: Workflow | undefined;
  // A system that reacts to each request by a new delivery, and keeps the header.
  const other = createServer(async (request, response) => {
    const chainLength = Number(request.headers['novacron-chain-length']);
    chains = [...chains, chainLength];
    if (workflow !== undefined) {
      await take(signed(workflow, PUSH, { id: `loop_${chainLength}`, chainLength }));
    }
    response.end();
  });
  await once(other.listen(0, '127.0.0.1'), 'listening');
  other.unref();
  const address = other.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const host = `127.0.0.1:${port}`;
  hosts.splice(0, hosts.length, { tenantId: undefined, host });
  const call = `{ id: call, http: { method: POST, url: "http://${host}/" } }`;
  workflow = await setUp(GENERIC.replace('{ id: pause, wait: 1s }', call));
  await expectTaken(signed(workflow, PUSH));
  await bench().endAll();
  expect(chains).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(await executions()).toHaveLength(8);
  other.closeAllConnections();
  await once(other.close(), 'close');
});

describe('a push', () => {
  const MOVE = { ref: 'refs/heads/main', before: 'a'.repeat(40), after: 'b'.repeat(40) };
  const textOfPush = (kind: string) =>
    textOf(`kind: ${kind}, secrets: [hook]`).replace('push.ref', 'ref');
  const hub = (json: unknown, secret = SECRET) => {
    const digest = createHmac('sha256', secret).update(JSON.stringify(json)).digest('hex');
    return { hubSignature: `sha256=${digest}`, signature: undefined };
  };

  test('of GitHub is signed with the secret, and counts once whatever its id', async () => {
    const workflow = await setUp(textOfPush('github'));
    const first = await expectTaken(signed(workflow, MOVE, { headers: hub(MOVE) }));
    expect(first.status).toBe('started');
    const again = await expectTaken(signed(workflow, MOVE, { id: 'm2', headers: hub(MOVE) }));
    expect(again).toEqual({ status: 'repeated', execution_id: first.execution_id });
    const forged = signed(workflow, MOVE, { headers: hub(MOVE, 'guess') });
    expect((await expectRefused(forged)).code).toBe('unauthenticated');
    expect(await reasons()).toEqual(['its X-Hub-Signature-256 does not match any of its secrets']);
  });

  test('of GitLab has the secret; pings and deleted branches start nothing', async () => {
    const workflow = await setUp(textOfPush('gitlab'));
    const headers = { gitlabToken: SECRET, signature: undefined };
    const gone = { ...MOVE, after: '0'.repeat(40) };
    for (const ignored of [{ zen: 'Keep it simple.' }, gone]) {
      const taken = await expectTaken(signed(workflow, ignored, { headers }));
      expect(taken.status).toBe('ignored');
    }
    expect((await expectTaken(signed(workflow, MOVE, { headers }))).status).toBe('started');
    const wrong = signed(workflow, MOVE, { headers: { ...headers, gitlabToken: 'guess' } });
    expect((await expectRefused(wrong)).code).toBe('unauthenticated');
  });
});
