/** Commits that PostgreSQL acknowledged survive its crash, and the store recovers from it. */
import { expect, test } from '@jest/globals';
import { waitUntil } from '../../../../../test/support/src/wait-until.ts';
import type { Store } from '../../../ports/store.ts';
import { tenantRow } from '../suite/rows.ts';
import { usePostgres } from './test-kit/use-postgres.ts';

const postgres = usePostgres();

const CALLERS = 16;
const KILLS = 2;
/** Shorter than PostgreSQL needs, so that callers are refused meanwhile. */
const OUTCOME_WAIT_MS = 200;
/** PostgreSQL starts again in a second or two. */
const TIMEOUT_MS = 60_000;

test(
  'a killed PostgreSQL has lost nothing acknowledged, and is used again when it is back',
  async () => {
    const { store, remove } = await postgres.openStore({ outcomeWaitMs: OUTCOME_WAIT_MS });
    const load = startLoad(store);
    for (let kill = 0; kill < KILLS; kill += 1) {
      const before = load.acknowledged.length;
      await waitUntil('commits', () =>
        load.acknowledged.length > before + 50 ? 'yes' : undefined,
      );
      await postgres.server().kill();
      await waitUntil('a refusal', () => (load.refusals.length > 0 ? 'yes' : undefined));
      await postgres.server().restart();
      const away = load.acknowledged.length;
      await waitUntil('the store', () => (load.acknowledged.length > away ? 'yes' : undefined));
      load.refusals.splice(0);
    }
    await load.stop();
    expect(load.codes).toEqual(new Set(['unavailable']));
    const { tenants, rules } = await store.snapshot({
      tenants: { from: 'tenants' },
      rules: { from: 'rule_versions' },
    });
    const stored = new Set(tenants.map(({ id }) => id));
    expect(load.acknowledged.filter((id) => !stored.has(id))).toEqual([]);
    expect([...stored].filter((id) => load.refused.has(id))).toEqual([]);
    expect(new Set(rules.map(({ id }) => id))).toEqual(stored);
    await remove();
  },
  TIMEOUT_MS,
);

/** Callers that commit without end, and what they were answered. */
function startLoad(store: Store) {
  const acknowledged: string[] = [];
  const refusals: string[] = [];
  const refused = new Set<string>();
  const codes = new Set<string>();
  let next = 0;
  let state: 'running' | 'stopped' = 'running';

  async function commitForEver(): Promise<void> {
    while (state === 'running') {
      next += 1;
      const id = String(next);
      const answer = await store.commit([
        { kind: 'put', into: 'tenants', row: tenantRow(id) },
        { kind: 'put', into: 'rule_versions', row: { id, version: next } },
      ]);
      if (answer.ok) {
        acknowledged.push(id);
        continue;
      }
      codes.add(answer.error.code);
      refusals.push(id);
      if (answer.error.data?.outcome !== 'unknown') refused.add(id);
    }
  }

  const callers = Array.from({ length: CALLERS }, commitForEver);
  return {
    acknowledged,
    refusals,
    refused,
    codes,
    stop: async () => {
      state = 'stopped';
      await Promise.all(callers);
    },
  };
}
