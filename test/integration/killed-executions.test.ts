/**
 * A server that is killed while executions run, at moments chosen by lot: each goes on where its
 * log ends, no step runs twice, and none is lost.
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

const SEED = process.env.SEED ?? 'executions-1';
const KILLS = 5;
const EXECUTIONS = 6;
const STEPS = 6;

const vm = `\${steps.create.outputs.vm_id}`;

const TEXT = `name: cycle
inputs: { name: string }
steps:
  - id: create
    task: vm.create
    with: { name: "\${name}", cpu_cores: 1, memory_gb: 1, disk_gb: 1 }
    outputs: { vm_id: resource.id }
    compensate: { task: vm.delete, with: { id: "${vm}" } }
  - { id: stop, needs: [create], task: vm.stop, with: { id: "${vm}", force: "yes" } }
  - { id: settle, needs: [stop], wait: 200ms }
  - { id: grow, needs: [settle], task: vm.update, with: { id: "${vm}", memory_gb: 2 } }
  - { id: start, needs: [grow], task: vm.start, with: { id: "${vm}" } }
finally:
  - { id: reboot, task: vm.reboot, with: { id: "${vm}" } }
`;

const CALLED = ['vm.create', 'vm.stop', 'vm.update', 'vm.start', 'vm.reboot'];

let dataDir = '';
let server: ServerProcess | undefined;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'novacron-executions-'));
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

/** Steps that have ended, of all executions. */
async function stepsDone(call: Call, ids: readonly OperationId[]): Promise<number> {
  const all = await Promise.all(ids.map((id) => call('execution.get', { id })));
  return all.flatMap((each) => must(each).steps).filter(({ status }) => status === 'succeeded')
    .length;
}

test(`executions call each step once, through ${KILLS} kills (seed ${SEED})`, async () => {
  const rng = makeRng(SEED).fork('killed-executions');
  let call = await start();
  const { resource } = must(await call('workflow.create', { text: TEXT }));
  const ids: OperationId[] = [];
  for (let at = 0; at < EXECUTIONS; at += 1) {
    const inputs = { name: `web-${at}` };
    const { operation } = must(await call('workflow.run', { id: resource.id, inputs }));
    ids.push(operation.id);
  }
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const range = (EXECUTIONS * STEPS) / (KILLS + 1);
    const goal = Math.floor((kill - rng.next()) * range);
    await waitUntil('steps to end', async () =>
      (await stepsDone(call, ids)) >= goal ? true : undefined,
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
  const kindOf = new Map<string, string>(operations.map(({ id, kind }) => [id, kind]));
  for (const { steps } of ended) {
    const called = steps.flatMap((step) => step.operations.map((id) => kindOf.get(id)));
    expect(called).toEqual(CALLED);
  }
  for (const kind of CALLED) {
    expect([kind, operations.filter((each) => each.kind === kind).length]).toEqual([
      kind,
      EXECUTIONS,
    ]);
  }
  const vms = await readPages((page) => call('vm.list', page));
  expect(
    vms.map(({ name, status, memory_gb }) => `${name} ${status} ${memory_gb}`).toSorted(),
  ).toEqual(ids.map((_id, at) => `web-${at} running 2`));
  await server?.stop();
  expect(await findFaultsIn(dataDir)).toEqual([]);
});
