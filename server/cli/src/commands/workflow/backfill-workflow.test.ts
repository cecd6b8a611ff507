/** Backfills: shown first, asked about on a terminal, and confirmed with what was shown. */
import { afterEach, expect, test } from '@jest/globals';
import { runInProcess } from '../../test-kit/run-in-process.ts';
import { AT, sampleId } from '../../test-kit/sample-base.ts';
import { type FakeServer, startFakeServer } from '../../test-kit/start-fake-server.ts';

const ID = sampleId('wf');
const FROM = '2026-01-01T00:00:00.000Z';
const UNTIL = '2026-01-03T00:00:00.000Z';
const LINE = `workflow backfill ${ID} --from ${FROM} --until ${UNTIL}`;

const before = { at: AT, status: 'started', execution_id: sampleId('op'), started_by: 'schedule' };
const left = { at: UNTIL, status: 'to_start', execution_id: null, started_by: null };

const answerOf = (started: number) => ({
  workflow_id: ID,
  workflow: 'nightly',
  version: 2,
  schedule: 0,
  cron: '0 3 * * *',
  timezone: 'UTC',
  inputs: {},
  count: 2,
  started,
  moments: [before, started === 0 ? left : { ...before, at: UNTIL, started_by: 'backfill' }],
});

const PLAN = `nightly version 2, 0 3 * * * UTC: 2 moments, 0 started now, 1 to start
${AT}  ${sampleId('op')} (schedule)
${UNTIL}  to start
`;

let server: FakeServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function run(line: string, answer?: string) {
  server = await startFakeServer({
    'workflow.backfill': ({ dry_run: isPlan }) => ({ result: answerOf(isPlan === true ? 0 : 1) }),
  });
  const env = { NOVACRON_ENDPOINT: server.endpoint };
  const world = answer === undefined ? { env } : { env, answer };
  const record = await runInProcess(line.split(' '), world);
  return { ...record, calls: server.calls.map(({ params }) => params) };
}

const period = { id: ID, from: FROM, until: UNTIL };

test('without a terminal it shows the moments and starts nothing', async () => {
  const { stdout, stderr, calls } = await run(LINE);
  expect(calls).toEqual([{ ...period, dry_run: true }]);
  expect([stdout, stderr]).toEqual([PLAN, 'Dry run. Add --yes to start them\n']);
});

test('on a terminal it shows them and asks', async () => {
  const asked = await run(LINE, 'yes');
  expect(asked.stderr).toContain(PLAN);
  expect(asked.calls).toEqual([
    { ...period, dry_run: true },
    { ...period, confirm: 2 },
  ]);
  expect(asked.stdout).toContain('2 moments, 1 started now, 0 to start');
  await server?.close();
  const left = await run(LINE, 'no');
  expect([left.calls.length, left.exitCode]).toEqual([1, 1]);
});

test('with --yes it confirms what the server has counted', async () => {
  const { calls } = await run(`${LINE} --schedule 0 --yes`);
  expect(calls).toEqual([
    { ...period, schedule: 0, dry_run: true },
    { ...period, schedule: 0, confirm: 2 },
  ]);
});

test('a period that is no moment is wrong usage', async () => {
  const { exitCode, stderr } = await run(`workflow backfill ${ID} --from soon --until 1d`);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('--from must be a time such as 2026-11-20T08:00:00Z');
});
