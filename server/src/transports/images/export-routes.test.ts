import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { EXPORT_TICKET_HEADER } from '@novacron/contract/formats/snapshot-export';
import express from 'express';
import { openSnapshotExports } from '../../adapters/images/open-snapshot-exports.ts';
import type { SnapshotExports } from '../../ports/snapshot-exports.ts';
import { EXPORT_PART_PATH, takeExport } from './export-routes.ts';

const ID = 'snap_01jd3v6t7re3h8z9k2m4n5p6q7';
/** A header of a qcow2 image of 5 GB, and more. */
const CONTENT = Buffer.alloc(64);
CONTENT.writeBigUInt64BE(5n * 1_073_741_824n, 24);
const DIGITS = createHash('sha256').update(CONTENT).digest('hex');

let directory: string;
let server: Server;
let store: SnapshotExports;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-exports-'));
  store = openSnapshotExports(directory);
  const access = {
    admit: async (_id: string, ticket: string) => (ticket === 'good' ? 100 : undefined),
  };
  server = createServer(express().put(EXPORT_PART_PATH, takeExport({ access, store })));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(directory, { recursive: true });
});

interface Sent {
  readonly range: string;
  readonly content?: Buffer;
  readonly file?: string;
  readonly ticket?: string;
}

async function put({ range, content, file = `${DIGITS}.qcow2`, ticket = 'good' }: Sent) {
  const url = `http://127.0.0.1:${Object(server.address()).port}/exports/${ID}/${file}`;
  const headers = { [EXPORT_TICKET_HEADER]: ticket, 'content-range': range };
  const body = new Uint8Array(content ?? Buffer.alloc(0));
  const answer = await fetch(url, { method: 'PUT', headers, body });
  return (await answer.json()) as object;
}

test('a node sends an export in parts, and it is there when it is whole', async () => {
  expect(await put({ range: 'bytes */64' })).toEqual({ received: 0, state: 'partial' });
  const first = { range: 'bytes 0-39/64', content: CONTENT.subarray(0, 40) };
  expect(await put(first)).toEqual({ received: 40, state: 'partial' });
  expect(store.find(ID)).toBeUndefined();
  expect(store.list()).toMatchObject([{ snapshotId: ID }]);
  expect(await put(first)).toMatchObject({ code: 'conflict', data: { received: 40 } });
  const rest = { range: 'bytes 40-63/64', content: CONTENT.subarray(40) };
  expect(await put(rest)).toEqual({ received: 64, state: 'complete' });
  const found = store.find(ID);
  expect(found).toMatchObject({ sha256: DIGITS, bytes: 64, virtualBytes: 5 * 1_073_741_824 });
  expect(readFileSync(found?.path ?? '').equals(CONTENT)).toBe(true);
  expect(await put({ range: 'bytes */64' })).toEqual({ received: 64, state: 'complete' });
  store.remove(ID);
  expect([store.list(), existsSync(join(directory, 'exports', ID))]).toEqual([[], false]);
});

test.each<readonly [string, Sent, string]>([
  ['under another ticket', { range: 'bytes */64', ticket: 'other' }, 'not-found'],
  ['under another name', { range: 'bytes */64', file: 'x.qcow2' }, 'validation-failed'],
  ['in another format', { range: 'bytes */64', file: `${DIGITS}.raw` }, 'validation-failed'],
  ['with another header', { range: 'parts 1/2' }, 'validation-failed'],
  ['that is too large', { range: 'bytes 0-63/101', content: CONTENT }, 'payload-too-large'],
  [
    'with another checksum',
    { range: 'bytes 0-63/64', content: Buffer.alloc(64, 'x') },
    'validation-failed',
  ],
])('an export %s is refused and not kept', async (_what, sent, code) => {
  expect(await put(sent)).toMatchObject({ code, detail: expect.stringMatching(/^[A-Z].*\.$/s) });
  expect(store.find(ID)).toBeUndefined();
});
