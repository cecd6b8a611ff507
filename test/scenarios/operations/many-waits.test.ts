/** Waits for more operations than one read of the store asks for, on one of several servers. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openMemoryBus } from '@novacron/bus/open-memory-bus';
import { problem } from '@novacron/contract/problem/problem';
import { openSqliteStore } from '@novacron/server/adapters/store/sqlite/open-sqlite-store';
import { createDefinitionCache } from '@novacron/server/app/kernel/definitions/definition-cache';
import {
  insertOperation,
  planOperation,
} from '@novacron/server/app/kernel/operations/admit-operation';
import { createEndWatch } from '@novacron/server/app/kernel/operations/await-completion';
import type { Store } from '@novacron/server/ports/store';
import { makeDataDirectory } from '@novacron/testing/memory-disk';
import { createVirtualTime } from '../../../server/agent/src/test-kit/virtual-time.ts';
import { copyEmptyStore } from '../test-kit/copy-empty-store.ts';

const WAITS = 1_101;
const OTHERWISE = problem('conflict', { detail: 'It is there.', remedy: 'Take another one.' });

let directory: string;
let store: Store & { readonly close: () => Promise<void> };

beforeEach(async () => {
  directory = makeDataDirectory('novacron-waits-');
  const path = join(directory, 'novacron.db');
  await copyEmptyStore(path);
  const opened = await openSqliteStore({ path });
  if (!opened.ok) throw new Error(opened.error.detail);
  store = opened.value;
});

afterEach(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

test('an operation that another server ends is noticed, however many are waited for', async () => {
  const ids = Array.from({ length: WAITS }, (_, number) => `op_${String(number).padStart(4, '0')}`);
  await commit(ids.flatMap(runningOperation));
  const time = createVirtualTime();
  const bus = openMemoryBus();
  const logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
  const { timers } = time;
  const watch = createEndWatch(
    { store, bus, logger, timers },
    { servers: 'several', isActive: () => false },
  );
  const ended: string[] = [];
  const waits = ids.map(async (id) => {
    const { signal } = new AbortController();
    await watch.wait(id, { timeoutMs: 3_600_000, signal });
    ended.push(id);
  });
  // The server that has ended the last one could not say so.
  const last = ids.at(-1) ?? '';
  await commit([
    {
      kind: 'update',
      table: 'operations',
      id: last,
      set: { status: 'succeeded', finished_at_ms: 2_000 },
      otherwise: OTHERWISE,
    },
  ]);
  await time.advance(2_000);
  await waits.at(-1);
  expect(ended).toEqual([last]);
  watch.stop();
  await Promise.all(waits);
  await bus.close();
});

function runningOperation(id: string) {
  const action = { kind: 'send-webhook', url: 'https://example.org', body: '{}' } as const;
  const steps = [{ name: 'send', after: [], action, undo: null }];
  const subject = {
    id: id as Parameters<typeof planOperation>[1]['id'],
    tenant_id: 'tnt_1',
    kind: 'vm.create',
    target_kind: 'vm',
    target_id: `vm_${id}`,
    target_name: id,
    created_at_ms: 1_000,
    created_by: 'admin',
  } as const;
  const server = { instanceId: 'srv_other', definitions: createDefinitionCache() };
  const definition = { steps, onSuccess: [], onFailure: [], onStuck: [] };
  return insertOperation(planOperation(server, subject, definition), OTHERWISE);
}

async function commit(changes: Parameters<Store['commit']>[0]): Promise<void> {
  const done = await store.commit(changes);
  if (!done.ok) throw new Error(done.error.detail);
}

function ignore(): void {}
