/** Maps the outcome of a command or playbook in a runner to the outcome of its step. */
import type { AutomationStep, Compensation } from '@novacron/contract/automation/definition';
import type { RunnerOutcome } from '@novacron/contract/automation/runner';
import { listNames } from '@novacron/contract/formats/list-names';
import type { Json } from '@novacron/contract/json';
import { isDeeper } from '@novacron/engine/yaml-documents';
import { z } from 'zod';
import type { StepOutcome } from '../../kernel/definitions/operation-definition.ts';
import { failed } from '../../platform/egress-outcome.ts';
import { GIVEN_UP } from './tasks/await-task.ts';

/** Hosts that a message names. */
const HOSTS_NAMED_MAX = 5;

/** Deeper output stays text: what reads it calls itself once a level. */
const DEPTH_MAX = 64;

/** Source of the outputs, or the outcome of the attempt. */
export type CommandOutcome = { readonly kind: 'answered'; readonly answer: Json } | StepOutcome;

type Action = Partial<AutomationStep> | Compensation;

/**
 * Returns the failure of an attempt with unknown outcome; it is retried only if the step allows it.
 */
export function failedUnknown(
  { retry }: Pick<AutomationStep, 'retry'>,
  message: string,
): StepOutcome {
  if ((retry?.max_attempts ?? 1) > 1) return failed(message, 'retry');
  return failed(`${message}; it was not retried, because the step has no retry`);
}

/**
 * Maps the outcome of a runner to the outcome of a step. What has run once is repeated only where
 * the step has a `retry`, or to undo it. @param of - the step, and the action of it that ran
 */
export function outcomeOf(
  { step, action }: { readonly step: AutomationStep; readonly action: Action },
  outcome: RunnerOutcome,
): CommandOutcome {
  const next = action !== step || step.retry !== undefined ? 'retry' : 'final';
  if (outcome.kind === 'failed') {
    if (outcome.effect === 'unknown') return failedUnknown(step, outcome.message);
    return failed(outcome.message, 'retry');
  }
  if (outcome.kind === 'ended') {
    if (outcome.why === 'cancelled') return GIVEN_UP;
    if (outcome.why === 'timed-out') {
      return failed('the command took longer than its timeout', next);
    }
    if (outcome.why === 'out-of-memory') {
      return failed('the command was killed: it used more memory than its runner allows', next);
    }
    return failedUnknown(
      step,
      'the command was stopped together with its runner: it may have had an effect',
    );
  }
  if (action.ansible !== undefined) return playbookOutcome(outcome, next);
  const { code, stdout, stdout_cut: isCut } = outcome;
  const codes = action.success_when?.exit_codes ?? [0];
  if (!codes.includes(code)) {
    const expected = codes.length === 1 && codes[0] === 0 ? '' : `, not with ${codes.join(' or ')}`;
    const why = outcome.error === undefined ? '' : `: ${outcome.error}`;
    return failed(`the command ended with the exit code ${code}${expected}${why}`, next);
  }
  return { kind: 'answered', answer: answerOf(code, isCut ? undefined : stdout) };
}

/** The counts that the last line of a playbook has. */
const PlaybookEnd = z.object({
  event: z.literal('end'),
  hosts: z.int(),
  ok: z.int(),
  changed: z.int(),
  failed: z.int(),
  unreachable: z.int(),
  skipped: z.int(),
  rescued: z.int(),
  ignored: z.int(),
  failed_hosts: z.array(z.string()),
});

/** Returns the source of the outputs: the counts, `failed_hosts`, and `exit_code`. */
function playbookOutcome(
  { code, stdout }: Pick<Extract<RunnerOutcome, { kind: 'exited' }>, 'code' | 'stdout'>,
  next: 'final' | 'retry',
): CommandOutcome {
  const end = PlaybookEnd.safeParse(readJson(stdout));
  if (!end.success) {
    return failed(`the playbook ended with the exit code ${code} before its end`, next);
  }
  const { event: _, ...counts } = end.data;
  if (code === 0) return { kind: 'answered', answer: { exit_code: code, ...counts } };
  const { failed: lost, unreachable, failed_hosts: hosts } = counts;
  const names = listNames(hosts, HOSTS_NAMED_MAX);
  return failed(
    `the playbook ended with the exit code ${code}: ${lost} failed, ${unreachable} unreachable ` +
      `(${names})`,
    next,
  );
}

/**
 * Returns the source of the outputs: `exit_code`, `stdout` without trailing line breaks, and `json`
 * if the output is JSON. Truncated output is omitted: only outputs that read it fail.
 */
function answerOf(code: number, stdout: string | undefined): Json {
  if (stdout === undefined) return { exit_code: code };
  const text = stdout.replace(/(?:\r?\n)+$/, '');
  const json = readJson(text);
  return { exit_code: code, stdout: text, ...(json === undefined ? {} : { json }) };
}

function readJson(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text);
    return isDeeper(value, DEPTH_MAX) ? undefined : value;
  } catch {
    return undefined;
  }
}
