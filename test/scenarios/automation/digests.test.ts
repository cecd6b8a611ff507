/** Messages that wait: digests of channels, and what channels say about approvals. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import type { AppSettings } from '@novacron/server/app/composition/deps';
import { waitUntil } from '@novacron/testing/wait-until';
import { z } from 'zod';
import { useBench } from '../test-kit/use-bench.ts';

const hosts: AppSettings['egressHosts'][number][] = [];
const bench = useBench({ egressHosts: hosts });

const MINUTE_MS = 60_000;

const Message = z.looseObject({
  id: z.string(),
  subject: z.string(),
  text: z.string(),
  messages: z.array(z.looseObject({ id: z.string(), step: z.string() })).optional(),
});

let receiver: Server;
let received: (z.infer<typeof Message> & { path: string | undefined })[];
let statuses: number[];
let host: string;

beforeEach(async () => {
  received = [];
  statuses = [];
  receiver = createServer(async (request, response) => {
    const message = Message.parse(JSON.parse(await readText(request)));
    received.push({ ...message, path: request.url });
    response.writeHead(statuses.shift() ?? 200).end();
  });
  await once(receiver.listen(0, '127.0.0.1'), 'listening');
  const address = receiver.address() as AddressInfo;
  host = `127.0.0.1:${address.port}`;
  hosts.splice(0, hosts.length, { tenantId: undefined, host });
});

afterEach(async () => {
  receiver.closeAllConnections();
  await once(receiver.close(), 'close');
});

async function addChannel(
  name: string,
  more: Partial<InputOf<'notification_channel.create'>> = {},
) {
  const input = { name, type: 'webhook', url: `http://${host}/${name}`, ...more } as const;
  return (await bench().expectOk('notification_channel.create', input)).resource;
}

const show = (id: string) => bench().expectOk('notification_channel.get', { id });
const waiting = () => bench().store.read({ from: 'notification_messages' });

/** Lets time pass until as many messages have come, and what was sent is stored. */
const receive = (count: number) =>
  waitUntil(`${count} messages`, async () => {
    await bench().advance(1_000);
    return received.length >= count ? true : undefined;
  });

const settle = () =>
  waitUntil('no message to wait', async () => {
    await bench().advance(1_000);
    return (await waiting()).length === 0 ? true : undefined;
  });

async function start(text: string) {
  const { resource } = await bench().expectOk('workflow.create', { text });
  return (await bench().expectOk('workflow.run', { id: resource.id })).operation;
}

/** Runs a workflow that notifies, and returns the id of its message. */
async function notify(name: string, more = '', text = `${name} is done`): Promise<string> {
  const operation = await start(`name: ${name}
steps: [{ id: report, notify: { channel: ops, message: "${text}"${more} } }]
`);
  expect((await bench().end(operation)).status).toBe('succeeded');
  return `${operation.id}/report`;
}

describe('a channel with a digest interval', () => {
  test('sends a message of each item of a step', async () => {
    await addChannel('ops', { digest_interval: '1m' });
    const { id } = await bench().end(
      await start(`name: items
steps: [{ id: s, for_each: [a, b, c], notify: { channel: ops, message: "item \${item}" } }]
`),
    );
    await receive(1);
    const items = ['a', 'b', 'c'].map((item, at) => ({
      id: `${id}/s[${at}]`,
      text: `item ${item}`,
    }));
    expect(received[0]?.messages).toMatchObject(items);
  });

  test('sends the messages of an interval as one, counted from the first', async () => {
    const { id } = await addChannel('ops', { digest_interval: '1m' });
    const first = await notify('one');
    await bench().advance(30_000);
    const second = await notify('two');
    expect(received).toEqual([]);
    await bench().advance(20_000);
    expect(received).toEqual([]);
    await receive(1);
    await settle();
    expect(received).toMatchObject([
      {
        id: expect.stringMatching(/^digest\/[0-9a-f]{64}$/),
        subject: '2 messages of ops',
        text: 'one: report\none is done\n\ntwo: report\ntwo is done',
        messages: [
          { id: first, workflow: 'one', step: 'report', text: 'one is done' },
          { id: second, workflow: 'two', step: 'report', text: 'two is done' },
        ],
      },
    ]);
    const source = received[0]?.id;
    expect((await show(id)).last_delivery).toMatchObject({ result: 'delivered', source });
    await bench().advance(2 * MINUTE_MS);
    expect(received).toHaveLength(1);
  });

  test('keeps them while the server is away, and under one id in each attempt', async () => {
    const { id } = await addChannel('ops', { digest_interval: '1m' });
    await notify('one');
    await notify('two');
    await bench().restartServer();
    statuses = [503, 404];
    await bench().advance(50_000);
    await receive(1);
    await waitUntil('the failure to be stored', async () => {
      await bench().advance(100);
      return (await show(id)).last_delivery?.error === `${host} answered 503` ? true : undefined;
    });
    await receive(3);
    await settle();
    expect(new Set(received.map((message) => message.id)).size).toBe(1);
    expect((await show(id)).last_delivery).toMatchObject({ result: 'delivered' });
  });

  test('sends a message by itself where it is for other recipients, or the only one', async () => {
    await addChannel('ops', { digest_interval: '1m' });
    await notify('one');
    const second = await notify('two', ', recipients: ["#night"]');
    await bench().advance(50_000);
    await receive(2);
    await settle();
    expect(received).toMatchObject([
      { text: 'one is done', recipients: [] },
      { id: second, subject: 'two: report', recipients: ['#night'] },
    ]);
  });

  test('leaves what is too long for one message for the next one', async () => {
    await addChannel('ops', { digest_interval: '1m' });
    const long = 'x'.repeat(4_000);
    for (const name of ['a', 'b', 'c', 'd', 'e']) await notify(name, `, subject: "${name}"`, long);
    await bench().advance(50_000);
    await receive(2);
    await settle();
    expect(received.map(({ subject }) => subject)).toEqual(['4 messages of ops', 'e']);
    expect(received.every(({ text }) => text.length < 16_384 && !text.endsWith('…'))).toBe(true);
  });

  test('gives up at last, says so, and sends what follows', async () => {
    const { id } = await addChannel('ops', { digest_interval: '10s' });
    await notify('one');
    statuses = Array.from({ length: 12 }, () => 404);
    for (let attempt = 1; attempt <= 12; attempt += 1) {
      await receive(attempt);
      await bench().skip(15 * MINUTE_MS);
    }
    await settle();
    const { items } = await bench().expectOk('event.list', { limit: 500 });
    expect(items.filter(({ type }) => type === 'notification.failed')).toMatchObject([
      { target: id, data: { channel: 'ops', messages: 1, error: `${host} answered 404` } },
    ]);
    await notify('two');
    await receive(13);
    await settle();
    expect(received.at(-1)?.text).toBe('two is done');
  });

  test('fails the step that has recipients which it does not have', async () => {
    hosts.push({ tenantId: undefined, host: 'mail.example.com:25' });
    await addChannel('ops', {
      type: 'email',
      url: undefined,
      digest_interval: '1m',
      smtp_server: 'mail.example.com:25',
      from: 'novacron@example.com',
      to: ['ann@example.com'],
    });
    const { resource } = await bench().expectOk('workflow.create', {
      text: `name: w
inputs: { who: string }
steps: [{ id: report, notify: { channel: ops, message: done, recipients: ["\${who}"] } }]
`,
    });
    const inputs = { who: 'eve@example.com' };
    const { operation } = await bench().expectOk('workflow.run', { id: resource.id, inputs });
    expect((await bench().end(operation)).problem?.detail).toContain(
      'the channel ops does not have the recipient eve@example.com',
    );
    expect(await waiting()).toEqual([]);
  });

  test('is refused an interval out of range, and shows its own', async () => {
    const input = { name: 'ops', type: 'log', digest_interval: '1s' } as const;
    const found = await bench().expectProblem('notification_channel.create', input);
    expect(found.fields?.[0]?.message).toBe('must be a duration from 10s to 1d, such as 15m');
    const { id } = await addChannel('ops', { digest_interval: '90s' });
    expect((await show(id)).digest_interval).toBe('1m30s');
    const change = { id, digest_interval: null };
    const { resource } = await bench().expectOk('notification_channel.update', change);
    expect(resource.digest_interval).toBeNull();
  });
});

const asking = (approval: string) => `name: release
steps:
  - { id: ask, approval: ${approval} }
  - { id: pause, needs: [ask], wait: 1s }
`;

async function approver(name: string) {
  const key = { name, role: 'operator', person: name } as const;
  const { resource } = await bench().expectOk('api_key.create', key);
  const { id, tenant_id: tenantId } = resource;
  return { principal: { id, name, role: 'operator' as const, tenantId } };
}

async function pendingApproval() {
  const { items } = await bench().expectOk('approval.list', { status: ['pending'] });
  const [approval] = items;
  if (approval === undefined) throw new Error('one is pending');
  return approval;
}

describe('an approval', () => {
  const ESCALATED =
    '{ message: "May it?", notify: [ops], escalate: { after: 2m, notify: [boss] }, expires: 1h }';

  test('is announced, and later to others while it is pending', async () => {
    await addChannel('ops');
    await addChannel('boss');
    const operation = await start(asking(ESCALATED));
    await receive(1);
    const { id } = await pendingApproval();
    expect(received).toMatchObject([
      {
        path: '/ops',
        id: `${id}/ops`,
        subject: 'Approval needed: release, step ask',
        text: expect.stringMatching(
          new RegExp(
            `^May it\\?\\nOne person has to approve the run started by admin before \\S+\\.\\n` +
              `novacron approval show ${id}\\nnovacron approval approve ${id}$`,
          ),
        ),
        workflow: 'release',
        execution_id: operation.id,
        step: 'ask',
        approval_id: id,
      },
    ]);
    await bench().restartServer();
    await bench().advance(100_000);
    expect(received).toHaveLength(1);
    await receive(2);
    await settle();
    expect(received[1]).toMatchObject({
      path: '/boss',
      id: `${id}/escalate/boss`,
      subject: 'Approval still needed: release, step ask',
    });
    await bench().expectOk('approval.approve', { id }, await approver('ann'));
    expect((await bench().end(operation)).status).toBe('succeeded');
  });

  test('is not escalated once people have voted', async () => {
    await addChannel('ops');
    await addChannel('boss');
    const operation = await start(asking(ESCALATED));
    await receive(1);
    const { id } = await pendingApproval();
    await bench().expectOk('approval.approve', { id }, await approver('ann'));
    expect((await bench().end(operation)).status).toBe('succeeded');
    await bench().advance(2 * MINUTE_MS);
    await settle();
    expect(received).toHaveLength(1);
  });

  test('is refused with a channel that does not exist, before anything is done', async () => {
    await addChannel('ops');
    const { resource } = await bench().expectOk('workflow.create', { text: asking(ESCALATED) });
    const found = await bench().expectProblem('workflow.run', { id: resource.id });
    expect(found.detail).toBe(
      'A run of release is refused: step ask notifies boss, which is not a notification channel.',
    );
  });

  test('cannot be escalated after it has expired', async () => {
    const text = asking('{ escalate: { after: 2h, notify: [boss] }, expires: 1h }');
    const found = await bench().expectProblem('workflow.create', { text });
    expect(JSON.stringify(found)).toContain('comes after the approval has expired (1h): lower it');
  });
});
