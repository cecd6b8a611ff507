import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Egress, EgressRequest } from '../../ports/egress.ts';
import { createBreakers } from '../breakers/create-breakers.ts';
import { createEgress } from './create-egress.ts';
import { guardAddresses } from './guard-addresses.ts';

const NOW_MS = Date.UTC(2026, 0, 1);

const UPGRADE = 'HTTP/1.1 101 X\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n';

let receiver: Server;
let calls: number;
let answer: (response: ServerResponse) => void;
let nowMs: number;
let egress: Egress;
let url: string;

beforeEach(async () => {
  [calls, nowMs] = [0, NOW_MS];
  answer = (response) => response.writeHead(204).end();
  receiver = createServer((request, response) => {
    calls += 1;
    request.resume();
    answer(response);
  });
  await once(receiver.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/geheim`;
  egress = egressWith(guardAddresses([]));
});

afterEach(async () => {
  receiver.closeAllConnections();
  if (receiver.listening) await once(receiver.close(), 'close');
});

const egressWith = (guard: ReturnType<typeof guardAddresses>) =>
  createEgress({ guard, breakers: createBreakers(), clock: { nowMs: () => nowMs } });

const requestOf = (more: Partial<EgressRequest> = {}): EgressRequest => ({
  link: 'webhooks',
  tenantId: 'ten_1',
  hosts: [new URL(more.url ?? url).host],
  method: 'POST',
  url,
  headers: {},
  body: '{}',
  timeoutMs: 10_000,
  bodyBytesMax: 0,
  ...more,
});

const post = (more: Partial<EgressRequest> = {}) => egress.send(requestOf(more));

const HEAD_ONLY = { body: '', isCut: false };

describe('a request to a permitted host', () => {
  test.each([
    ['90', 90_000],
    ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['soon', undefined],
  ])('reports how long Retry-After %s is', async (text, retryAfterMs) => {
    answer = (response) => response.writeHead(503, { 'retry-after': text }).end();
    const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
    expect(await post()).toMatchObject({ kind: 'answered', status: 503, ...HEAD_ONLY, ...wait });
  });

  test('does not wait for the end of what the receiver says', async () => {
    answer = (response) => void response.writeHead(200).write('and on it goes');
    expect(await post()).toMatchObject({ kind: 'answered', status: 200, ...HEAD_ONLY });
  });

  test('is answered with headers, those of one name as one', async () => {
    answer = (response) =>
      response.writeHead(200, { 'X-A': ['b', 'c'], 'set-cookie': ['d', 'e'] }).end();
    expect(await post()).toMatchObject({ headers: { 'x-a': 'b, c', 'set-cookie': 'd, e' } });
  });

  test('follows no redirect', async () => {
    answer = (response) => response.writeHead(307, { location: url }).end();
    expect(await post()).toMatchObject({ kind: 'answered', status: 307, ...HEAD_ONLY });
    expect(calls).toBe(1);
  });

  test('does not show the address of a receiver that is away', async () => {
    await once(receiver.close(), 'close');
    expect(await post()).toEqual({
      kind: 'unanswered',
      reason: 'cannot be reached (ECONNREFUSED)',
    });
  });

  test('leaves a receiver alone that fails again and again, then asks it once', async () => {
    answer = (response) => response.writeHead(500).end();
    for (let attempt = 0; attempt < 5; attempt += 1) await post();
    expect(await post()).toMatchObject({ kind: 'unanswered', retryAfterMs: 30_000 });
    expect(calls).toBe(5);
    nowMs += 30_000;
    answer = (response) => response.writeHead(204).end();
    expect([await post(), await post()]).toMatchObject([{ status: 204 }, { status: 204 }]);
  });
});

describe('a hostile host', () => {
  const portOf = () => new URL(url).port;

  /** A name whose addresses follow each other, one answer after the other. */
  function rebinding(...answers: readonly (readonly string[])[]) {
    let asked = 0;
    const guard = guardAddresses([], async () => {
      const found = answers[Math.min(asked, answers.length - 1)] ?? [];
      asked += 1;
      return found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    });
    egress = egressWith(guard);
    return () => asked;
  }

  test.each([
    ['an IPv4 address', ['127.0.0.1']],
    ['a mapped address', ['::ffff:127.0.0.1']],
    ['one good and one bad address', ['192.0.2.1', '127.0.0.1']],
    ['a metadata service', ['169.254.169.254']],
  ])('whose name stands for %s is refused before a connection', async (_what, addresses) => {
    rebinding(addresses);
    const target = `http://evil.example:${portOf()}/`;
    expect(await post({ url: target })).toEqual({
      kind: 'refused',
      reason: expect.stringMatching(/^is refused: its name stands for (an|a) /),
    });
    expect(calls).toBe(0);
  });

  test('that rebinds its name is connected to by the addresses that were checked', async () => {
    // The first answer passes the check; a second lookup would lead to this machine.
    const asked = rebinding(['192.0.2.1'], ['127.0.0.1']);
    const target = `http://evil.example:${portOf()}/`;
    expect(await post({ url: target, timeoutMs: 200 })).toMatchObject({ kind: 'unanswered' });
    expect([asked(), calls]).toEqual([1, 0]);
  });

  test.each(['2130706433', '0x7f.1', '017700000001', '127.1', '[::ffff:127.0.0.1]'])(
    'written as %s is the address that it stands for, which is not listed',
    async (host) => {
      const target = `http://${host}:${portOf()}/`;
      const refused = await post({ url: target, hosts: [`${host}:${portOf()}`, 'a.example'] });
      const isMapped = host.startsWith('[');
      expect(refused).toMatchObject(
        isMapped
          ? { kind: 'refused' }
          : { kind: 'refused', reason: 'is not a host that the operator allows' },
      );
      expect(calls).toBe(0);
    },
  );

  test('that is listed as a link-local address is refused all the same', async () => {
    expect(await post({ url: 'http://169.254.169.254/latest/meta-data' })).toEqual({
      kind: 'refused',
      reason: 'is refused: it is a link-local, metadata or special address',
    });
  });

  test('with an endless body is read up to the bound', async () => {
    answer = (response) => {
      const write = () => {
        while (response.write('x'.repeat(65_536)));
      };
      response.on('drain', write);
      write();
    };
    const answered = await post({ bodyBytesMax: 100_000 });
    expect(answered).toMatchObject({
      kind: 'answered',
      status: 200,
      body: 'x'.repeat(100_000),
      isCut: true,
    });
  });

  test('that drips its answer is given up after the whole time', async () => {
    answer = (response) => {
      response.writeHead(200).write('a');
    };
    expect(await post({ bodyBytesMax: 100, timeoutMs: 100 })).toEqual({
      kind: 'unanswered',
      reason: 'did not answer within 0.1 s',
    });
  });

  test('that hangs up or speaks another protocol is not an answer', async () => {
    answer = (response) => response.socket?.end(UPGRADE);
    expect(await post()).toMatchObject({ kind: 'unanswered' });
    answer = (response) => response.socket?.destroy();
    expect(await post()).toMatchObject({ kind: 'unanswered' });
  });

  test('of one tenant takes no turns of another one', async () => {
    const held: ServerResponse[] = [];
    let allArrived = (): void => undefined;
    const arrived = new Promise<void>((resolve) => {
      allArrived = resolve;
    });
    answer = (response) => {
      if (held.push(response) === 17) allArrived();
    };
    const waiting = Array.from({ length: 16 }, () => post());
    expect(await post()).toMatchObject({
      kind: 'unanswered',
      reason: expect.stringContaining('16 other requests of the tenant'),
      retryAfterMs: 1_000,
    });
    // The other tenant's request reaches the receiver and is answered with the rest.
    const other = post({ tenantId: 'ten_2' });
    await arrived;
    for (const response of held) response.writeHead(204).end();
    expect(await Promise.all([...waiting, other])).toHaveLength(17);
    expect(await other).toMatchObject({ kind: 'answered', status: 204 });
  });
});
