/**
 * A server that is killed while executions wait for people, and beside their votes: a vote that was
 * acknowledged counts, and what was approved goes on exactly once.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createClient } from '@novacron/contract/client/client';
import type { ApprovalId, OperationId } from '@novacron/contract/ids';
import { makeRng } from '@novacron/engine/rng';
import { createHttpCarrier } from '@novacron/testing/http-carrier';
import { waitUntil } from '@novacron/testing/wait-until';
import { clientOf } from './test-kit/live-client.ts';
import { findFaultsIn } from './test-kit/read-data-dir.ts';
import { type ServerProcess, startServerProcess } from './test-kit/start-server-process.ts';
import { type Call, readPages } from './test-kit/world.ts';

// Starts a server for each kill.
jest.setTimeout(400_000);

const SEED = process.env.SEED ?? 'approvals-1';
const EXECUTIONS = 4;
/** Reads from the sending of a vote to the kill: they take as long as it does. */
const READS_MAX = 4;

const TEXT = `name: ask
inputs: { name: string }
steps:
  - { id: ask, approval: { required: 2 }, outputs: { by: approved_by } }
  - id: create
    needs: [ask]
    task: vm.create
    with: { name: "\${name}", cpu_cores: 1, memory_gb: 1, disk_gb: 1 }
`;

let dataDir = '';
let server: ServerProcess | undefined;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'novacron-approvals-'));
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

/** The client of another principal, on the server as it runs now. */
const callAs = (secret: string): Call =>
  createClient(createHttpCarrier(server?.url ?? '', secret)).call;

const approvalsOf = (call: Call) => readPages((page) => call('approval.list', page));

test(`votes count through kills, and executions go on once (seed ${SEED})`, async () => {
  const rng = makeRng(SEED).fork('killed-approvals');
  let call = await start();
  const { resource } = must(await call('workflow.create', { text: TEXT }));
  const key = async (name: string) =>
    must(await call('api_key.create', { name, role: 'operator', person: name })).secret;
  const ann = await key('ann');
  const bob = await key('bob');
  const ids: OperationId[] = [];
  for (let at = 0; at < EXECUTIONS; at += 1) {
    const inputs = { name: `web-${at}` };
    const run = await call('workflow.run', { id: resource.id, inputs });
    ids.push(must(run).operation.id);
  }
  await waitUntil('every execution to ask', async () =>
    (await approvalsOf(call)).length === EXECUTIONS ? true : undefined,
  );
  await server?.kill();
  call = await start();
  const approvals = await approvalsOf(call);
  expect(approvals.map(({ status }) => status)).toEqual(ids.map(() => 'pending'));
  expect(new Set(approvals.map(({ subject_id }) => subject_id))).toEqual(new Set(ids));

  const personsOf = async (id: ApprovalId) =>
    must(await call('approval.get', { id })).votes.map(({ person }) => person);
  for (const [at, { id }] of approvals.entries()) {
    must(await callAs(ann)('approval.approve', { id }));
    const vote = callAs(bob)('approval.approve', { id });
    // In every other round the answer is awaited: that vote has to count. In the others the kill
    // comes before it, or beside it.
    if (at % 2 === 1) must(await vote);
    else
      for (let reads = Math.floor(rng.next() * READS_MAX); reads > 0; reads -= 1)
        await personsOf(id);
    await server?.kill();
    const isKnown = (await vote).ok;
    call = await start();
    const counted = await personsOf(id);
    expect(counted).toEqual(isKnown ? ['ann', 'bob'] : expect.arrayContaining(['ann']));
    if (!counted.includes('bob')) must(await callAs(bob)('approval.approve', { id }));
  }
  const ended = await waitUntil('the executions to end', async () => {
    const all = await Promise.all(ids.map(async (id) => must(await call('execution.get', { id }))));
    return all.every(({ finished_at }) => finished_at !== null) ? all : undefined;
  });
  expect(ended.map(({ status, steps }) => [status, steps[0]?.outputs])).toEqual(
    ids.map(() => ['succeeded', { by: ['ann', 'bob'] }]),
  );
  const operations = await readPages((page) => call('operation.list', page));
  expect(operations.filter(({ kind }) => kind === 'vm.create')).toHaveLength(EXECUTIONS);
  const vms = await readPages((page) => call('vm.list', page));
  expect(vms.map(({ name }) => name).toSorted()).toEqual(ids.map((_id, at) => `web-${at}`));
  const stopped = await server?.stop();
  expect(stopped?.code).toBe(0);
  expect(await findFaultsIn(dataDir)).toEqual([]);
});
