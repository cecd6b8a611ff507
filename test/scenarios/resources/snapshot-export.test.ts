import { readdirSync, utimesSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from '@jest/globals';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { problem } from '@novacron/contract/problem/problem';
import { RETENTION_MS } from '@novacron/server/app/platform/retention/create-retention';
import {
  createExportAccess,
  EXPORT_RETENTION_MS,
} from '@novacron/server/app/resources/snapshot/snapshot-exports';
import { useBench } from '../test-kit/use-bench.ts';

const bench = useBench();

/** Longer than a node may be silent. */
const LOST_MS = 120_000;

type Id = InputOf<'snapshot.export'>['id'];

async function makeSnapshot(): Promise<Id> {
  const volume = await bench().expectOk('volume.create', { name: 'data', size_gb: 10 });
  await bench().end(volume.operation);
  const input = { name: 'before', volume_id: volume.resource.id };
  const made = await bench().expectOk('snapshot.create', input);
  await bench().end(made.operation);
  return made.resource.id;
}

async function exportIt(id: Id) {
  const { operation } = await bench().expectOk('snapshot.export', { id });
  return bench().end(operation);
}

function setTimes(paths: readonly string[], atMs: number): void {
  for (const path of paths) utimesSync(path, atMs / 1_000, atMs / 1_000);
}

async function listed() {
  return (await bench().expectOk('snapshot.exports', {})).exports;
}

function addFault(kind: 'fail-final' | 'hang'): void {
  for (const driver of bench().fleet.drivers.values()) {
    driver.faults.add({ kind, action: 'export-snapshot' });
  }
}

test('a snapshot is exported, listed with its checksum, and stays as it was', async () => {
  const id = await makeSnapshot();
  expect(await listed()).toEqual([]);
  const before = await bench().expectOk('snapshot.get', { id });
  expect(await exportIt(id)).toMatchObject({ status: 'succeeded', steps: [{ name: 'export' }] });
  const after = await bench().expectOk('snapshot.get', { id });
  expect(after).toMatchObject({ status: 'ready', node: before.node, name: 'before' });
  expect(await listed()).toMatchObject([
    {
      format_version: 1,
      snapshot_id: id,
      name: 'before',
      volume_name: 'data',
      storage_class: 'ssd',
      size_gb: 10,
      virtual_bytes: 10 * 1_024 ** 3,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      format: 'qcow2',
    },
  ]);
});

test('an export that is there already is the answer, and its node is not asked', async () => {
  const id = await makeSnapshot();
  await exportIt(id);
  const [first] = await listed();
  addFault('fail-final');
  expect(await exportIt(id)).toMatchObject({ status: 'succeeded', steps: [] });
  expect(await listed()).toEqual([first]);
});

test('a failed export leaves the snapshot ready and nothing on the server', async () => {
  const id = await makeSnapshot();
  addFault('fail-final');
  expect(await exportIt(id)).toMatchObject({ status: 'failed' });
  expect(await bench().expectOk('snapshot.get', { id })).toMatchObject({ status: 'ready' });
  expect(await listed()).toEqual([]);
});

test('a snapshot is not deleted while it is exported', async () => {
  const id = await makeSnapshot();
  addFault('hang');
  await bench().expectOk('snapshot.export', { id });
  const refused = await bench().expectProblem('snapshot.delete', { id });
  expect(refused).toMatchObject({ code: 'conflict' });
  expect(await bench().expectProblem('snapshot.export', { id })).toMatchObject({
    code: 'conflict',
  });
});

test('an export goes on after a restart of the server', async () => {
  const id = await makeSnapshot();
  const { operation } = await bench().expectOk('snapshot.export', { id });
  await bench().restartServer();
  expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
  expect(await listed()).toMatchObject([{ snapshot_id: id }]);
});

test('a node that exports nothing is named, with what to do', async () => {
  const id = await makeSnapshot();
  const { node } = await bench().expectOk('snapshot.get', { id });
  const [row] = await bench().store.read({ from: 'nodes', where: { name: node } });
  const changed = await bench().store.commit([
    {
      kind: 'update',
      table: 'nodes',
      id: row?.id ?? '',
      set: { capabilities_json: '{"snapshots":"yes"}' },
      otherwise: problem('conflict', { detail: 'The node is not there.', remedy: '' }),
    },
  ]);
  expect(changed.ok).toBe(true);
  expect(await bench().expectProblem('snapshot.export', { id })).toMatchObject({
    code: 'in-use',
    detail: `The snapshot before cannot be exported: ${node}, which has it, exports no snapshots.`,
    remedy: expect.stringContaining('--image-server'),
  });
});

test('a node that is away is said to be lost', async () => {
  const id = await makeSnapshot();
  const { node } = await bench().expectOk('snapshot.get', { id });
  await bench().fleet.stopAgent(node);
  await bench().advance(LOST_MS);
  expect(await bench().expectProblem('snapshot.export', { id })).toMatchObject({
    code: 'conflict',
    detail: expect.stringContaining(`Node ${node} is lost`),
  });
});

test('only the ticket of an export that is under way lets a node send it', async () => {
  const id = await makeSnapshot();
  addFault('hang');
  await bench().expectOk('snapshot.export', { id });
  const access = createExportAccess(bench().deps);
  const where = { target_id: id, status: 'running' } as const;
  const [running] = await bench().store.read({ from: 'operations', where });
  const ticket = /"ticket":"([^"]+)"/.exec(running?.definition_json ?? '')?.[1] ?? '';
  expect(ticket).toHaveLength(43);
  expect(await access.admit(id, ticket)).toBeGreaterThan(10 * 1_024 ** 3);
  expect(await access.admit(id, `${ticket}x`)).toBeUndefined();
  expect(await access.admit('snap_01jd3v6t7re3h8z9k2m4n5p6q7', ticket)).toBeUndefined();
});

test('exports are removed when they are old, and with their snapshots', async () => {
  const id = await makeSnapshot();
  await exportIt(id);
  const path = bench().deps.exports?.find(id)?.path ?? '';
  const madeAtMs = bench().deps.clock.nowMs() - EXPORT_RETENTION_MS;
  setTimes([path, dirname(path)], madeAtMs + 2 * RETENTION_MS);
  await bench().skip(RETENTION_MS);
  expect(await listed()).toHaveLength(1);
  setTimes([path, dirname(path)], madeAtMs);
  await bench().skip(RETENTION_MS);
  expect(await listed()).toEqual([]);

  await exportIt(id);
  const deleted = await bench().expectOk('snapshot.delete', { id });
  await bench().end(deleted.operation);
  await bench().skip(RETENTION_MS);
  expect(readdirSync(dirname(dirname(path)))).toEqual([]);
});
