/**
 * A server that is killed while Terraform locks, writes and unlocks a state: what was acknowledged
 * is there, a lock stays until it is removed, and no state is cut off. Only whether a request
 * without an answer took effect is unknown.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { makeRng } from '@novacron/engine/rng';
import { findFaultsIn } from './test-kit/read-data-dir.ts';
import { type ServerProcess, startServerProcess } from './test-kit/start-server-process.ts';

// Starts a server for each kill.
jest.setTimeout(200_000);

const SEED = process.env.SEED ?? 'states-1';

/** Several chunks of the store. Unit: bytes. */
const STATE_BYTES = 1_500_000;

/** Reads from the end of a request to the kill: they take as long as it does. */
const READS_MAX = 3;

/** Kills while each request is under way; one of them with half of the content sent. */
const METHODS = ['LOCK', 'POST', 'UNLOCK'] as const;
const MOMENTS = ['half-sent', 'sent', 'read-meanwhile', 'answered'] as const;
type Moment = (typeof MOMENTS)[number];

let dataDir = '';
let server: ServerProcess | undefined;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'novacron-states-'));
});
afterEach(async () => {
  await server?.kill();
  rmSync(dataDir, { recursive: true, force: true });
});

interface Asked {
  readonly method: string;
  readonly query?: string;
  readonly body?: string;
  /** Part of the body that is sent; the connection then stays open. */
  readonly sends?: 'half';
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Sends a request; `sent` once it has left, `answer` with undefined where none came. */
function ask({ method, query = '', body = '', sends }: Asked) {
  const key = readFileSync(join(dataDir, 'admin.key'), 'utf8').trim();
  const headers = { authorization: `Bearer ${key}`, 'content-length': Buffer.byteLength(body) };
  const url = `${server?.url}/terraform-states/network${query}`;
  const asked = request(url, { method, headers });
  const answer = new Promise<Answer | undefined>((resolve) => {
    asked.on('error', () => resolve(undefined));
    asked.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (more: string) => {
        text += more;
      });
      response.on('error', () => resolve(undefined));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
  });
  const sent = new Promise<void>((resolve) => {
    if (sends === 'half') asked.write(body.slice(0, body.length / 2), () => resolve());
    else asked.end(body, resolve);
  });
  return { sent, answer };
}

const contentOf = (serial: number) => {
  const outputs = { filler: { value: `${serial}`.repeat(STATE_BYTES), type: 'string' } };
  return JSON.stringify({ version: 4, serial, lineage: 'l', outputs, resources: [] });
};

async function start(): Promise<void> {
  server = await startServerProcess(dataDir);
}

/** The state as it is now; null where it was never written. */
async function readState(): Promise<string | null> {
  const answer = await ask({ method: 'GET' }).answer;
  if (answer === undefined) throw new Error('the server does not answer');
  return answer.status === 404 ? null : answer.text;
}

/** The id of the lock that another run would meet; undefined where there is none. */
async function findLock(): Promise<string | undefined> {
  const answer = await ask({ method: 'LOCK', body: '{"ID":"probe"}' }).answer;
  if (answer?.status === 423) return JSON.parse(answer.text).ID;
  expect(answer?.status).toBe(200);
  expect((await ask({ method: 'UNLOCK', body: '{"ID":"probe"}' }).answer)?.status).toBe(200);
  return undefined;
}

test(`a state survives kills at each of its requests (seed ${SEED})`, async () => {
  const rng = makeRng(SEED).fork('killed-states');
  await start();
  let [content, lock]: [string | null, string | undefined] = [null, undefined];
  let serial = 0;
  const killDuring = async (asked: Asked, moment: Moment): Promise<boolean> => {
    const half = moment === 'half-sent' ? ({ sends: 'half' } as const) : {};
    const { sent, answer } = ask({ ...asked, ...half });
    await sent;
    if (moment === 'answered') expect((await answer)?.status).toBe(200);
    for (
      let reads = moment === 'read-meanwhile' ? 1 + Math.floor(rng.next() * READS_MAX) : 0;
      reads > 0;
      reads -= 1
    ) {
      await readState();
    }
    await server?.kill();
    const isKnown = (await answer)?.status === 200;
    await start();
    return isKnown;
  };
  for (const method of METHODS) {
    for (const moment of MOMENTS) {
      if (moment === 'half-sent' && method !== 'POST') continue;
      serial += 1;
      const id = `lock-${serial}`;
      const next = contentOf(serial);
      const steps = {
        LOCK: { method, body: JSON.stringify({ ID: id }) },
        POST: { method, query: `?ID=${id}`, body: next },
        UNLOCK: { method, body: JSON.stringify({ ID: id }) },
      };
      // The run goes well up to the request that the server dies at.
      for (const before of METHODS.slice(0, METHODS.indexOf(method))) {
        const done = await ask({ ...steps[before], method: before }).answer;
        expect(done?.status).toBe(200);
        if (before === 'LOCK') lock = id;
        else content = next;
      }
      const isKnown = await killDuring(steps[method], moment);
      const [contentNow, lockNow] = [await readState(), await findLock()];
      const isWritten = contentNow === next;
      if (method === 'POST') {
        expect(isWritten || (!isKnown && contentNow === content)).toBe(true);
        expect(lockNow).toBe(id);
      } else {
        expect(contentNow === content).toBe(true);
        const after = method === 'LOCK' ? id : undefined;
        expect(isKnown ? [after] : [after, lock]).toContain(lockNow);
      }
      if (lockNow !== undefined) {
        const ended = await ask({ ...steps.UNLOCK, method: 'UNLOCK' }).answer;
        expect(ended?.status).toBe(200);
      }
      [content, lock] = [contentNow, undefined];
    }
  }
  expect((await server?.stop())?.code).toBe(0);
  expect(await findFaultsIn(dataDir)).toEqual([]);
});
