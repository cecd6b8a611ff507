/** Rows that each retention job deletes and keeps, on both databases. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { problem } from '@novacron/contract/problem/problem';
import { createKeyRing } from '../../../adapters/sealing/key-ring.ts';
import { sealStore } from '../../../adapters/sealing/seal-store.ts';
import { nameSealingKey } from '../../../adapters/sealing/sealing-key.ts';
import { usePostgres } from '../../../adapters/store/postgres/test-kit/use-postgres.ts';
import { openTemporaryStore } from '../../../adapters/store/sqlite/temporary-store.ts';
import {
  auditRow,
  commitAll,
  eventRow,
  operationRow,
  ROW_OF_EACH_TABLE,
  vmRow,
} from '../../../adapters/store/suite/rows.ts';
import type { Change, ChangeSet, Store } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { EVENTS_NEEDED_MAX } from '../../kernel/events/relay-events.ts';
import type { RetentionDeps } from './deps.ts';
import { ARTIFACTS_RETENTION_MS } from './forget-artifacts.ts';
import { CONTENT_WRITTEN_MS } from './forget-contents.ts';
import type { RetentionScope } from './retention-job.ts';
import { createRetentionJobs } from './retention-jobs.ts';
import { RETENTION_TIMES } from './retention-times.ts';

const NOW_MS = 1_800_000_000_000;
const HOUR_MS = 3_600_000;

const postgres = usePostgres();

const STORES: readonly (readonly [string, () => ReturnType<typeof openTemporaryStore>])[] = [
  ['SQLite', openTemporaryStore],
  ['PostgreSQL', async () => ({ path: '', ...(await postgres.openStore()) })],
];

const HELD: Change = {
  kind: 'require-none',
  of: 'leases',
  where: { id: 'absent' },
  otherwise: problem('conflict', { detail: 'the lease is lost', remedy: '' }),
};

describe.each(STORES)('on %s, retention', (_name, open) => {
  let store: Store;
  let remove: () => Promise<void>;
  const warnings: unknown[] = [];

  beforeEach(async () => {
    ({ store, remove } = await open());
    warnings.length = 0;
  });
  afterEach(() => remove());

  async function run(name: string, more: Partial<RetentionScope> = {}): Promise<number> {
    const job = createRetentionJobs().find((each) => each.name === name);
    if (job === undefined) throw new Error(`there is no job ${name}`);
    const ignore = (): void => undefined;
    const warn = (fields: object): void => {
      warnings.push(fields);
    };
    const logger = { debug: ignore, info: ignore, warn, error: ignore };
    // The jobs need nothing else of a server.
    const deps = { store, logger } as unknown as RetentionDeps;
    const scope = { deps, times: RETENTION_TIMES, nowMs: NOW_MS, limit: 100, guard: HELD };
    return job.deleteBatch({ ...scope, ...more });
  }

  /** A moment just before and just after something is forgotten. */
  const around = (ageMs: number) => ({ old: NOW_MS - ageMs - 1, young: NOW_MS - ageMs });

  const put = (changes: readonly object[]): Promise<void> =>
    // Rows of `ROW_OF_EACH_TABLE` and its like: the compiler has seen their columns.
    commitAll(store, changes.map((change) => ({ kind: 'put', ...change })) as unknown as ChangeSet);

  const idsIn = async (from: keyof Tables): Promise<readonly string[]> =>
    (await store.read({ from })).map(({ id }) => id);

  test('forgets results that others followed long ago, and the time of their scans', async () => {
    const { old, young } = around(RETENTION_TIMES.auditMs);
    const { compliance_evidence: record, compliance_samples: sample } = ROW_OF_EACH_TABLE;
    const into = 'compliance_evidence';
    await put([
      { into, row: { ...record, id: 'tnt_a.1', position: 1, until_ms: old } },
      { into, row: { ...record, id: 'tnt_a.2', position: 2, until_ms: young } },
      { into, row: { ...record, id: 'tnt_a.3', position: 3, until_ms: null } },
      { into: 'compliance_samples', row: { ...sample, id: 'a', from_ms: 1, to_ms: old } },
      { into: 'compliance_samples', row: { ...sample, id: 'b', from_ms: old, to_ms: NOW_MS } },
    ]);
    expect(await run('compliance-evidence')).toBe(1);
    expect(await idsIn('compliance_evidence')).toEqual(['tnt_a.2', 'tnt_a.3']);
    expect(await run('compliance-samples')).toBe(2);
    expect(await store.read({ from: 'compliance_samples' })).toMatchObject([
      { id: 'b', from_ms: young, to_ms: NOW_MS },
    ]);
    expect(await run('compliance-samples')).toBe(0);
  });

  test('forgets operations that ended long ago with their logs, not stuck ones', async () => {
    const { old, young } = around(RETENTION_TIMES.operationsMs);
    const rows: readonly Tables['operations'][] = [
      { ...operationRow('op_old'), status: 'succeeded', finished_at_ms: old },
      { ...operationRow('op_failed'), status: 'failed', finished_at_ms: old },
      { ...operationRow('op_stuck'), status: 'stuck', finished_at_ms: old },
      { ...operationRow('op_young'), status: 'succeeded', finished_at_ms: young },
      operationRow('op_runs'),
    ];
    const logs = rows.map(({ id }) => ({
      ...ROW_OF_EACH_TABLE.operation_log,
      id: `${id}/1`,
      operation_id: id,
    }));
    await put([
      ...rows.map((row) => ({ into: 'operations', row })),
      ...logs.map((row) => ({ into: 'operation_log', row })),
    ]);
    expect(await run('operations')).toBe(2);
    expect(await idsIn('operations')).toEqual(['op_runs', 'op_stuck', 'op_young']);
    expect(await idsIn('operation_log')).toEqual(['op_runs/1', 'op_stuck/1', 'op_young/1']);
  });

  describe('of an execution', () => {
    const { old } = around(RETENTION_TIMES.operationsMs);
    const PARTS = [
      'execution_steps',
      'execution_logs',
      'execution_artifacts',
      'approvals',
      'execution_signals',
      'execution_slas',
      'schedule_moments',
    ] as const;

    async function putExecution(status: 'failed' | 'running'): Promise<void> {
      const { execution_steps: step, execution_logs: log } = ROW_OF_EACH_TABLE;
      const ended = { status: 'succeeded', finished_at_ms: old };
      const finished_at_ms = status === 'running' ? null : old;
      const run = { ...operationRow('op_x'), kind: 'workflow.run', status, finished_at_ms };
      const attempts = ['1', '2', '3'].map((at) => ({
        ...step,
        id: `op_x/s#${at}`,
        execution_id: 'op_x',
        operation_id: `op_begun${at}`,
      }));
      await put([
        { into: 'operations', row: run },
        ...attempts.map((row) => ({ into: 'execution_steps', row })),
        ...attempts.map(({ operation_id: id }) => {
          return { into: 'operations', row: { ...operationRow(id), ...ended } };
        }),
        { into: 'execution_logs', row: { ...log, execution_id: 'op_x' } },
        {
          into: 'execution_artifacts',
          row: { ...ROW_OF_EACH_TABLE.execution_artifacts, execution_id: 'op_x' },
        },
        { into: 'approvals', row: { ...ROW_OF_EACH_TABLE.approvals, operation_id: 'op_x' } },
        {
          into: 'execution_signals',
          row: { ...ROW_OF_EACH_TABLE.execution_signals, execution_id: 'op_x' },
        },
        {
          into: 'schedule_moments',
          row: { ...ROW_OF_EACH_TABLE.schedule_moments, execution_id: 'op_x' },
        },
        { into: 'execution_slas', row: { ...ROW_OF_EACH_TABLE.execution_slas, id: 'op_x' } },
        { into: 'operations', row: { ...operationRow('op_y'), ...ended } },
      ]);
    }

    const left = async () => {
      const ids = await Promise.all(['operations' as const, ...PARTS].map(idsIn));
      return ids.map(({ length }) => length);
    };

    test('forgets all of it in one commit, although that is more than it takes', async () => {
      await putExecution('failed');
      expect(await run('operations', { limit: 2 })).toBe(2);
      expect(await idsIn('operations')).toEqual(['op_y']);
      expect(await left()).toEqual([1, 0, 0, 0, 0, 0, 0, 0]);
    });

    test('forgets no part of it where the commit is refused', async () => {
      await putExecution('failed');
      const guard = { ...HELD, of: 'operations', where: { id: 'op_y' } } as Change;
      expect(await run('operations', { guard })).toBe(0);
      expect(await left()).toEqual([5, 3, 1, 1, 1, 1, 1, 1]);
    });

    test('keeps what it began while it runs, and what is behind it is forgotten', async () => {
      await putExecution('running');
      expect(await run('operations', { limit: 2 })).toBe(1);
      expect(await run('operations', { limit: 2 })).toBe(0);
      expect(await left()).toEqual([4, 3, 1, 1, 1, 1, 1, 1]);
    });
  });

  test('forgets approvals that no execution waits for by their end', async () => {
    const { old, young } = around(RETENTION_TIMES.operationsMs);
    const approval = (id: string, operation_id: string | null, expires_at_ms: number) => ({
      into: 'approvals' as const,
      row: { ...ROW_OF_EACH_TABLE.approvals, id, operation_id, expires_at_ms, question: id },
    });
    await put([
      approval('apr_execution', 'op_x', old),
      approval('apr_old', null, old),
      approval('apr_young', null, young),
    ]);
    expect(await run('approvals')).toBe(1);
    expect(await idsIn('approvals')).toEqual(['apr_execution', 'apr_young']);
  });

  test('keeps operations for as long as the keys of their requests', async () => {
    const { old } = around(RETENTION_TIMES.idempotencyKeysMs);
    const row = { ...operationRow('op_a'), status: 'failed', finished_at_ms: old + HOUR_MS };
    await put([{ into: 'operations', row }]);
    const times = { ...RETENTION_TIMES, operationsMs: HOUR_MS };
    expect(await run('operations', { times })).toBe(0);
    expect(await run('operations', { times, nowMs: NOW_MS + HOUR_MS })).toBe(1);
  });

  test('forgets old events, but neither the newest nor those without a position', async () => {
    const { old, young } = around(RETENTION_TIMES.eventsMs);
    await put([
      { into: 'events', row: { ...eventRow('evt_1', 1), at_ms: old } },
      { into: 'events', row: { ...eventRow('evt_2', 2), at_ms: old } },
      { into: 'events', row: { ...eventRow('evt_3', 3), at_ms: young } },
      { into: 'events', row: { ...eventRow('evt_last', EVENTS_NEEDED_MAX + 1), at_ms: old } },
      { into: 'events', row: { ...eventRow('evt_new', null), at_ms: old } },
    ]);
    expect(await run('events')).toBe(1);
    expect(await idsIn('events')).toEqual(['evt_2', 'evt_3', 'evt_last', 'evt_new']);
  });

  test('forgets audit entries from the beginning of each log, never its end', async () => {
    const { old, young } = around(RETENTION_TIMES.auditMs);
    const entry = (tenant_id: string, position: number, at_ms: number) => ({
      ...auditRow(`aud_${tenant_id}_${position}`),
      tenant_id,
      position,
      at_ms,
      hash: `hash ${position}`,
    });
    const entries = [
      entry('a', 1, old),
      entry('a', 2, old),
      entry('a', 3, young),
      entry('a', 4, old),
      entry('b', 1, old),
      entry('b', 2, old),
    ];
    await put([
      ...entries.map((row) => ({ into: 'audit', row })),
      { into: 'audit_heads', row: { id: 'a', position: 4, hash: 'hash 4' } },
      { into: 'audit_heads', row: { id: 'b', position: 2, hash: 'hash 2' } },
      { into: 'audit', row: { ...auditRow('aud_unchained'), at_ms: old } },
    ]);
    expect(await run('audit')).toBe(3);
    expect(await run('audit')).toBe(0);
    expect(await idsIn('audit')).toEqual(['aud_a_3', 'aud_a_4', 'aud_b_2', 'aud_unchained']);
    const marks = await store.read({ from: 'audit_checkpoints' });
    expect(marks.map(({ id, mark_json }) => [id, JSON.parse(mark_json)])).toEqual([
      ['a', { position: 2, hash: 'hash 2' }],
      ['b', { position: 1, hash: 'hash 1' }],
    ]);
  });

  test('forgets decisions, keys of requests and retired signing keys by their age', async () => {
    const { placement_decisions, idempotency_keys, signing_keys } = ROW_OF_EACH_TABLE;
    const decisions = around(RETENTION_TIMES.decisionsMs);
    const requests = around(RETENTION_TIMES.idempotencyKeysMs);
    const keys = around(RETENTION_TIMES.signingKeysMs);
    await put([
      ...(['old', 'young'] as const).flatMap((age) => [
        {
          into: 'placement_decisions',
          row: { ...placement_decisions, id: age, created_at_ms: decisions[age] },
        },
        {
          into: 'idempotency_keys',
          row: { ...idempotency_keys, id: age, created_at_ms: requests[age] },
        },
        { into: 'signing_keys', row: { ...signing_keys, id: age, retires_at_ms: keys[age] } },
      ]),
      { into: 'signing_keys', row: { ...signing_keys, id: 'signs', created_at_ms: 1 } },
    ]);
    expect(await run('decisions')).toBe(1);
    expect(await run('idempotency-keys')).toBe(1);
    expect(await run('signing-keys')).toBe(1);
    expect(await idsIn('placement_decisions')).toEqual(['young']);
    expect(await idsIn('idempotency_keys')).toEqual(['young']);
    expect(await idsIn('signing_keys')).toEqual(['signs', 'young']);
  });

  test('forgets how groups were scaled by the age of that', async () => {
    const { scaling_events } = ROW_OF_EACH_TABLE;
    const { old, young } = around(RETENTION_TIMES.decisionsMs);
    await put([
      { into: 'scaling_events', row: { ...scaling_events, id: 'old', timestamp: old } },
      { into: 'scaling_events', row: { ...scaling_events, id: 'young', timestamp: young } },
    ]);
    expect(await run('scaling-events')).toBe(1);
    expect(await idsIn('scaling_events')).toEqual(['young']);
  });

  test('forgets the ledger of costs by the ends of its intervals', async () => {
    const { charge_intervals } = ROW_OF_EACH_TABLE;
    const { old, young } = around(RETENTION_TIMES.ledgerMs);
    await put([
      { into: 'charge_intervals', row: { ...charge_intervals, id: 'old', until_ms: old } },
      { into: 'charge_intervals', row: { ...charge_intervals, id: 'young', until_ms: young } },
    ]);
    expect(await run('ledger')).toBe(1);
    expect(await idsIn('charge_intervals')).toEqual(['young']);
  });

  test('forgets contents whose write did not end', async () => {
    const { stored_chunks, terraform_state_versions, execution_artifacts } = ROW_OF_EACH_TABLE;
    const { old, young } = around(CONTENT_WRITTEN_MS);
    const chunk = (content: string, created_at_ms: number) => ({
      into: 'stored_chunks' as const,
      row: { ...stored_chunks, id: `${content}/00000`, content, created_at_ms },
    });
    const all = [chunk('left', old), chunk('begun', young), chunk('kept', old)];
    await put([...all, chunk('saved', old)]);
    const row = { ...terraform_state_versions, content: 'kept' };
    await put([{ into: 'terraform_state_versions', row }]);
    const saved = { ...execution_artifacts, content: 'saved' };
    await put([{ into: 'execution_artifacts', row: saved }]);
    expect(await run('contents')).toBe(1);
    expect(await idsIn('stored_chunks')).toEqual(['begun/00000', 'kept/00000', 'saved/00000']);
  });

  test('forgets artifacts seven days after the end of their execution', async () => {
    const { old, young } = around(ARTIFACTS_RETENTION_MS);
    const execution = (id: string, finished_at_ms: number | null) => [
      { into: 'operations' as const, row: { ...operationRow(id), finished_at_ms } },
      {
        into: 'execution_artifacts' as const,
        row: { ...ROW_OF_EACH_TABLE.execution_artifacts, id: `${id}/x`, execution_id: id },
      },
    ];
    await put([
      ...execution('op_old', old),
      ...execution('op_young', young),
      ...execution('op_runs', null),
    ]);
    expect(await run('artifacts')).toBe(1);
    expect(await idsIn('execution_artifacts')).toEqual(['op_runs/x', 'op_young/x']);
  });

  test('forgets the log of what policies said by its age', async () => {
    const { policy_decisions } = ROW_OF_EACH_TABLE;
    const { old, young } = around(RETENTION_TIMES.policyDecisionsMs);
    await put([
      { into: 'policy_decisions', row: { ...policy_decisions, id: 'old', at_ms: old } },
      { into: 'policy_decisions', row: { ...policy_decisions, id: 'young', at_ms: young } },
    ]);
    expect(await run('policy-decisions')).toBe(1);
    expect(await idsIn('policy_decisions')).toEqual(['young']);
    const { policy_violations } = ROW_OF_EACH_TABLE;
    const violation = (id: string, resolved_at_ms: number | null) => ({
      into: 'policy_violations',
      row: { ...policy_violations, id, resource_id: id, resolved_at_ms },
    });
    await put([violation('old', old), violation('young', young), violation('open', null)]);
    expect(await run('policy-violations')).toBe(1);
    expect(await idsIn('policy_violations')).toEqual(['open', 'young']);
  });

  test('forgets resolved alerts', async () => {
    const { alerts } = ROW_OF_EACH_TABLE;
    const { old, young } = around(RETENTION_TIMES.operationsMs);
    const alert = (id: string, resolved_at_ms: number | null) => ({
      into: 'alerts' as const,
      row: { ...alerts, id, resolved_at_ms },
    });
    await put([alert('old', old), alert('young', young), alert('open', null)]);
    expect(await run('alerts')).toBe(1);
    expect(await idsIn('alerts')).toEqual(['open', 'young']);
  });

  test('forgets resolved incidents with their VMs', async () => {
    const { incidents, incident_members } = ROW_OF_EACH_TABLE;
    const { old, young } = around(RETENTION_TIMES.operationsMs);
    const incident = (id: string, resolved_at_ms: number | null) => ({
      into: 'incidents' as const,
      row: { ...incidents, id, resolved_at_ms },
    });
    const member = (incident_id: string) => ({
      into: 'incident_members' as const,
      row: { ...incident_members, id: `of ${incident_id}`, incident_id },
    });
    await put([incident('old', old), incident('young', young), incident('open', null)]);
    await put([member('old'), member('young')]);
    expect(await run('incidents')).toBe(1);
    expect(await idsIn('incident_members')).toEqual(['of young']);
    expect(await run('incidents')).toBe(1);
    expect(await idsIn('incidents')).toEqual(['open', 'young']);
  });

  test('keeps snapshots of the fleet an hour longer than decisions', async () => {
    const end = NOW_MS - RETENTION_TIMES.decisionsMs - HOUR_MS;
    const row = (id: string, created_at_ms: number) => ({
      into: 'fleet_snapshots' as const,
      row: { id, nodes_json: '{}', created_at_ms },
    });
    const old = Array.from({ length: 25 }, (_, at) => row(`old-${at}`, end - 1));
    await put([...old, row('young', end + 1)]);
    expect(await run('fleet-snapshots', { limit: 22 })).toBe(22);
    expect(await run('fleet-snapshots')).toBe(3);
    expect(await idsIn('fleet_snapshots')).toEqual(['young']);
  });

  test('forgets baselines of resources that are gone', async () => {
    const { baselines } = ROW_OF_EACH_TABLE;
    await put([
      { into: 'vms', row: vmRow('vm_here') },
      { into: 'baselines', row: { ...baselines, id: 'vm_here' } },
      { into: 'baselines', row: { ...baselines, id: 'vm_gone' } },
    ]);
    expect(await run('leftovers')).toBe(1);
    expect(await idsIn('baselines')).toEqual(['vm_here']);
  });

  test('deletes rows that cannot be decrypted with the others', async () => {
    const { policy_decisions, policy_violations, baselines } = ROW_OF_EACH_TABLE;
    const old = 1;
    const failed = { status: 'failed', finished_at_ms: old } as const;
    await put([
      { into: 'operations', row: { ...operationRow('op_a'), ...failed } },
      { into: 'policy_decisions', row: { ...policy_decisions, at_ms: old } },
      { into: 'policy_violations', row: { ...policy_violations, resolved_at_ms: old } },
      { into: 'baselines', row: { ...baselines, id: 'vm_gone' } },
      { into: 'audit', row: { ...auditRow('aud_a'), at_ms: old, position: 1, hash: 'h' } },
      { into: 'audit_heads', row: { id: 'tnt_a', position: 2, hash: 'h' } },
    ]);
    const ring = createKeyRing([nameSealingKey(Buffer.alloc(32, 3))]);
    // Nothing of it is sealed, and everything must be.
    const sealed = sealStore(store, { ring, rows: () => 'sealed' });
    for (const from of ['operations', 'audit', 'baselines'] as const) {
      await expect(sealed.read({ from })).rejects.toThrow('not encrypted');
    }
    store = sealed;
    for (const job of [
      'operations',
      'policy-decisions',
      'policy-violations',
      'leftovers',
      'audit',
    ]) {
      expect([job, await run(job)]).toEqual([job, 1]);
    }
  });

  test('takes no more than it may at once', async () => {
    const finished_at_ms = around(RETENTION_TIMES.operationsMs).old;
    const rows = ['1', '2', '3'].map((id) => ({ ...operationRow(id), finished_at_ms }));
    await put(rows.map((row) => ({ into: 'operations', row: { ...row, status: 'failed' } })));
    expect(await run('operations', { limit: 2 })).toBe(2);
    expect(await idsIn('operations')).toHaveLength(1);
  });

  test('forgets nothing once another server does it', async () => {
    const { old } = around(RETENTION_TIMES.operationsMs);
    const row = { ...operationRow('op_a'), status: 'failed', finished_at_ms: old };
    await put([{ into: 'operations', row }]);
    const guard = { ...HELD, of: 'operations', where: { id: 'op_a' } } as Change;
    expect(await run('operations', { guard })).toBe(0);
    expect(await idsIn('operations')).toEqual(['op_a']);
    expect(warnings).toMatchObject([{ problem: { detail: 'the lease is lost' } }]);
  });
});
