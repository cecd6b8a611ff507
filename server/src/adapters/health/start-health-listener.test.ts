/** The health listener answers while the main thread is busy, and says when that hangs. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { assert } from '@novacron/contract/result';
import { systemTimers } from '@novacron/runtime/timers';
import { waitUntil } from '../../../../test/support/src/wait-until.ts';
import type { ThreadAnswer } from './health-protocol.ts';
import { type HealthListener, startHealthListener } from './start-health-listener.ts';

const READY: ThreadAnswer = { status: 200, body: { status: 'ready', degraded: [] } };
const DAMAGED: ThreadAnswer = { status: 503, body: { code: 'store-damaged', status: 503 } };

/** A whole program that asks: this thread does nothing until it has ended. */
const ASK = `fetch(process.argv[1]).then(async (r) => console.log(r.status, await r.text()))`;

let listener: HealthListener | undefined;
let answer = READY;
const opened: Socket[] = [];

afterEach(async () => {
  for (const socket of opened.splice(0)) socket.destroy();
  await listener?.stop();
});

async function start(): Promise<HealthListener> {
  answer = READY;
  const listen = { host: '127.0.0.1', port: 0 };
  const readiness = () => answer;
  const started = await startHealthListener({ listen, timers: systemTimers, readiness });
  assert(started.ok, 'the health listener does not start');
  listener = started.value;
  return started.value;
}

describe('the health listener', () => {
  test('answers while the main thread does nothing else than wait', async () => {
    const { url } = await start();
    const asked = ['/healthz', '/readyz'].map((path) =>
      execFileSync(process.execPath, ['-e', ASK, `${url}${path}`], { encoding: 'utf8' }).trim(),
    );
    expect(asked).toEqual(['200 {"status":"alive"}', '200 {"status":"ready","degraded":[]}']);
  });

  test('says what the main thread has reported last', async () => {
    const { url } = await start();
    answer = DAMAGED;
    const received = await waitUntil('the new state', async () => {
      const response = await fetch(`${url}/readyz`);
      const body: unknown = await response.json();
      return response.status === 503
        ? { type: response.headers.get('content-type'), body }
        : undefined;
    });
    expect(received).toEqual({ type: 'application/problem+json', body: DAMAGED.body });
  });

  test('has room for a request behind a flood of connections that send none', async () => {
    const { url } = await start();
    const port = Number(new URL(url).port);
    for (let count = 0; count < 200; count += 1) {
      const socket = connect({ host: '127.0.0.1', port });
      socket.on('error', () => undefined);
      opened.push(socket);
      await once(socket, 'connect');
    }
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  test('serves nothing else', async () => {
    const { url } = await start();
    const response = await fetch(`${url}/api/v2/nodes`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      detail: 'This listener serves only /healthz and /readyz.',
    });
  });

  test('that cannot listen is a problem that names the setting', async () => {
    const { url } = await start();
    const listen = { host: '127.0.0.1', port: Number(new URL(url).port) };
    const readiness = () => READY;
    const second = await startHealthListener({ listen, timers: systemTimers, readiness });
    expect(second).toMatchObject({
      ok: false,
      error: { code: 'unavailable', remedy: expect.stringContaining('health-listen') },
    });
  });
});
