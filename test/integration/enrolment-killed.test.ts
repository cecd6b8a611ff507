/** An agent that dies after its token was spent and before it has its certificate. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type RunningNovacron, startNovacron } from '@novacron/testing/start-novacron';
import { waitUntil } from '@novacron/testing/wait-until';
import { readIdentity } from '../../server/agent/src/identity/identity-files.ts';

const PROGRAM = fileURLToPath(new URL('../../server/cli/bin/novacron.mjs', import.meta.url));
const NODE = ['--node', 'node-x', '--zone', 'zone-a', '--rack', 'rack-1'];
const SIZE = ['--cpu-cores', '4', '--memory-gb', '8', '--disk-gb', '100'];

let directory: string;
let novacron: RunningNovacron;
let relay: Server;
const children: ChildProcess[] = [];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-enrolment-'));
  novacron = await startNovacron({});
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  relay.close();
  await novacron.stop();
  rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
});

/** No server is on that bus: only what an agent does before it connects is under test. */
function launch(token: string, server: string): ChildProcess {
  const flags = ['--bus', 'nats://127.0.0.1:1', '--data-dir', directory, '--enroll', token];
  const args = [PROGRAM, 'agent', ...NODE, ...SIZE, ...flags, '--server', server];
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, args, { stdio: 'ignore', env: { PATH, HOME } });
  children.push(child);
  return child;
}

/** Hands requests on; of the answers it says when they are there, and keeps them. */
async function startRelay(): Promise<{ readonly url: string; readonly answered: Promise<number> }> {
  let tell = (_status: number): void => {};
  const answered = new Promise<number>((resolve) => {
    tell = resolve;
  });
  relay = createServer(async (request) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const answer = await fetch(`${novacron.url}${request.url}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: Buffer.concat(parts),
    });
    tell(answer.status);
  });
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
  // A server that listens on a port has such an address.
  return { url: `http://127.0.0.1:${(relay.address() as AddressInfo).port}`, answered };
}

test('gets it with the same token at its next start', async () => {
  const order = { node: 'node-x', expires_in_minutes: 5 };
  const { secret: token } = await novacron.expectOk('enrollment.create', order);
  const { url, answered } = await startRelay();
  const first = launch(token, url);
  expect(await answered).toBe(201);
  first.kill('SIGKILL');
  await once(first, 'exit');
  expect(readIdentity(directory)).toBeUndefined();
  expect(await novacron.expectOk('enrollment.list', {})).toMatchObject({
    items: [{ node: 'node-x', status: 'active' }],
  });
  launch(token, novacron.url);
  const identity = await waitUntil('the certificate', () => readIdentity(directory));
  expect(identity.node).toBe('node-x');
  expect(existsSync(join(directory, 'identity', 'request.pem'))).toBe(false);
});
