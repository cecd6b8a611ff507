/** Notification channels and the steps that send through them, to servers that are real. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Server as TcpServer,
} from 'node:net';
import { createInterface } from 'node:readline';
import { text as readText } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Execution } from '@novacron/contract/automation/execution';
import { keysOf } from '@novacron/contract/closed-table';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import type { AppSettings } from '@novacron/server/app/composition/deps';
import { ROW_OF_EACH_TABLE } from '../../../server/src/adapters/store/suite/rows.ts';
import { useBench } from '../test-kit/use-bench.ts';

const hosts: AppSettings['egressHosts'][number][] = [];
const bench = useBench({ egressHosts: hosts });

interface Received {
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let receiver: Server;
let received: Received[];
let statuses: number[];
let host: string;

beforeEach(async () => {
  received = [];
  statuses = [];
  receiver = createServer(async (request, response) => {
    const { url: path, headers } = request;
    received.push({ path, headers, body: await readText(request) });
    response.writeHead(statuses.shift() ?? 200).end('the answer');
  });
  await once(receiver.listen(0, '127.0.0.1'), 'listening');
  host = `127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  hosts.splice(0, hosts.length, { tenantId: undefined, host });
});

afterEach(async () => {
  receiver.closeAllConnections();
  await once(receiver.close(), 'close');
});

type NewChannel = Omit<InputOf<'notification_channel.create'>, 'name'>;

const addChannel = async (more: NewChannel) => {
  const input = { name: 'ops', ...more };
  return (await bench().expectOk('notification_channel.create', input)).resource;
};

const refuseChannel = (more: NewChannel, name = 'ops') =>
  bench().expectProblem('notification_channel.create', { name, ...more });

const show = (id: string) => bench().expectOk('notification_channel.get', { id });

const addSecret = (value: string, more: object = {}, name = 'chat') =>
  bench().expectOk('secret.create', { name, value, allowed: { hosts: [host], ...more } });

const NOTIFY = `name: w
inputs: { who: { type: string, default: "ann <b> & co" } }
steps:
  - id: report
    notify: { channel: ops, subject: "For \${who}", message: "It is done, \${who}." }
`;

async function start(text = NOTIFY) {
  const { resource } = await bench().expectOk('workflow.create', { text });
  return (await bench().expectOk('workflow.run', { id: resource.id })).operation;
}

async function run(text?: string): Promise<Execution> {
  const operation = await start(text);
  await bench().end(operation);
  return bench().expectOk('execution.get', { id: operation.id });
}

async function refuseRun(text = NOTIFY): Promise<string> {
  const { resource } = await bench().expectOk('workflow.create', { text });
  return (await bench().expectProblem('workflow.run', { id: resource.id })).detail;
}

describe('a step notifies', () => {
  test('a webhook with the message as JSON, and with its token', async () => {
    await addSecret('a-token', {}, 'token');
    const url = `http://${host}/in`;
    const { id } = await addChannel({ type: 'webhook', url, token_secret: 'token' });
    const ended = await run();
    expect(ended.status).toBe('succeeded');
    const source = `${ended.id}/report`;
    expect(received).toMatchObject([
      { path: '/in', headers: { authorization: 'Bearer a-token', 'idempotency-key': source } },
    ]);
    expect(JSON.parse(received[0]?.body ?? '')).toEqual({
      type: 'notification',
      id: source,
      subject: 'For ann <b> & co',
      text: 'It is done, ann <b> & co.',
      recipients: [],
      workflow: 'w',
      execution_id: ended.id,
      step: 'report',
    });
    const shown = await show(id);
    expect([shown.last_delivery, shown.revision]).toMatchObject([
      { result: 'delivered', source, error: null },
      1,
    ]);
    expect(shown.last_delivered_at).toBe(shown.last_delivery?.at);
  });

  test('Slack at the address that a secret has, which is nowhere else', async () => {
    const address = `http://${host}/services/T000/hunter2hunter2`;
    await addSecret(address);
    await addChannel({ type: 'slack', url_secret: 'chat' });
    const text = NOTIFY.replace('channel: ops,', 'channel: ops, recipients: ["#ops"],');
    statuses = [404];
    const ended = await run(text);
    expect(ended.problem?.detail).toContain(`step report failed: ${host} answered 404`);
    expect(received.map(({ path, body }) => [path, JSON.parse(body)])).toEqual([
      [
        '/services/T000/hunter2hunter2',
        {
          text: '*For ann &lt;b&gt; &amp; co*\nFor #ops\nIt is done, ann &lt;b&gt; &amp; co.',
        },
      ],
    ]);
    const others = keysOf(ROW_OF_EACH_TABLE).filter((from) => from !== 'secret_versions');
    const rows = await Promise.all(others.map((from) => bench().store.read({ from })));
    const shown = JSON.stringify([rows, await bench().expectOk('audit.list', {}), ended]);
    expect(shown).toContain('url_secret');
    expect(shown).not.toContain('hunter2');
  });

  test('once, after attempts that failed, all under one id', async () => {
    const { id } = await addChannel({ type: 'webhook', url: `http://${host}/` });
    statuses = [503, 429];
    const ended = await run();
    expect([ended.status, ended.steps[0]?.attempts]).toEqual(['succeeded', 3]);
    const keys = received.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toEqual([1, 2, 3].map(() => `${ended.id}/report`));
    expect((await show(id)).last_delivery).toMatchObject({ result: 'delivered' });
  });

  test('in vain, and the channel says why', async () => {
    const { id } = await addChannel({ type: 'webhook', url: `http://${host}/` });
    statuses = [302];
    const text = `${NOTIFY}    on_failure: go_on\n`;
    expect((await run(text)).status).toBe('succeeded_with_failures');
    expect(await show(id)).toMatchObject({
      last_delivery: {
        result: 'failed',
        error: `${host} answered 302, and redirects are not followed`,
      },
      last_delivered_at: null,
    });
  });

  test('once about what the channel knows as delivered', async () => {
    const { id } = await addChannel({ type: 'webhook', url: `http://${host}/` });
    const text = `name: w
steps:
  - { id: settle, wait: 1m }
  - { id: report, needs: [settle], notify: { channel: ops, message: done } }
`;
    const operation = await start(text);
    const delivery = {
      result: 'delivered',
      at_ms: 1,
      source: `${operation.id}/report`,
      error: null,
    };
    const [row] = await bench().store.read({ from: 'notification_channels', where: { id } });
    if (row === undefined) throw new Error('the channel is there');
    const delivered = { ...row, delivery_json: JSON.stringify(delivery) };
    await bench().store.commit([{ kind: 'put', into: 'notification_channels', row: delivered }]);
    await bench().end(operation);
    expect(received).toEqual([]);
    const ended = await bench().expectOk('execution.get', { id: operation.id });
    expect(ended.status).toBe('succeeded');
  });

  test('with the address that a secret has by then', async () => {
    const { resource } = await addSecret(`http://${host}/first`);
    await addChannel({ type: 'slack', url_secret: 'chat' });
    const text = `name: w
steps:
  - { id: settle, wait: 1m }
  - { id: report, needs: [settle], notify: { channel: ops, message: done } }
`;
    const operation = await start(text);
    await bench().expectOk('secret.update', { id: resource.id, value: `http://${host}/second` });
    await bench().end(operation);
    expect(received.map(({ path }) => path)).toEqual(['/second']);
  });

  test('in vain where its channel is deleted meanwhile', async () => {
    const { id } = await addChannel({ type: 'log' });
    const text = `name: w
steps:
  - { id: settle, wait: 1m }
  - { id: report, needs: [settle], notify: { channel: ops, message: done } }
`;
    const operation = await start(text);
    await bench().expectOk('notification_channel.delete', { id });
    await bench().end(operation);
    const ended = await bench().expectOk('execution.get', { id: operation.id });
    expect(ended.problem?.detail).toContain('the notification channel ops does not exist');
  });
});

interface MailServer {
  readonly server: TcpServer;
  readonly lines: string[];
  /** Replies by the first word of a command, where they are not a success. */
  readonly replies: Map<string, string>;
}

/** A mail server that writes down what it is given (RFC 5321). */
function createMailServer(): MailServer {
  const lines: string[] = [];
  const replies = new Map<string, string>();
  const server = createTcpServer((socket) => {
    let isData = false;
    socket.on('error', () => undefined);
    const say = (reply: string) => socket.write(`${reply}\r\n`);
    say('220 mail.example.com');
    createInterface({ input: socket }).on('line', (line) => {
      lines.push(line);
      const word = line.split(/[ :]/)[0]?.toUpperCase() ?? '';
      if (isData) {
        isData = line !== '.';
        if (!isData) say('250 taken');
      } else if (word === 'QUIT') {
        socket.end('221 bye\r\n');
      } else {
        isData = word === 'DATA';
        say(replies.get(word) ?? (isData ? '354 go on' : '250 mail.example.com'));
      }
    });
  });
  return { server, lines, replies };
}

describe('a mail server', () => {
  let mail: MailServer;
  let server: string;
  const target = (): NewChannel => ({
    type: 'email',
    smtp_server: server,
    smtp_security: 'none',
    from: 'novacron@example.com',
    to: ['ann@example.com', 'ben@example.com'],
  });

  beforeEach(async () => {
    mail = createMailServer();
    await once(mail.server.listen(0, '127.0.0.1'), 'listening');
    server = `127.0.0.1:${(mail.server.address() as AddressInfo).port}`;
    hosts.push({ tenantId: undefined, host: server });
  });
  afterEach(async () => {
    await once(mail.server.close(), 'close');
  });

  test('gets the message for all recipients, under the id of the step', async () => {
    await addChannel(target());
    const ended = await run();
    expect(ended.status).toBe('succeeded');
    expect(mail.lines).toEqual(
      expect.arrayContaining([
        'MAIL FROM:<novacron@example.com>',
        'RCPT TO:<ann@example.com>',
        'RCPT TO:<ben@example.com>',
        'Subject: For ann <b> & co',
        `Message-ID: <${ended.id}.report@novacron>`,
        'It is done, ann <b> & co.',
      ]),
    );
  });

  test('gets no header that a value contains', async () => {
    await addChannel(target());
    const text = NOTIFY.replace('ann <b> & co', 'ann\\r\\nBcc: eve@example.com');
    expect((await run(text.replace(/message: .*(?= })/, 'message: done'))).status).toBe(
      'succeeded',
    );
    expect(mail.lines.filter((line) => /^bcc:|eve@example.com>$/i.test(line))).toEqual([]);
    expect(mail.lines).toContain('Subject: For ann Bcc: eve@example.com');
  });

  test('gets it for some recipients of the channel, and for no others', async () => {
    await addChannel(target());
    const to = (recipient: string, name: string) =>
      NOTIFY.replace('channel: ops,', `channel: ops, recipients: ["${recipient}"],`).replace(
        'name: w',
        `name: ${name}`,
      );
    expect((await run(to('ben@example.com', 'w'))).status).toBe('succeeded');
    expect(mail.lines.filter((line) => line.startsWith('RCPT'))).toEqual([
      'RCPT TO:<ben@example.com>',
    ]);
    expect(await refuseRun(to('eve@example.com', 'v'))).toContain(
      'which does not have the recipient eve@example.com',
    );
  });

  test.each([
    ['550 no such user', 'answered 550', 1],
    ['451 later', 'answered 451', 2],
  ])('that says %s ends the step after its attempts', async (reply, words, attempts) => {
    await addChannel(target());
    mail.replies.set('MAIL', reply);
    const ended = await run(`${NOTIFY}    retry: { max_attempts: 2 }\n`);
    expect(ended.problem?.detail).toContain(`step report failed: ${server} ${words}`);
    expect(ended.steps[0]?.attempts).toBe(attempts);
  });

  test('that does not encrypt gets nothing', async () => {
    await addChannel({ ...target(), smtp_security: 'starttls' });
    const text = `${NOTIFY}    retry: { max_attempts: 1 }\n`;
    const ended = await run(text);
    expect(ended.status).toBe('failed');
    expect(mail.lines.filter((line) => /^MAIL|^AUTH/.test(line))).toEqual([]);
  });
});

describe('a channel is refused', () => {
  test.each<[string, () => NewChannel, string]>([
    ['without what its type needs', () => ({ type: 'slack' }), 'url_secret is missing'],
    [
      'with what its type does not have',
      () => ({ type: 'log', url: `http://${host}/` }),
      'url does not belong to the type log',
    ],
    ['without an address', () => ({ type: 'webhook' }), 'a webhook has one of the two'],
    [
      'at a host that the operator does not permit',
      () => ({ type: 'webhook', url: 'https://other.example.com/' }),
      "other.example.com, which is not in the server's setting egress-hosts",
    ],
    [
      'with a secret that does not exist',
      () => ({ type: 'slack', url_secret: 'none' }),
      'uses the secret none, which does not exist',
    ],
    [
      'with a password in clear text',
      () => ({
        type: 'email',
        smtp_server: 'mail.example.com:25',
        smtp_security: 'none',
        from: 'a@example.com',
        to: ['b@example.com'],
        smtp_user: 'ann',
        password_secret: 'chat',
      }),
      'would send the password in clear text',
    ],
  ])('%s', async (_how, more, words) => {
    expect((await refuseChannel(more())).detail).toContain(words);
    expect(await bench().store.read({ from: 'notification_channels' })).toEqual([]);
  });

  test('with a secret that may not go to its host', async () => {
    await addSecret(`http://${host}/`, { hosts: ['other.example.com'], workflows: ['w'] });
    expect((await refuseChannel({ type: 'slack', url_secret: 'chat' })).detail).toBe(
      'The notification channel ops uses the secret chat, which may not be sent to the ' +
        `host ${host}.`,
    );
  });

  test('with a secret that is no address, without showing it', async () => {
    await addSecret('hunter2hunter2');
    const found = await refuseChannel({ type: 'slack', url_secret: 'chat' });
    expect(found.detail).toContain('whose value is no address');
    expect(JSON.stringify(found)).not.toContain('hunter2');
  });

  test('with the name of another, and above the quota', async () => {
    await addChannel({ type: 'log' });
    expect((await refuseChannel({ type: 'log' })).code).toBe('name-taken');
    const [tenant] = (await bench().expectOk('tenant.list', {})).items;
    const id = String(tenant?.id);
    await bench().expectOk('tenant.update', { id, quotas: { notification_channels: 1 } });
    const found = await refuseChannel({ type: 'log' }, 'more');
    expect(found.code).toBe('quota-exceeded');
  });
});

describe('a run is refused', () => {
  test('for a channel that does not exist', async () => {
    expect(await refuseRun()).toBe(
      'A run of w is refused: step report notifies ops, which is not a notification channel.',
    );
  });

  test('for a channel whose secret was taken away, and nothing is sent', async () => {
    const { resource } = await addSecret(`http://${host}/`);
    await addChannel({ type: 'slack', url_secret: 'chat' });
    await bench().expectOk('secret.delete', { id: resource.id });
    expect(await refuseRun()).toContain('which uses the secret chat, which does not exist');
    expect(received).toEqual([]);
  });
});

describe('a channel', () => {
  test('anchors the end of compliance evidence, and nothing that it does not deliver', async () => {
    const { id: channel_id } = await addChannel({ type: 'webhook', url: `http://${host}/` });
    await bench().advance(16_000);
    statuses = [500];
    const refused = await bench().expectProblem('compliance.anchor', { channel_id });
    expect([refused.code, refused.detail]).toEqual([
      'operation-failed',
      `The evidence is not anchored: ${host} answered 500.`,
    ]);
    const anchorOf = async () =>
      (await bench().expectOk('compliance.report', { standard: 'cis' })).anchor;
    expect(await anchorOf()).toBeNull();
    const { at, position, hash } = await bench().expectOk('compliance.anchor', { channel_id });
    expect(await anchorOf()).toEqual({ at, position, hash, channel: 'ops' });
    expect(JSON.parse(received.at(-1)?.body ?? '')).toMatchObject({
      subject: `Compliance evidence up to position ${position}`,
    });
  });

  test('is tested: the answer is the result, and the channel keeps it', async () => {
    const { id } = await addChannel({ type: 'webhook', url: `http://${host}/` });
    const { resource } = await bench().expectOk('notification_channel.test', { id });
    expect(resource.last_delivery).toMatchObject({ result: 'delivered' });
    expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({ subject: 'Test of ops' });
    statuses = [500];
    const found = await bench().expectProblem('notification_channel.test', { id });
    expect([found.code, found.detail]).toEqual([
      'operation-failed',
      `The test message of the notification channel ops was not delivered: ${host} answered 500.`,
    ]);
    expect(await show(id)).toMatchObject({
      last_delivery: { result: 'failed' },
      last_delivered_at: resource.last_delivered_at,
    });
    const { items } = await bench().expectOk('audit.list', {});
    const tests = items.filter(({ operation }) => operation === 'notification_channel.test');
    expect(tests.map(({ outcome }) => outcome).sort()).toEqual(['done', 'operation-failed']);
  });

  test('is changed field by field, and keeps the rest', async () => {
    await addSecret('a-token', {}, 'token');
    const url = `http://${host}/in`;
    const { id } = await addChannel({ type: 'webhook', url, token_secret: 'token' });
    const { resource } = await bench().expectOk('notification_channel.update', {
      id,
      if_revision: 1,
      token_secret: null,
      description: 'for the night',
    });
    expect(resource).toMatchObject({ url, token_secret: null, description: 'for the night' });
    const late = { id, if_revision: 1, description: null };
    const found = await bench().expectProblem('notification_channel.update', late);
    expect(found.code).toBe('revision-mismatch');
  });

  test('is of its tenant only', async () => {
    const { id } = await addChannel({ type: 'log' });
    const { resource } = await bench().expectOk('tenant.create', { name: 'other' });
    const other = { principal: { ...bench().admin, tenantId: resource.id } };
    const found = await bench().expectProblem('notification_channel.get', { id }, other);
    expect(found.code).toBe('not-found');
    const { items } = await bench().expectOk('notification_channel.list', {}, other);
    expect(items).toEqual([]);
  });

  test('is created and tested by admins only', async () => {
    const operator = { principal: { ...bench().admin, role: 'operator' as const } };
    const input = { name: 'ops', type: 'log' } as const;
    const found = await bench().expectProblem('notification_channel.create', input, operator);
    expect(found.code).toBe('forbidden');
  });
});
