/**
 * A server that is killed in the middle of a step with for_each: the next one goes on with the
 * items that are left, and none of them runs twice.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { makeRng } from '@novacron/engine/rng';
import { waitUntil } from '@novacron/testing/wait-until';
import { clientOf } from './test-kit/live-client.ts';
import { findFaultsIn } from './test-kit/read-data-dir.ts';
import { type ServerProcess, startServerProcess } from './test-kit/start-server-process.ts';
import { type Call, readPages } from './test-kit/world.ts';

// Starts a server for each kill.
jest.setTimeout(180_000);

const SEED = process.env.SEED ?? 'items-1';
const KILLS = 2;
const NAMES = ['web-0', 'web-1', 'web-2', 'web-3'];

const TEXT = `name: fleet
inputs: { names: list }
steps:
  - id: create
    for_each: "\${inputs.names}"
    max_parallel: 2
    task: vm.create
    with: { name: "\${item}", cpu_cores: 1, memory_gb: 1, disk_gb: 1 }
    outputs: { vm_id: resource.id }
    compensate: { task: vm.delete, with: { id: "\${steps.create.outputs.vm_id}" } }
  - id: stop
    needs: [create]
    for_each: "\${steps.create.outputs.vm_id}"
    max_parallel: 2
    task: vm.stop
    with: { id: "\${item}", force: "yes" }
`;

let dataDir = '';
let server: ServerProcess | undefined;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'novacron-items-'));
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

test(`each item runs once, through ${KILLS} kills (seed ${SEED})`, async () => {
  const rng = makeRng(SEED).fork('killed-items');
  let call = await start();
  const { resource } = must(await call('workflow.create', { text: TEXT }));
  const input = { id: resource.id, inputs: { names: NAMES } };
  const { operation } = must(await call('workflow.run', input));
  const read = async () => must(await call('execution.get', { id: operation.id }));
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const goal = Math.floor(((kill - rng.next()) * NAMES.length * 2) / (KILLS + 1));
    await waitUntil('items to end', async () => {
      const { steps } = await read();
      const done = steps.filter(({ of, status }) => of !== null && status === 'succeeded');
      return done.length >= goal ? true : undefined;
    });
    await server?.kill();
    call = await start();
  }
  const ended = await waitUntil('the execution to end', async () => {
    const execution = await read();
    return execution.finished_at === null ? undefined : execution;
  });
  expect([ended.status, ended.steps.length]).toEqual(['succeeded', 2 + 2 * NAMES.length]);
  const called = ended.steps.map(({ of, operations }) => [of !== null, operations.length]);
  expect(called).toEqual(ended.steps.map(({ of }) => (of === null ? [false, 0] : [true, 1])));
  const operations = await readPages((page) => call('operation.list', page));
  for (const kind of ['vm.create', 'vm.stop']) {
    expect(operations.filter((each) => each.kind === kind)).toHaveLength(NAMES.length);
  }
  const vms = await readPages((page) => call('vm.list', page));
  expect(vms.map(({ name, status }) => `${name} ${status}`).toSorted()).toEqual(
    NAMES.map((name) => `${name} stopped`),
  );
  await server?.stop();
  expect(await findFaultsIn(dataDir)).toEqual([]);
});
