/**
 * A server that is killed while executions wait for executions that their steps have started, at
 * moments chosen by lot: each of these runs once and to its end, and none is lost.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { Execution } from '@novacron/contract/automation/execution';
import type { OperationId } from '@novacron/contract/ids';
import { makeRng } from '@novacron/engine/rng';
import { waitUntil } from '@novacron/testing/wait-until';
import { clientOf } from './test-kit/live-client.ts';
import { findFaultsIn } from './test-kit/read-data-dir.ts';
import { type ServerProcess, startServerProcess } from './test-kit/start-server-process.ts';
import { type Call, readPages } from './test-kit/world.ts';

// Starts a server for each kill.
jest.setTimeout(180_000);

const SEED = process.env.SEED ?? 'sub-workflows-1';
const KILLS = 4;
const EXECUTIONS = 5;

const CHILD = `name: create
inputs: { name: string }
steps:
  - id: vm
    task: vm.create
    with: { name: "\${name}", cpu_cores: 1, memory_gb: 1, disk_gb: 1 }
    outputs: { vm_id: resource.id }
  - { id: settle, needs: [vm], wait: 200ms }
`;

const MIDDLE = `name: prepare
inputs: { name: string }
steps:
  - id: make
    workflow: create
    with: { name: "\${name}" }
    outputs: { vm_id: steps.vm.outputs.vm_id }
`;

const TOP = `name: provision
inputs: { name: string }
steps:
  - id: prepare
    workflow: prepare
    with: { name: "\${name}" }
    outputs: { vm_id: steps.make.outputs.vm_id }
  - id: stop
    needs: [prepare]
    task: vm.stop
    with: { id: "\${steps.prepare.outputs.vm_id}", force: "yes" }
`;

let dataDir = '';
let server: ServerProcess | undefined;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'novacron-sub-workflows-'));
});
afterEach(async () => {
  await server?.kill();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(): Promise<Call> {
  server = await startServerProcess(dataDir);
  return clientOf(server.url, dataDir);
}

function must<T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false }): T {
  if (!result.ok) throw new Error(JSON.stringify(result));
  return result.value;
}

/** Operations that there are and that have ended, of whatever kind: they only become more. */
async function progress(call: Call): Promise<number> {
  const all = await readPages((page) => call('operation.list', page));
  return all.length + all.filter(({ finished_at }) => finished_at !== null).length;
}

test(`executions start each part once, through ${KILLS} kills (seed ${SEED})`, async () => {
  const rng = makeRng(SEED).fork('killed-sub-workflows');
  let call = await start();
  for (const text of [CHILD, MIDDLE]) must(await call('workflow.create', { text }));
  const { resource } = must(await call('workflow.create', { text: TOP }));
  const ids: OperationId[] = [];
  for (let at = 0; at < EXECUTIONS; at += 1) {
    const inputs = { name: `web-${at}` };
    ids.push(must(await call('workflow.run', { id: resource.id, inputs })).operation.id);
  }
  // Of each one: three executions, a create and a stop, which begin and end.
  const range = (EXECUTIONS * 2 * 5) / (KILLS + 1);
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const goal = Math.floor((kill - rng.next()) * range);
    await waitUntil('operations to begin and end', async () =>
      (await progress(call)) >= goal ? true : undefined,
    );
    await server?.kill();
    call = await start();
  }
  const ended = await waitUntil('the executions to end', async () => {
    const all: Execution[] = [];
    for (const id of ids) all.push(must(await call('execution.get', { id })));
    return all.every(({ finished_at }) => finished_at !== null) ? all : undefined;
  });
  expect(ended.map(({ status }) => status)).toEqual(ids.map(() => 'succeeded'));
  const operations = await readPages((page) => call('operation.list', page));
  const countOf = (kind: string, name?: string) =>
    operations.filter(
      (each) => each.kind === kind && (name === undefined || each.target_name === name),
    ).length;
  expect([
    countOf('workflow.run', 'provision'),
    countOf('workflow.run', 'prepare'),
    countOf('workflow.run', 'create'),
    countOf('vm.create'),
    countOf('vm.stop'),
  ]).toEqual(Array(5).fill(EXECUTIONS));
  const vms = await readPages((page) => call('vm.list', page));
  expect(vms.map(({ name, status }) => `${name} ${status}`).toSorted()).toEqual(
    ids.map((_id, at) => `web-${at} stopped`),
  );
  await server?.stop();
  expect(await findFaultsIn(dataDir)).toEqual([]);
});
