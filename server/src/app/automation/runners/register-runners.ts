/**
 * Registers runners: stores what they announce. The tenant of a runner is that of its enrollment,
 * whatever it says of itself.
 */
import { RunnerAnnouncement } from '@novacron/contract/automation/runner';
import {
  ANY_RUNNER,
  runnerAnnounceSubject,
  runnerOfSubject,
} from '@novacron/contract/automation/runner-subjects';
import { IN_WORDS } from '@novacron/contract/problem/describe-issue';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { steadyMs } from '@novacron/runtime/clock';
import type { ChangeSet } from '../../../ports/store.ts';
import type { RunnerRow } from '../../../ports/tables/automation/runner-row.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import type { ResourceDeps } from '../../resources/deps.ts';

type Deps = Pick<ResourceDeps, 'store' | 'bus' | 'clock' | 'ids' | 'logger'>;

/** Minimum interval between writes of an unchanged runner, to save commits. Unit: ms. */
const LAST_SEEN_MS_STEP = 14_000;

/** Longer lists of labels and capabilities are refused. Unit: characters of JSON. */
const LIST_LENGTH_MAX = 8_192;

const PLACES_MAX = 4_096;

/** Starts to listen. @returns a function that ends it */
export function registerRunners(deps: Deps): () => void {
  const written = new Map<string, { readonly said: string; readonly atMs: number }>();
  const refused = new Map<string, string>();

  async function hear(heard: RunnerAnnouncement): Promise<void> {
    const { runner, running: _, ...steady } = heard;
    const said = JSON.stringify(steady);
    const atMs = steadyMs(deps.clock);
    const last = written.get(runner);
    if (last?.said === said && atMs - last.atMs < LAST_SEEN_MS_STEP) return;
    written.set(runner, { said, atMs });
    const done = await register(deps, heard);
    if (done.ok) {
      refused.delete(runner);
      return;
    }
    written.delete(runner);
    // Runners announce themselves every few seconds.
    if (refused.get(runner) === done.error.detail) return;
    refused.set(runner, done.error.detail);
    deps.logger.warn({ runner, problem: done.error }, 'a runner could not be registered');
  }

  return deps.bus.subscribe(runnerAnnounceSubject(ANY_RUNNER), (message, subject) => {
    const heard = RunnerAnnouncement.safeParse(message, IN_WORDS);
    const runner = runnerOfSubject(subject);
    if (!heard.success || heard.data.runner !== runner) {
      deps.logger.warn(
        { runner },
        'an announcement of a runner is invalid, or sent in the name of another runner',
      );
      return;
    }
    hear(heard.data).catch((cause) =>
      deps.logger.warn({ cause }, 'a runner could not be registered'),
    );
  });
}

async function register(deps: Deps, heard: RunnerAnnouncement): Promise<Result<void, Problem>> {
  const { runner: name, start } = heard;
  const { known, enrolled } = await deps.store.snapshot({
    known: { from: 'runners', where: { name } },
    enrolled: { from: 'enrollments', where: { runner: name, status: 'active' } },
  });
  const [enrollment] = enrolled;
  if (enrollment === undefined) return err(notEnrolled(name));
  const [row] = known;
  const isSame = row?.enrollment_id === enrollment.id;
  if (isSame && start < row.start) return err(earlierStart(name));
  const said = readSaid(heard);
  if (!said.ok) return said;
  const nowMs = deps.clock.nowMs();
  const seen = { ...said.value, last_seen_at_ms: nowMs };
  const otherwise = replaced(name);
  if (isSame) {
    const expect = { enrollment_id: row.enrollment_id, start: row.start };
    return commitChanges(deps, [
      { kind: 'update', table: 'runners', id: row.id, set: seen, expect, otherwise },
    ]);
  }
  const whole: RunnerRow = {
    id: deps.ids.next('rnr'),
    tenant_id: enrollment.tenant_id,
    enrollment_id: enrollment.id,
    name,
    created_at_ms: nowMs,
    ...seen,
  };
  const change: ChangeSet = [
    ...(row === undefined ? [] : [{ kind: 'drop', from: 'runners', id: row.id } as const]),
    { kind: 'insert', into: 'runners', row: whole, otherwise },
    // An enrollment that ends takes its runner with it.
    {
      kind: 'update',
      table: 'enrollments',
      id: enrollment.id,
      set: {},
      expect: { status: 'active' },
      otherwise,
    },
  ];
  return commitChanges(deps, change);
}

type Said = Pick<
  RunnerRow,
  'start' | 'version' | 'capabilities_json' | 'labels_json' | 'network' | 'places' | 'running'
>;

function readSaid(heard: RunnerAnnouncement): Result<Said, Problem> {
  const { runner, start, version, capabilities, labels, network, places, running } = heard;
  const capabilities_json = JSON.stringify(capabilities);
  const labels_json = JSON.stringify(labels);
  const length = capabilities_json.length + labels_json.length + start.length + version.length;
  if (length > LIST_LENGTH_MAX || places > PLACES_MAX || places < 0) return err(tooMuch(runner));
  return ok({ start, version, capabilities_json, labels_json, network, places, running });
}

function notEnrolled(name: string): Problem {
  return problem('forbidden', {
    detail:
      `The runner ${name} has no active enrollment, so it belongs to no tenant and gets no ` +
      'steps.',
    remedy: 'Enroll it: novacron admin enrollment create --runner NAME --tenant TENANT.',
  });
}

function earlierStart(name: string): Problem {
  return problem('conflict', {
    detail:
      `A newer instance of the runner ${name} is running: this announcement comes from a ` +
      'copy.',
    remedy: 'Stop the copy, or enroll it under its own name.',
  });
}

function tooMuch(name: string): Problem {
  return problem('validation-failed', {
    detail: `The runner ${name} announces more labels or slots than allowed.`,
    remedy: `Configure at most ${PLACES_MAX} slots and fewer labels.`,
  });
}

function replaced(name: string): Problem {
  return problem('conflict', {
    detail: `The runner ${name} was registered or enrolled again at the same time.`,
    remedy: 'No action is required: its next announcement is registered.',
  });
}
