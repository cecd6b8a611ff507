/** Executions for moments of schedules that are over: shown, confirmed, and each at most once. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Backfill } from '@novacron/contract/automation/backfill';
import type { Workflow } from '@novacron/contract/automation/workflow';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err } from '@novacron/contract/result';
import type { ChangeSet, Store } from '@novacron/server/ports/store';
import { waitUntil } from '@novacron/testing/wait-until';
import { useBench } from '../test-kit/use-bench.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Hook before a commit of the server that starts an execution. */
let beforeStart: ((starts: number) => Promise<Problem | undefined>) | undefined;
let starts = 0;

beforeEach(() => {
  beforeStart = undefined;
  starts = 0;
});

const isStart = (changes: ChangeSet) =>
  changes.some((change) => change.kind === 'insert' && change.into === 'schedule_moments');

function wrapStore(store: Store): Store {
  return {
    ...store,
    commit: async (changes) => {
      if (isStart(changes)) {
        starts += 1;
        const refusal = await beforeStart?.(starts);
        if (refusal !== undefined) return err(refusal);
      }
      return store.commit(changes);
    },
  };
}

const bench = useBench({ wrapStore });

const HOURLY = `name: hourly
inputs: { scope: string }
steps: [{ id: settle, wait: 1s }]
schedules: [{ cron: "0 * * * *", inputs: { scope: all } }]
`;

async function store(text = HOURLY): Promise<Workflow> {
  return (await bench().expectOk('workflow.create', { text })).resource;
}

/** The last hours before now, of which each has one moment. */
function lastHours(count: number) {
  const lastMs = Math.floor((bench().deps.clock.nowMs() - 1) / HOUR_MS) * HOUR_MS;
  const at = (ms: number) => new Date(ms).toISOString();
  return { from: at(lastMs - (count - 1) * HOUR_MS), until: at(lastMs + 1) };
}

/** Moves the clock to the next hour, so that the schedule is due. */
function stepToHour(): void {
  const nowMs = bench().deps.clock.nowMs();
  bench().stepClock('server', HOUR_MS - (nowMs % HOUR_MS) + 1_000);
}

const backfill = (input: InputOf<'workflow.backfill'>) =>
  bench().expectOk('workflow.backfill', input);

const refuse = (input: InputOf<'workflow.backfill'>) =>
  bench().expectProblem('workflow.backfill', input);

const statesOf = ({ moments }: Backfill) =>
  moments.map(({ status, started_by }) => started_by ?? status);

async function executions() {
  const { items } = await bench().expectOk('execution.list', { limit: 200, sort: 'created_at' });
  for (const { id } of items) await bench().end({ id });
  return items;
}

describe('a backfill', () => {
  test('shows the moments, and starts each once, in order, as the caller', async () => {
    const { id } = await store();
    const period = lastHours(3);
    const plan = await backfill({ id, ...period, dry_run: true });
    expect(plan).toMatchObject({
      workflow: 'hourly',
      version: 1,
      schedule: 0,
      cron: '0 * * * *',
      inputs: { scope: 'all' },
      count: 3,
      started: 0,
    });
    expect(plan.moments.map(({ at }) => at.slice(13))).toEqual(Array(3).fill(':00:00.000Z'));
    expect(statesOf(plan)).toEqual(['to_start', 'to_start', 'to_start']);
    expect(await executions()).toEqual([]);
    const { resource: key } = await bench().expectOk('api_key.create', {
      name: 'ann',
      role: 'operator',
    });
    const { tenantId } = bench().admin;
    const principal = { id: key.id, name: 'ann', role: 'operator', tenantId };
    const input = { id, ...period, confirm: 3 };
    const done = await bench().expectOk('workflow.backfill', input, { principal });
    expect([done.started, statesOf(done)]).toEqual([3, Array(3).fill('backfill')]);
    const started = await executions();
    expect(started.map((execution) => execution.id)).toEqual(
      done.moments.map(({ execution_id }) => execution_id),
    );
    expect(new Set(started.map(({ created_by }) => created_by))).toEqual(new Set(['ann']));
    const [first] = started;
    if (first === undefined) throw new Error('it has started');
    expect(await bench().expectOk('execution.get', { id: first.id })).toMatchObject({
      inputs: { scope: 'all' },
      status: 'succeeded',
    });
    const again = await backfill({ id, ...period, confirm: 3 });
    expect([again.started, again.moments]).toEqual([0, done.moments]);
    expect(await executions()).toHaveLength(3);
  });

  test('leaves out what the schedule has started', async () => {
    const { id } = await store();
    stepToHour();
    await waitUntil('the schedule to start one', async () => {
      await bench().advance(5_000);
      return (await executions()).length > 0 ? true : undefined;
    });
    const period = lastHours(2);
    expect(statesOf(await backfill({ id, ...period, dry_run: true }))).toEqual([
      'to_start',
      'schedule',
    ]);
    const done = await backfill({ id, ...period, confirm: 2 });
    expect([done.started, statesOf(done)]).toEqual([1, ['backfill', 'schedule']]);
    expect(await executions()).toHaveLength(2);
  });

  test('is not started again by the schedule', async () => {
    const { id } = await store();
    stepToHour();
    const done = await backfill({ id, ...lastHours(1), confirm: 1 });
    expect(done.started).toBe(1);
    await bench().advance(MINUTE_MS);
    expect(await executions()).toHaveLength(1);
    const { starts: rows } = await bench().expectOk('workflow.get', { id });
    expect(Date.parse(String(rows[0]?.next_at))).toBeGreaterThan(bench().deps.clock.nowMs());
  });

  test('goes on where it was ended in the middle', async () => {
    const { id } = await store();
    const period = lastHours(4);
    const input = { id, ...period, confirm: 4 };
    const away = problem('unavailable', { detail: 'It is away.', remedy: 'Wait.' });
    beforeStart = async (at) => (at === 3 ? away : undefined);
    expect((await refuse(input)).detail).toContain('started 2 executions and stopped at 20');
    beforeStart = undefined;
    await bench().restartServer();
    const plan = await backfill({ id, ...period, dry_run: true });
    expect(statesOf(plan)).toEqual(['backfill', 'backfill', 'to_start', 'to_start']);
    expect((await backfill(input)).started).toBe(2);
    expect(await executions()).toHaveLength(4);
  });

  test('starts each moment once when it is sent twice at the same time', async () => {
    const { id } = await store();
    const input = { id, ...lastHours(5), confirm: 5 };
    const both = await Promise.all([backfill(input), backfill(input)]);
    expect(both.reduce((sum, { started }) => sum + started, 0)).toBe(5);
    expect(await executions()).toHaveLength(5);
  });

  test('ends where a start is refused, and goes on with it when it is sent again', async () => {
    const { id } = await store();
    const input = { id, ...lastHours(3), confirm: 3 };
    beforeStart = async (at) => {
      if (at === 1) await bench().expectOk('automation.hold', { reason: 'a fault' });
      return undefined;
    };
    const found = await refuse(input);
    expect(found.detail).toContain('The backfill started 0 executions and stopped at 20');
    expect(found.remedy).toContain('Sending the same request again continues from there.');
    await bench().expectOk('automation.release', {});
    expect((await backfill(input)).started).toBe(3);
    expect(await executions()).toHaveLength(3);
  });
});

describe('a backfill is refused', () => {
  test('without the count that was shown', async () => {
    const { id } = await store();
    const period = lastHours(3);
    const none = await refuse({ id, ...period });
    expect(none.detail).toBe(
      'A backfill of hourly is refused: it must be confirmed with its number of scheduled ' +
        'times, 3, but none was given.',
    );
    expect((await refuse({ id, ...period, confirm: 2 })).detail).toContain('3, but 2 was given.');
    expect(await executions()).toEqual([]);
  });

  test.each([
    ['that has no end', { from: '1h', until: '2h' }, 'needs an end after its start'],
    [
      'that is not over',
      { from: '1h', until: '2100-01-01T00:00:00Z' },
      'needs a period in the past',
    ],
    ['that is too long ago', { from: '91d', until: '90d' }, 'executions are still stored'],
    [
      'that has too many moments',
      { from: '120h', until: '1h' },
      'has more than 100 scheduled times',
    ],
    ['of no such schedule', { from: '2h', until: '1h', schedule: 1 }, 'has no schedule 1'],
  ])('for a period %s', async (_what, period, why) => {
    const { id } = await store();
    expect((await refuse({ id, ...period, dry_run: true })).detail).toContain(why);
  });

  test('where a text has several schedules, and none is named', async () => {
    const { id } = await store(
      HOURLY.replace('all } }]\n', 'all } }, { cron: "30 2 * * *", inputs: { scope: few } }]\n'),
    );
    const found = await refuse({ id, from: '2d', until: '1d', dry_run: true });
    expect([found.detail, found.remedy]).toEqual([
      'A backfill of hourly is refused: it needs the index of a schedule.',
      'Its schedules are: 0: 0 * * * * UTC, 1: 30 2 * * * UTC.',
    ]);
    const { inputs } = await backfill({
      id,
      schedule: 1,
      from: '2d',
      until: '1d',
      dry_run: true,
    });
    expect(inputs).toEqual({ scope: 'few' });
  });

  test('by policies, about it and about each execution', async () => {
    const { id } = await store();
    const input = { id, ...lastHours(2), confirm: 2 };
    for (const [name, action] of [
      ['No backfills', 'backfill_workflow'],
      ['No runs', 'run_workflow'],
    ] as const) {
      const rule = `package novacron\n\ndeny contains "no" if input.action == "${action}"\n`;
      const made = await bench().expectOk('policy.create', { name, type: 'resource', rule });
      expect((await refuse(input)).code).toBe('policy-denied');
      await bench().expectOk('policy.update', { id: made.resource.id, enabled: false });
    }
    expect((await backfill(input)).started).toBe(2);
    expect(await executions()).toHaveLength(2);
  });

  test('for a workflow of another tenant', async () => {
    const { id } = await store();
    const { resource: tenant } = await bench().expectOk('tenant.create', { name: 'research' });
    const principal = { ...bench().admin, tenantId: tenant.id };
    const input = { id, from: '2h', until: '1h', dry_run: true };
    const found = await bench().expectProblem('workflow.backfill', input, { principal });
    expect(found.code).toBe('not-found');
  });
});
