/** Consoles over a WebSocket: who comes in, what passes, and how it ends. */
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import { WebSocket } from 'ws';
import { waitUntil } from '../../../../test/support/src/wait-until.ts';
import type {
  ConsoleClient,
  ConsoleEnd,
  ConsoleSession,
} from '../../app/fleet/console/open-console.ts';
import type { CallContext } from '../../app/kernel/context/call-context.ts';
import { HEARTBEAT_MS } from '../events/watch-key.ts';
import { secretOf } from '../test-kit/fake-application.ts';
import { type FakeServer, startFakeServer } from '../test-kit/start-fake-server.ts';
import { HELLO_MS_MAX } from './serve-client.ts';

const KEY = { authorization: `Bearer ${secretOf('operator')}` };

let fake: FakeServer;
let opened: { ticket: string; context: CallContext }[];
let typed: Buffer[];
let client: ConsoleClient | undefined;
let finish: (end: ConsoleEnd) => void;

beforeEach(async () => {
  fake = await startFakeServer();
  opened = [];
  typed = [];
  client = undefined;
  const ended = new Promise<ConsoleEnd>((resolve) => {
    finish = resolve;
  });
  const session: ConsoleSession = {
    vm: { id: 'vm_x', name: 'web' },
    node: 'node-01',
    relay: (to) => {
      client = to;
      return ended;
    },
    write: async (bytes) => void typed.push(Buffer.from(bytes)),
    close: () => finish('closed'),
  };
  fake.application.openConsoleWith(async (ticket, context) => {
    opened.push({ ticket, context });
    if (ticket === 'good') return ok(session);
    return err(problem('conflict', { detail: 'Not valid.', remedy: 'Ask again.' }));
  });
});

afterEach(() => fake.stop());

/** Connects, and collects what comes and how it ends. */
async function connect(headers: Readonly<Record<string, string>> = KEY) {
  const webSocket = new WebSocket(`${fake.server.url.replace('http', 'ws')}/console`, { headers });
  const texts: unknown[] = [];
  const bytes: Buffer[] = [];
  webSocket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) bytes.push(data);
    else texts.push(JSON.parse(String(data)));
  });
  const closed = new Promise<number>((resolve) => webSocket.on('close', resolve));
  await once(webSocket, 'open');
  const say = (message: object): void => webSocket.send(JSON.stringify(message));
  return { webSocket, texts, bytes, closed, say };
}

async function openOne() {
  const connection = await connect();
  connection.say({ type: 'open', ticket: 'good' });
  await waitUntil('the console to open', () => connection.texts[0]);
  return connection;
}

describe('a console over a WebSocket', () => {
  test('a ticket opens it, and bytes pass in both directions as they are', async () => {
    const { webSocket, texts, bytes, closed } = await openOne();
    expect(texts).toEqual([{ type: 'opened', vm_id: 'vm_x', name: 'web', node: 'node-01' }]);
    expect(opened).toMatchObject([
      { ticket: 'good', context: { principal: { role: 'operator' } } },
    ]);
    webSocket.send(Buffer.from([0, 255, 13]));
    await waitUntil('the bytes', () => typed[0]);
    expect(typed).toEqual([Buffer.from([0, 255, 13])]);
    await client?.output(Buffer.from([27, 200]));
    client?.lost(5);
    await waitUntil('the output', () => texts[1]);
    expect(bytes).toEqual([Buffer.from([27, 200])]);
    expect(texts[1]).toEqual({ type: 'lost', bytes: 5 });
    finish('machine-stopped');
    expect(await closed).toBe(1000);
    expect(texts[2]).toEqual({ type: 'ended', reason: 'machine-stopped' });
  });

  test('a client that goes away closes the session', async () => {
    const { webSocket, closed } = await openOne();
    let isClosed = false;
    const before = finish;
    finish = (end) => {
      isClosed = end === 'closed';
      before(end);
    };
    webSocket.close();
    await closed;
    await waitUntil('the session to close', () => (isClosed ? true : undefined));
  });

  test('a browser says its key in the first message; without a key nothing opens', async () => {
    const browser = await connect({});
    browser.say({ type: 'authenticate', api_key: secretOf('operator') });
    browser.say({ type: 'open', ticket: 'good' });
    await waitUntil('the console to open', () => browser.texts[0]);
    const stranger = await connect({});
    stranger.say({ type: 'open', ticket: 'good' });
    expect(await stranger.closed).toBe(4401);
    expect(stranger.texts).toMatchObject([
      { problem: { detail: expect.stringContaining('The connection has no API key') } },
    ]);
    expect(opened).toHaveLength(1);
  });

  test.each([
    ['a ticket that is refused', { type: 'open', ticket: 'bad' }, 4409, 'Not valid.'],
    ['another key', { type: 'authenticate', api_key: 'x' }, 4400, 'already has an API key'],
    ['an unknown message', { type: 'dance' }, 4400, 'The message is not valid'],
  ])('%s ends it with the reason', async (_what, message, code, detail) => {
    const { say, closed, texts } = await connect();
    say(message);
    expect(await closed).toBe(code);
    expect(texts).toMatchObject([
      { type: 'problem', problem: { detail: expect.stringContaining(detail) } },
    ]);
  });

  test('an open console takes no text', async () => {
    const { say, closed, texts } = await openOne();
    say({ type: 'open', ticket: 'good' });
    expect(await closed).toBe(4400);
    expect(texts[1]).toMatchObject({
      problem: { detail: 'An open console takes binary messages only.' },
    });
  });

  test('a client without a ticket, or whose key was revoked, is sent away', async () => {
    const { closed, texts } = await connect();
    await fake.timers.advance(HELLO_MS_MAX);
    expect(await closed).toBe(4504);
    expect(texts).toMatchObject([{ problem: { code: 'deadline-exceeded' } }]);
    const open = await openOne();
    fake.application.authenticateWith(async () =>
      err(problem('unauthenticated', { detail: 'Revoked.', remedy: 'Use another.' })),
    );
    await fake.timers.advance(HEARTBEAT_MS);
    expect(await open.closed).toBe(4401);
    expect(open.texts[1]).toMatchObject({ problem: { detail: 'Revoked.' } });
  });

  test.each([
    ['viewer', 'The tenant or the role of the API key was changed.'],
    ['operator', 'The tenant or the role of the API key was changed.'],
  ] as const)('a ticket opens nothing once the role %s lacks the right', async (role, detail) => {
    const { say, closed, texts } = await connect();
    const found = await fake.application.authenticate(secretOf('operator'), {});
    if (!found.ok) throw new Error('the key is known');
    const operations = new Set(role === 'operator' ? (['vm.list'] as const) : []);
    const principal = role === 'viewer' ? { ...found.value, role } : { ...found.value, operations };
    fake.application.authenticateWith(async () => ok(principal));
    say({ type: 'open', ticket: 'good' });
    expect(await closed).toBe(4401);
    expect(texts).toMatchObject([{ type: 'problem', problem: { detail } }]);
    expect(opened).toEqual([]);
  });

  test('a server that stops says so', async () => {
    const { closed, texts } = await openOne();
    void fake.stop();
    expect(await closed).toBe(4503);
    expect(texts[1]).toMatchObject({ problem: { code: 'unavailable' } });
  });
});
