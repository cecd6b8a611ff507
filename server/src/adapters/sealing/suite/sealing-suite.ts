/** Contract test suite of a sealed store: each database's test runs it. */
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { assert, type Result } from '@novacron/contract/result';
import type { Change, Store } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { InspectStore } from '../../store/schema/migrate.ts';
import {
  auditRow,
  commitAll,
  operationRow,
  resourceRow,
  tenantRow,
} from '../../store/suite/rows.ts';
import { openSealedStore, type SealedStore } from '../open-sealed-store.ts';

/** A database that outlives the stores that are opened on it. */
export interface SuiteDatabase {
  readonly open: (inspect: InspectStore) => Promise<Result<Store, Problem>>;
  readonly remove: () => Promise<void>;
}

const MARKER = 'unreadable when sealed';
const POLICIES = 450;
const OLD = randomBytes(32).toString('base64');
const NEW = randomBytes(32).toString('hex');
const UNGUARDED: Change = {
  kind: 'require-none',
  of: 'leases',
  where: { id: 'missing' },
  otherwise: problem('conflict', { detail: 'the lease is lost', remedy: '' }),
};

const policyRow = (id: string, text = MARKER) => ({
  ...resourceRow(id, { desired_json: JSON.stringify({ rule: text }) }),
  enabled: 1,
  compiled_json: JSON.stringify({ packageName: text }),
  steers: null,
  selector: null,
  rules: null,
  priority: null,
  author_role: null,
});

const baselineRow = (id: string, text = MARKER): Tables['baselines'] =>
  ({
    id,
    tenant_id: 'tnt_a',
    resource_kind: 'vm',
    deployment: 'd',
    applied_json: JSON.stringify({ text }),
    applied_at_ms: 1,
    applied_by: 'ci',
    origin: 'apply',
  }) as const;

function insert(into: 'orchestration_policies', row: ReturnType<typeof policyRow>): Change;
function insert(into: 'baselines', row: ReturnType<typeof baselineRow>): Change;
function insert(into: string, row: object): Change {
  const otherwise = problem('conflict', { detail: 'taken', remedy: '' });
  return { kind: 'insert', into, row, otherwise } as unknown as Change;
}

/**
 * Declares the suite of one database.
 */
export function describeSealing(
  { name, servers }: { readonly name: string; readonly servers: 'one' | 'several' },
  makeDatabase: () => Promise<SuiteDatabase>,
): void {
  describe(`a sealed store on ${name}`, () => {
    let database: SuiteDatabase;
    let open: SealedStore[];
    let raw: Store | undefined;

    beforeEach(async () => {
      database = await makeDatabase();
      open = [];
    });
    afterEach(async () => {
      for (const { store } of open) await store.close();
      await database.remove();
    });

    function declareRace(): void {
      test('has one key when servers with several start at once; the others say so', async () => {
        const keys = Array.from({ length: 4 }, () => randomBytes(32).toString('base64'));
        const answers = await Promise.all(keys.map(attempt));
        const started = answers.flatMap((answer) => (answer.ok ? [answer.value] : []));
        open.push(...started);
        const refused = answers.flatMap((answer) => (answer.ok ? [] : [answer.error.data?.reason]));
        expect(started).toHaveLength(1);
        expect(refused).toEqual(Array(3).fill('sealing-key-missing'));
      });
    }

    function attempt(text: string) {
      return openSealedStore({
        source: { kind: 'text', text, setting: 'sealing-key' },
        open: async (inspect) => {
          const opened = await database.open(inspect);
          if (opened.ok) raw = opened.value;
          return opened;
        },
        newKey: 'refuse',
        machine: ' on host-1',
        clock: { nowMs: () => 1_000 },
      });
    }

    async function start(text: string): Promise<SealedStore> {
      const opened = await attempt(text);
      if (!opened.ok) throw new Error(opened.error.detail);
      open.push(opened.value);
      return opened.value;
    }

    async function stop(): Promise<void> {
      for (const { store } of open.splice(0)) await store.close();
    }

    function onDisk(): Store {
      assert(raw !== undefined, 'a store is open');
      return raw;
    }

    async function resealAll({ sealing }: SealedStore): Promise<number> {
      for (let rounds = 1; ; rounds += 1) {
        const round = await sealing.resealSome(UNGUARDED);
        if (!round.ok) throw new Error(round.error.detail);
        if (round.value.kind === 'done') return rounds;
      }
    }

    async function sealedOnDisk(): Promise<readonly string[]> {
      const rows = await onDisk().read({ from: 'orchestration_policies' });
      return rows.flatMap((row) => [row.desired_json, row.compiled_json]);
    }

    test('keeps texts of policies, baselines, definitions and audit entries sealed', async () => {
      const { store } = await start(OLD);
      const text = JSON.stringify({ text: MARKER });
      await commitAll(store, [
        insert('orchestration_policies', policyRow('pol_a')),
        { kind: 'put', into: 'baselines', row: baselineRow('vm_a') },
        {
          kind: 'put',
          into: 'operations',
          row: { ...operationRow('op_a'), definition_json: text },
        },
        { kind: 'put', into: 'audit', row: auditRow('aud_a', text) },
      ]);
      const queries = {
        policies: { from: 'orchestration_policies' },
        baselines: { from: 'baselines' },
        operations: { from: 'operations' },
        audit: { from: 'audit' },
      } as const;
      const disk = await onDisk().snapshot(queries);
      expect(JSON.stringify(disk)).not.toContain(MARKER);
      expect(disk.policies[0]?.name).toBe('name of pol_a');
      const plain = await store.snapshot(queries);
      expect(plain.policies).toEqual([policyRow('pol_a')]);
      expect(plain.baselines).toEqual([baselineRow('vm_a')]);
      expect(plain.operations[0]?.definition_json).toBe(text);
      expect(plain.audit[0]?.changes_json).toBe(text);
    });

    test('changes a sealed value, and leaves one alone that a change does not name', async () => {
      const { store } = await start(OLD);
      await commitAll(store, [insert('orchestration_policies', policyRow('pol_a'))]);
      const otherwise = problem('conflict', { detail: 'changed', remedy: '' });
      const change = { kind: 'update', table: 'orchestration_policies', id: 'pol_a' } as const;
      await commitAll(store, [{ ...change, set: { desired_json: '{}' }, otherwise }]);
      await commitAll(store, [{ ...change, set: { revision: 2 }, otherwise }]);
      const [row] = await store.read({ from: 'orchestration_policies' });
      expect(row).toEqual({ ...policyRow('pol_a'), desired_json: '{}', revision: 2 });
    });

    test('does not open a value that was moved to another row, and says where', async () => {
      const { store } = await start(OLD);
      await commitAll(store, [insert('baselines', baselineRow('vm_a'))]);
      const [row] = await onDisk().read({ from: 'baselines' });
      assert(row !== undefined, 'it is there');
      await commitAll(onDisk(), [{ kind: 'put', into: 'baselines', row: { ...row, id: 'vm_b' } }]);
      expect(await store.read({ from: 'baselines', where: { id: 'vm_a' } })).toHaveLength(1);
      await expect(store.read({ from: 'baselines', where: { id: 'vm_b' } })).rejects.toMatchObject({
        problem: {
          code: 'unavailable',
          detail: expect.stringMatching(
            /^applied_json of vm_b in baselines cannot be decrypted: it was/,
          ),
        },
      });
    });

    test('does not believe a plain value in a store that has none', async () => {
      const { store } = await start(OLD);
      await commitAll(onDisk(), [insert('baselines', baselineRow('vm_a', 'forged'))]);
      await expect(store.read({ from: 'baselines' })).rejects.toMatchObject({
        problem: { detail: expect.stringContaining('is not encrypted, but every value of this') },
      });
    });

    test('cannot be searched by what is sealed', async () => {
      const { store } = await start(OLD);
      const query = { from: 'baselines', where: { applied_json: '{}' } } as const;
      await expect(store.read(query)).rejects.toThrow('baselines.applied_json is sealed');
    });

    test('refuses a server without its key before anything is changed', async () => {
      await start(OLD);
      await stop();
      const answer = await attempt(NEW);
      expect(answer).toMatchObject({
        ok: false,
        error: {
          code: 'unavailable',
          detail: expect.stringMatching(
            new RegExp(
              '^The store is encrypted with the key \\w{16}, and ' +
                'the setting sealing-key holds \\w{16} i',
            ),
          ),
          remedy: expect.stringContaining('Copy sealing.key from a server that runs on this store'),
          data: { reason: 'sealing-key-missing' },
        },
      });
      await start(OLD);
      expect(await onDisk().read({ from: 'sealing_keys' })).toHaveLength(1);
    });

    test('refuses to start when its note about the key was changed', async () => {
      await start(OLD);
      const [row] = await onDisk().read({ from: 'sealing_keys' });
      assert(row !== undefined, 'it is there');
      const changed = { ...row, canary_sealed: `${row.canary_sealed.slice(0, -8)}AAAAAAAA` };
      await commitAll(onDisk(), [{ kind: 'put', into: 'sealing_keys', row: changed }]);
      await stop();
      expect(await attempt(OLD)).toMatchObject({
        error: {
          detail: expect.stringMatching(/record of the sealing key \w+ in the store was changed/),
        },
      });
    });

    if (servers === 'several') declareRace();

    describe('with rows that were stored before encryption', () => {
      beforeEach(async () => {
        const old = await database.open(async () => ({ ok: true, value: undefined }));
        if (!old.ok) throw new Error(old.error.detail);
        await commitAll(old.value, [
          { kind: 'put', into: 'tenants', row: tenantRow('tnt_a') },
          insert('orchestration_policies', policyRow('pol_a')),
          insert('baselines', baselineRow('vm_a')),
        ]);
        await old.value.close();
      });

      test('reads them, seals them, and believes no plain one afterwards', async () => {
        const sealed = await start(OLD);
        const { store, sealing } = sealed;
        expect(await store.read({ from: 'orchestration_policies' })).toEqual([policyRow('pol_a')]);
        await resealAll(sealed);
        expect(await sealedOnDisk()).toEqual([
          expect.stringMatching(/^ncs1\./),
          expect.stringMatching(/^ncs1\./),
        ]);
        expect(await store.read({ from: 'baselines' })).toEqual([baselineRow('vm_a')]);
        await sealing.follow();
        await commitAll(onDisk(), [insert('baselines', baselineRow('vm_b', 'forged'))]);
        await expect(store.read({ from: 'baselines' })).rejects.toThrow('is not encrypted');
      });
    });

    describe('whose key is replaced', () => {
      const both = `${NEW},${OLD}`;

      beforeEach(async () => {
        const { store } = await start(OLD);
        const rows = Array.from({ length: POLICIES }, (_, index) =>
          policyRow(`pol_${1000 + index}`),
        );
        const tenant = { kind: 'put', into: 'tenants', row: tenantRow('tnt_a') } as const;
        await commitAll(store, [
          tenant,
          ...rows.map((row) => insert('orchestration_policies', row)),
        ]);
        await stop();
      });

      test('is resealed in batches, also after a kill in between', async () => {
        const first = await start(both);
        const [now, before] = await first.sealing.list();
        expect([now?.state, before?.state]).toEqual(['seals', 'needed']);
        expect(now?.tablesLeft).toContain('orchestration_policies');
        let sealed = 0;
        while (sealed === 0) {
          const round = await first.sealing.resealSome(UNGUARDED);
          sealed = round.ok ? round.value.rows : Number.NaN;
        }
        expect(sealed).toBe(200);
        await stop();
        const second = await start(both);
        expect((await second.sealing.list())[0]?.rowsSealed).toBe(200);
        await resealAll(second);
        expect(await second.sealing.list()).toEqual([
          expect.objectContaining({ state: 'seals', rowsSealed: POLICIES, tablesLeft: [] }),
          expect.objectContaining({ id: before?.id, state: 'not-needed', presence: 'here' }),
        ]);
        await stop();
        const third = await start(NEW);
        const rows = await third.store.read({ from: 'orchestration_policies' });
        expect(rows).toHaveLength(POLICIES);
        expect(new Set(rows.map(({ desired_json }) => desired_json)).size).toBe(1);
      });

      test('is refused without the earlier key until every row is resealed', async () => {
        const first = await start(both);
        await first.sealing.resealSome(UNGUARDED);
        await stop();
        expect(await attempt(NEW)).toMatchObject({
          error: { data: { reason: 'sealing-key-missing' } },
        });
        await resealAll(await start(both));
        await stop();
        expect(await attempt(OLD)).toMatchObject({
          error: { data: { reason: 'sealing-key-missing' } },
        });
      });

      test('does not undo what a request changes meanwhile', async () => {
        const sealed = await start(both);
        const otherwise = problem('conflict', { detail: 'changed', remedy: '' });
        const set = { desired_json: '{"rule":"new"}' };
        const place = { table: 'orchestration_policies', id: 'pol_1000' } as const;
        const change: Change = { kind: 'update', ...place, set, otherwise };
        await Promise.all([resealAll(sealed), commitAll(sealed.store, [change])]);
        const where = { id: 'pol_1000' };
        const [row] = await sealed.store.read({ from: 'orchestration_policies', where });
        expect(row?.desired_json).toBe('{"rule":"new"}');
      });

      test('writes nothing once the guard of the work has failed', async () => {
        const { sealing } = await start(both);
        const lost: Change = { ...UNGUARDED, of: 'tenants', where: { id: 'tnt_a' } } as Change;
        expect(await sealing.resealSome(lost)).toMatchObject({
          error: { detail: 'the lease is lost' },
        });
        expect((await sealing.list())[0]?.rowsSealed).toBe(0);
      });

      test('is sealed with the new key by every server that has looked', async () => {
        const other = await start(`${OLD},${NEW}`);
        const first = await start(both);
        const [{ id } = { id: '' }] = await first.sealing.list();
        await commitAll(other.store, [insert('baselines', baselineRow('vm_a'))]);
        expect(await other.sealing.follow()).toMatchObject({ ok: true });
        await commitAll(other.store, [insert('baselines', baselineRow('vm_b'))]);
        const rows = await onDisk().read({ from: 'baselines' });
        const isNew = rows.map(({ applied_json }) => applied_json.startsWith(`ncs1.${id}.`));
        expect(isNew).toEqual([false, true]);
      });

      test('is reported by a server that lacks the new one', async () => {
        const other = await start(OLD);
        const first = await start(both);
        await commitAll(first.store, [insert('baselines', baselineRow('vm_a'))]);
        expect(await other.sealing.follow()).toMatchObject({
          error: { data: { reason: 'sealing-key-missing' } },
        });
        await expect(other.store.read({ from: 'baselines' })).rejects.toMatchObject({
          problem: {
            detail: expect.stringMatching(
              /^vm_a in baselines is encrypted with the key \w+, which this server lacks\.$/,
            ),
          },
        });
      });
    });
  });
}
