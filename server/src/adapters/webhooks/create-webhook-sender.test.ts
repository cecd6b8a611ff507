import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { WebhookSender } from '../../ports/webhooks.ts';
import { createBreakers } from '../breakers/create-breakers.ts';
import { createWebhookSender } from './create-webhook-sender.ts';

const NOW_MS = Date.UTC(2026, 0, 1);

let receiver: Server;
let calls: number;
let answer: (response: ServerResponse) => void;
let nowMs: number;
let sender: WebhookSender;
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
  sender = createWebhookSender({ breakers: createBreakers(), clock: { nowMs: () => nowMs } });
});

afterEach(async () => {
  receiver.closeAllConnections();
  if (receiver.listening) await once(receiver.close(), 'close');
});

const post = () => sender.post({ url, headers: {}, body: '{}' });

describe('sending a webhook', () => {
  test.each([
    ['90', 90_000],
    ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['soon', undefined],
  ])('reports how long Retry-After %s is', async (text, retryAfterMs) => {
    answer = (response) => response.writeHead(503, { 'retry-after': text }).end();
    const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
    expect(await post()).toEqual({ kind: 'answered', status: 503, ...wait });
  });

  test('does not wait for the end of what the receiver says', async () => {
    answer = (response) => void response.writeHead(200).write('and on it goes');
    expect(await post()).toEqual({ kind: 'answered', status: 200 });
  });

  test('follows no redirect', async () => {
    answer = (response) => response.writeHead(307, { location: url }).end();
    expect(await post()).toEqual({ kind: 'answered', status: 307 });
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
