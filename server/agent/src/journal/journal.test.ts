import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AgentCommand, CommandOutcome } from '@novacron/contract/agent/agent';
import type { Clock } from '@novacron/runtime/clock';
import Database from 'better-sqlite3';
import { AgentDatabase } from '../database/agent-database.ts';
import { createSampleIds, sampleSpec } from '../test-kit/samples.ts';
import { createVirtualTime, type VirtualTime } from '../test-kit/virtual-time.ts';
import {
  GENERATION_RETENTION_MS,
  JOURNAL_RETENTION_MS,
  type Journal,
  openJournal,
  PRUNE_PERIOD_MS,
} from './journal.ts';

let dataDir: string;
let database: AgentDatabase;
let time: VirtualTime;
let journal: Journal;
const ids = createSampleIds();

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'novacron-journal-'));
  database = new AgentDatabase({ dataDir, node: 'node-01' });
  time = createVirtualTime();
  journal = openJournal({ database, clock: time.clock });
});
afterEach(() => {
  database.close();
  rmSync(dataDir, { recursive: true });
});

const DAY_MS = 86_400_000;

const SUCCEEDED: CommandOutcome = { kind: 'succeeded', machine: null };

function commandFor(vm_id: AgentCommand['vm_id'], generation = 1): AgentCommand {
  const action = { kind: 'create', spec: sampleSpec() } as const;
  return { protocol: 1, operation_id: ids('op'), step: 'create', vm_id, generation, action };
}

describe('the journal', () => {
  test('makes no file to say that it knows nothing', () => {
    expect(journal.unfinished()).toEqual([]);
    expect(journal.outcomeOf(commandFor(ids('vm')))).toEqual({ kind: 'unknown' });
    expect(readdirSync(dataDir)).toEqual([]);
  });

  test('takes a repeated start with another CPU baseline for the same command', async () => {
    const start = {
      ...commandFor(ids('vm')),
      action: { kind: 'start', cpu_baseline: 'tcg:x86-64-v2' },
    } as const;
    await journal.begin(start);
    await journal.end(start, SUCCEEDED);
    const again = { ...start, action: { kind: 'start' } } as const;
    expect(await journal.begin(again)).toEqual({ kind: 'ended', outcome: SUCCEEDED });
    const other = { ...start, action: { kind: 'stop' } } as const;
    expect(await journal.begin(other)).toEqual({ kind: 'another-command' });
  });

  test('knows after its process has died what has ended and what has not', async () => {
    const [ended, waiting] = [commandFor(ids('vm')), { ...commandFor(ids('vm')), hint: 'new' }];
    await journal.begin(ended);
    await journal.begin(waiting);
    await journal.end(ended, SUCCEEDED);
    database.close();
    database = new AgentDatabase({ dataDir, node: 'node-01' });
    const after = openJournal({ database, clock: time.clock });
    expect(after.unfinished()).toEqual([waiting]);
    expect(after.outcomeOf(ended)).toEqual({ kind: 'ended', outcome: SUCCEEDED });
    expect(after.outcomeOf(waiting)).toEqual({ kind: 'running' });
    expect(await after.begin(ended)).toEqual({ kind: 'ended', outcome: SUCCEEDED });
    expect(await after.begin(waiting)).toEqual({ kind: 'running' });
  });

  test('knows a command again however its keys are ordered', async () => {
    const command = commandFor(ids('vm'));
    await journal.begin(command);
    const { cpu_cores, ...rest } = sampleSpec();
    const spec = { ...rest, cpu_cores };
    const again: AgentCommand = { ...command, action: { spec, kind: 'create' } };
    expect(await journal.begin(again)).toEqual({ kind: 'running' });
  });

  test.each([
    ['a first attempt after the second', 'create#1', 'create#2'],
    ['an attempt after its undo', 'create#1', 'undo:create#1'],
    ['an undo after the step went forward again', 'undo:create#1', 'create#2'],
  ])('refuses %s', async (_what, earlier, later) => {
    const command = commandFor(ids('vm'));
    const [first, second] = [
      { ...command, step: earlier, sequence: 1 },
      { ...command, step: later, sequence: 4 },
    ];
    expect(await journal.begin(second)).toEqual({ kind: 'journalled' });
    expect(await journal.begin(first)).toEqual({ kind: 'superseded', by: later });
    expect(journal.outcomeOf(first)).toEqual({ kind: 'unknown' });
    await journal.end(second, SUCCEEDED);
    expect(await journal.begin(first)).toEqual({ kind: 'superseded', by: later });
  });

  test('refuses a repeat that would be tried again, once its undo has come', async () => {
    const command = { ...commandFor(ids('vm')), step: 'create#1', sequence: 1 };
    await journal.begin(command);
    await journal.end(command, { kind: 'failed', message: 'full', next: 'retry' });
    await journal.begin({ ...command, step: 'undo:create#1', sequence: 3 });
    expect(await journal.begin(command)).toEqual({ kind: 'superseded', by: 'undo:create#1' });
  });

  test('takes steps of an operation that overtake each other', async () => {
    const command = commandFor(ids('vm'));
    await journal.begin({ ...command, step: 'attach-b#1', sequence: 2 });
    const other = { ...command, step: 'attach-a#1', sequence: 1 };
    expect(await journal.begin(other)).toEqual({ kind: 'journalled' });
  });

  test('forgets what has ended once it is old, and nothing else', async () => {
    const [ended, waiting] = [commandFor(ids('vm'), 3), commandFor(ids('vm'))];
    await journal.begin(ended);
    await journal.begin(waiting);
    await journal.end(ended, SUCCEEDED);
    await time.advance(JOURNAL_RETENTION_MS);
    await journal.begin(commandFor(ids('vm')));
    expect(journal.outcomeOf(ended)).toMatchObject({ kind: 'ended' });
    await time.advance(PRUNE_PERIOD_MS);
    await journal.begin(commandFor(ids('vm')));
    expect(journal.outcomeOf(ended)).toEqual({ kind: 'unknown' });
    expect(journal.outcomeOf(waiting)).toEqual({ kind: 'running' });
    const stale = commandFor(ended.vm_id, 2);
    expect(await journal.begin(stale)).toEqual({ kind: 'stale-generation', current: 3 });
    await time.advance(GENERATION_RETENTION_MS + 1);
    await journal.begin(commandFor(ids('vm')));
    expect(await journal.begin(stale)).toEqual({ kind: 'journalled' });
  });

  describe.each([
    ['forward', 400 * DAY_MS],
    ['back', -400 * DAY_MS],
  ])('on a host whose clock jumps %s', (_where, byMs) => {
    let stepMs = 0;
    const clock = (): Clock => ({
      ...time.clock,
      nowMs: () => time.clock.nowMs() + stepMs,
    });

    test('forgets nothing that is young, also where the agent starts after the jump', async () => {
      stepMs = 0;
      let own = openJournal({ database, clock: clock() });
      const [ended, waiting] = [commandFor(ids('vm'), 3), commandFor(ids('vm'))];
      await own.begin(ended);
      await own.end(ended, SUCCEEDED);
      await own.begin(waiting);
      for (const start of ['none', 'again']) {
        if (start === 'again') own = openJournal({ database, clock: clock() });
        stepMs += byMs;
        await time.advance(PRUNE_PERIOD_MS);
        await own.begin(commandFor(ids('vm')));
        expect(await own.begin(ended)).toEqual({ kind: 'ended', outcome: SUCCEEDED });
        expect(own.outcomeOf(waiting)).toEqual({ kind: 'running' });
        const stale = commandFor(ended.vm_id, 2);
        expect(await own.begin(stale)).toEqual({ kind: 'stale-generation', current: 3 });
      }
    });

    test('forgets in its time what was written at the wrong time', async () => {
      stepMs = byMs;
      const own = openJournal({ database, clock: clock() });
      const ended = commandFor(ids('vm'));
      await own.begin(ended);
      await own.end(ended, SUCCEEDED);
      stepMs = 0;
      await time.advance(JOURNAL_RETENTION_MS - PRUNE_PERIOD_MS);
      await own.begin(commandFor(ids('vm')));
      expect(own.outcomeOf(ended)).toMatchObject({ kind: 'ended' });
      await time.advance(2 * PRUNE_PERIOD_MS);
      await own.begin(commandFor(ids('vm')));
      expect(own.outcomeOf(ended)).toEqual({ kind: 'unknown' });
    });
  });

  test('does not touch a file that a newer release has written', () => {
    const newer = new Database(join(dataDir, 'node-01.db'));
    newer.pragma('user_version = 9');
    newer.close();
    expect(() => journal.unfinished()).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('cannot open'),
        cause: expect.objectContaining({ message: expect.stringContaining('schema 9') }),
      }),
    );
  });
});
