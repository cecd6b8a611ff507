/**
 * A server that is killed at step boundaries of what it does to a VM group, chosen by lot: whatever
 * was admitted comes true after the restart, and no member is lost or there twice.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { OperationId, VmGroupId } from '@novacron/contract/ids';
import { makeRng } from '@novacron/engine/rng';
import { waitUntil } from '@novacron/testing/wait-until';
import { clientOf } from './test-kit/live-client.ts';
import { findFaultsIn } from './test-kit/read-data-dir.ts';
import { type ServerProcess, startServerProcess } from './test-kit/start-server-process.ts';
import { type Call, readPages } from './test-kit/world.ts';

// Starts a server for each kill.
jest.setTimeout(180_000);

const SEED = process.env.SEED ?? 'groups-1';
const KILLS = 6;
const SIZE_MAX = 5;

/** The expected group once everything that was admitted has ended. */
interface Promised {
  readonly size: number;
  readonly memory_gb: number;
  readonly disk_gb: number;
}

const FIRST: Promised = { size: 3, memory_gb: 1, disk_gb: 4 };
const templateOf = ({ memory_gb, disk_gb }: Promised) => ({ cpu_cores: 1, memory_gb, disk_gb });

describe('a server that is killed between the steps of a group', () => {
  let dataDir = '';
  let server: ServerProcess | undefined;
  const rng = makeRng(SEED).fork('killed-groups');
  const below = (limit: number) => Math.floor(rng.next() * limit);

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'novacron-groups-'));
  });
  afterEach(async () => {
    await server?.kill();
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function start(): Promise<Call> {
    server = await startServerProcess(dataDir);
    return clientOf(server.url, dataDir);
  }

  /** Kills the server after a number of steps, or when none is left to be done. */
  async function killAfter(call: Call, id: OperationId, steps: number): Promise<void> {
    await waitUntil('the steps', async () => {
      const operation = must(await call('operation.get', { id }));
      const done = operation.steps.filter(({ status }) => status === 'succeeded').length;
      return done >= steps || operation.finished_at !== null ? true : undefined;
    });
    await server?.kill();
  }

  /** Scales the group, changes its members in place, or replaces them by ones of smaller disks. */
  async function write(call: Call, id: VmGroupId, before: Promised) {
    const turn = below(3);
    const size = ((before.size + below(SIZE_MAX - 1)) % SIZE_MAX) + 1;
    if (turn === 0 && size !== before.size) {
      const { operation } = must(await call('vm_group.scale', { id, size }));
      return { operation, after: { ...before, size } };
    }
    const changed =
      turn === 1 ? { disk_gb: before.disk_gb === 4 ? 3 : 4 } : { memory_gb: 3 - before.memory_gb };
    const after = { ...before, ...changed };
    const { operation } = must(await call('vm_group.update', { id, vm: templateOf(after) }));
    return { operation, after };
  }

  /** Waits for what was admitted, and compares the group and its VMs with what is expected. */
  async function expectPromised(call: Call, { size, ...promised }: Promised): Promise<void> {
    const operations = await waitUntil('every operation to end', async () => {
      const all = await readPages((page) => call('operation.list', page));
      return all.every(({ finished_at }) => finished_at !== null) ? all : undefined;
    });
    expect(operations.filter(({ status }) => status !== 'succeeded')).toEqual([]);
    const vms = await readPages((page) => call('vm.list', page));
    const members = vms.toSorted((left, right) => (left.name < right.name ? -1 : 1));
    expect(members).toMatchObject(
      Array.from({ length: size }, (_, at) => ({
        name: `web-${at + 1}`,
        ...templateOf({ size, ...promised }),
        status: 'running',
      })),
    );
    const [group, ...others] = await readPages((page) => call('vm_group.list', page));
    expect(others).toEqual([]);
    expect(group).toMatchObject({ size, status: 'ready' });
    expect(new Set(group?.member_ids)).toEqual(new Set(vms.map(({ id }) => id)));
  }

  test(`keeps every member once, through ${KILLS} kills (seed ${SEED})`, async () => {
    const asked = { name: 'web', vm: templateOf(FIRST), min_size: 1, max_size: SIZE_MAX };
    const keyed = { ...asked, desired_size: FIRST.size, idempotency_key: 'the-first-group' };
    let call = await start();
    const made = must(await call('vm_group.create', keyed));
    await killAfter(call, made.operation.id, below(FIRST.size));
    let promised = FIRST;
    for (let kills = 1; kills < KILLS; kills += 1) {
      call = await start();
      // Who did not hear the answer asks once more, and gets the same group.
      if (kills === 1) {
        const again = must(await call('vm_group.create', keyed));
        expect(again.resource.id).toBe(made.resource.id);
      }
      await expectPromised(call, promised);
      const { operation, after } = await write(call, made.resource.id, promised);
      await killAfter(call, operation.id, below(operation.steps.length + 1));
      promised = after;
    }
    call = await start();
    await expectPromised(call, promised);
    const gone = must(await call('vm_group.delete', { id: made.resource.id }));
    await killAfter(call, gone.operation.id, below(promised.size));
    call = await start();
    await waitUntil('the end of the group', async () => {
      const left = must(await call('vm.list', {})).items;
      return left.length === 0 ? true : undefined;
    });
    expect(must(await call('operation.wait', { id: gone.operation.id })).status).toBe('succeeded');
    expect(must(await call('vm_group.list', {})).items).toEqual([]);
    await server?.stop();
    expect(await findFaultsIn(dataDir)).toEqual([]);
  });
});

function must<T>(answer: { readonly ok: true; readonly value: T } | { readonly ok: false }): T {
  if (answer.ok) return answer.value;
  throw new Error(`refused: ${JSON.stringify(answer)}`);
}
