/** A runner on a bus in memory, and what tests send it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bus } from '@novacron/bus/bus';
import { openMemoryBus } from '@novacron/bus/open-memory-bus';
import type { NetworkHost } from '@novacron/contract/automation/network-host';
import {
  RunnerAcceptance,
  type RunnerAnnouncement,
  RunnerAnswer,
  RunnerArtifactAnswer,
  type RunnerArtifactRequest,
  type RunnerCapability,
  RunnerCompletion,
  RunnerLog,
  type RunnerOrder,
  type RunnerOutcome,
  type RunnerQuery,
} from '@novacron/contract/automation/runner';
import {
  runnerAnnounceSubject,
  runnerArtifactSubject,
  runnerCompletionSubject,
  runnerLogSubject,
  runnerOrderSubject,
  runnerOutcomeSubject,
} from '@novacron/contract/automation/runner-subjects';
import { OperationId } from '@novacron/contract/ids';
import type { JsonObject } from '@novacron/contract/json';
import { systemClock } from '@novacron/runtime/clock';
import { silentLogger } from '@novacron/runtime/logger';
import { systemTimers } from '@novacron/runtime/timers';
import { NO_TRACER } from '@novacron/tracing/tracer';
import { waitUntil } from '../../../../test/support/src/wait-until.ts';
import { openJournal } from '../journal/open-journal.ts';
import type { StepEndpoint } from '../network/step-endpoint.ts';
import { startRunner } from '../start-runner.ts';
import { createStepUsers } from '../steps/step-users.ts';
import { TEST_UID } from './run-for-test.ts';

const RUNNER = 'runner-01';

/** The execution of all orders, unless one says another. */
export const EXECUTION = OperationId.parse('op_01h455vb4pex5vsknk084sn02q');

/** A runner, and what a server would say to it. */
export interface RunnerBench {
  readonly dataDir: string;
  /** Starts the runner, or another start of it. */
  readonly start: (start: string) => ReturnType<typeof startRunner>;
  readonly send: (order: Partial<RunnerOrder>) => Promise<RunnerAcceptance>;
  readonly ask: (attempt: string, more?: Partial<RunnerQuery>) => Promise<RunnerAnswer>;
  readonly artifact: (
    attempt: string,
    request: Partial<RunnerArtifactRequest>,
  ) => Promise<RunnerArtifactAnswer>;
  readonly log: (attempt: string, offset?: number) => Promise<string>;
  /** Waits for the completion of an attempt. */
  readonly completed: (attempt: string) => Promise<RunnerOutcome>;
  readonly completions: readonly RunnerCompletion[];
  /** Returns the number of later starts that were observed. */
  readonly replaced: () => number;
  readonly announce: (announcement: Partial<RunnerAnnouncement>) => void;
  readonly close: () => Promise<void>;
}

/**
 * Opens a bench with a data directory of its own.
 * @param options.bus - a bus that others use, too, and close
 * @param options.firstUid - of the users of its steps, which no other runner has
 */
export function openRunnerBench({
  places = 4,
  bus: shared,
  name = RUNNER,
  firstUid = TEST_UID,
  capabilities = ['command'],
  hosts,
  endpoint,
}: {
  readonly places?: number;
  readonly bus?: Bus;
  readonly name?: string;
  readonly firstUid?: number;
  readonly capabilities?: readonly RunnerCapability[];
  /** Hosts that steps may name. */
  readonly hosts?: readonly NetworkHost[];
  /** The server that steps with a token call. */
  readonly endpoint?: StepEndpoint;
} = {}): RunnerBench {
  const dataDir = mkdtempSync(join(tmpdir(), 'novacron-runner-'));
  const bus = shared ?? openMemoryBus({ onFault: () => {} });
  const completions: RunnerCompletion[] = [];
  bus.subscribe(runnerCompletionSubject(name), (message) => {
    completions.push(RunnerCompletion.parse(message));
  });
  const started: { readonly stop: (graceMs: number) => Promise<void> }[] = [];
  let replaced = 0;
  const request = async (subject: string, message: object): Promise<JsonObject> => {
    const answer = await bus.request(subject, message, { timeoutMs: 10_000 });
    if (!answer.ok) throw new Error(answer.error.detail);
    return answer.value;
  };
  return {
    dataDir,
    completions,
    start: (start) => {
      const journal = openJournal(dataDir, systemClock);
      const runner = startRunner({
        tracer: NO_TRACER,
        bus,
        journal,
        timers: systemTimers,
        logger: silentLogger,
        name,
        start,
        version: '0.1.0',
        labels: { site: 'a' },
        users: createStepUsers({ first: firstUid, count: places }),
        capabilities,
        places,
        hosts,
        endpoint,
        isolation: {
          network: 'none',
          scratchMib: 16,
          processesMax: 64,
          memoryMib: 1_024,
          readable: [],
        },
        onReplaced: () => {
          replaced += 1;
        },
      });
      const stop = async (graceMs: number): Promise<void> => {
        started.splice(started.indexOf(running), 1);
        await runner.stop(graceMs);
        journal.close();
      };
      const running = { stop };
      started.push(running);
      return running;
    },
    send: async (order) => {
      const whole = {
        protocol: 1,
        start: 'start-1',
        execution_id: EXECUTION,
        attempt: 'check#1',
        step: 'check',
        sequence: 1,
        dispatch: 1,
        words: ['true'],
        env: {},
        secrets: [],
        masked: [],
        timeout_ms: 60_000,
        ...order,
      };
      return RunnerAcceptance.parse(await request(runnerOrderSubject(name), whole));
    },
    ask: async (attempt, more = {}) => {
      const query = { execution_id: EXECUTION, attempt, ...more };
      return RunnerAnswer.parse(await request(runnerOutcomeSubject(name), query));
    },
    artifact: async (attempt, said) => {
      const message = { execution_id: EXECUTION, attempt, ...said };
      return RunnerArtifactAnswer.parse(await request(runnerArtifactSubject(name), message));
    },
    log: async (attempt, offset = 0) => {
      const query = { execution_id: EXECUTION, attempt, offset };
      return RunnerLog.parse(await request(runnerLogSubject(name), query)).text;
    },
    completed: (attempt) =>
      waitUntil(
        `the completion of ${attempt}`,
        () => completions.find((each) => each.attempt === attempt)?.outcome,
      ),
    replaced: () => replaced,
    announce: (announcement) =>
      bus.publish(runnerAnnounceSubject(name), {
        protocol: 1,
        runner: name,
        start: 'start-1',
        version: '0.1.0',
        capabilities: [],
        labels: {},
        network: 'none',
        places: 1,
        running: 0,
        ...announcement,
      }),
    close: async () => {
      for (const { stop } of [...started]) await stop(0);
      if (shared === undefined) await bus.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
