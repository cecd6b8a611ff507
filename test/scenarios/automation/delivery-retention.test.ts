/** Retention of delivery IDs, in each database. */
import { describe, expect, test } from '@jest/globals';
import { RETENTION_MS } from '@novacron/server/app/platform/retention/create-retention';
import { waitUntil } from '@novacron/testing/wait-until';
import { usePostgres } from '../../../server/src/adapters/store/postgres/test-kit/use-postgres.ts';
import type { BenchOptions } from '../test-kit/start-bench.ts';
import { useBench } from '../test-kit/use-bench.ts';

const postgres = usePostgres();

const DATABASES: readonly [string, BenchOptions][] = [
  ['SQLite', {}],
  [
    'PostgreSQL',
    {
      openStore: async (inspect) => {
        const { store, remove } = await postgres.openStore({ inspect });
        return { ok: true, value: { ...store, close: remove } };
      },
    },
  ],
];

/** More than one commit deletes. */
const EXPIRED = 1_200;

describe.each(DATABASES)('%s', (_name, options) => {
  const bench = useBench(options);

  test('forgets the ids whose time is over, and no other', async () => {
    const nowMs = bench().deps.clock.nowMs();
    const rowOf = (at: number, expires_at_ms: number) =>
      ({
        kind: 'put',
        into: 'webhook_deliveries',
        row: { id: `wf_a/${at}`, tenant_id: 'tnt_a', execution_id: null, expires_at_ms },
      }) as const;
    const expired = Array.from({ length: EXPIRED }, (_, at) => rowOf(at, nowMs + at));
    const stored = await bench().store.commit([
      ...expired,
      rowOf(EXPIRED, nowMs + 2 * RETENTION_MS),
    ]);
    expect(stored.ok).toBe(true);
    await bench().skip(RETENTION_MS);
    // A database answers in its own time, whatever the clock of the server says.
    const left = await waitUntil('the ids to be forgotten', async () => {
      await bench().advance(100);
      const rows = await bench().store.read({ from: 'webhook_deliveries' });
      return rows.length <= 1 ? rows : undefined;
    });
    expect(left.map(({ id }) => id)).toEqual([`wf_a/${EXPIRED}`]);
  });
});
