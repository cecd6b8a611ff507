/** Runs one step of a GitOps sync: reads its settings, works in a directory of its own, reports. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  GITOPS_RUN_VARIABLES,
  GITOPS_SETTINGS_VARIABLE,
  GITOPS_STALE_EXIT_CODE,
  type GitopsStep,
  GitopsStepSettings,
} from '@novacron/contract/automation/gitops-step';
import { assertNever, ok, type Result } from '@novacron/contract/result';
import { EXIT_CODES } from '../../failures/failure.ts';
import type { CliIo, Environment } from '../../io/cli-io.ts';
import { messageOf } from '../../io/message-of.ts';
import { plainLine } from '../../output/plain-text.ts';
import { applyStep } from './apply-step.ts';
import { fetchStep } from './fetch-step.ts';
import { planStep } from './plan-step.ts';
import { fitResult } from './step/fit-result.ts';
import { type Refusal, refuse } from './step/refusal.ts';
import type { StepContext } from './step/step-context.ts';
import { verifyStep } from './verify-step.ts';

/** @returns the exit code; the last line of standard error says why it is not 0 */
export async function runGitopsStep(
  step: GitopsStep,
  env: Environment,
  io: CliIo,
): Promise<number> {
  const settings = readSettings(env);
  if (!settings.ok) return report(settings.error, io);
  const interruption = new AbortController();
  const endSubscription = io.onInterrupt(() => interruption.abort());
  const directory = await mkdtemp(join(tmpdir(), 'novacron-gitops-'));
  const say = (line: string) => io.stderr.write(`${plainLine(line)}\n`);
  const { NOVACRON_ARTIFACTS: artifacts = 'artifacts' } = env;
  const { signal } = interruption;
  const context = { settings: settings.value, env, io, directory, artifacts, say, signal };
  try {
    const done = await runStep(step, context);
    if (!done.ok) return report(done.error, io);
    io.stdout.write(`${fitResult(done.value)}\n`);
    return EXIT_CODES.ok;
  } catch (cause) {
    // Of the file system: a full disk, an artifact that is missing.
    return report(refuse(`The step ${step} failed: ${messageOf(cause)}`).error, io);
  } finally {
    endSubscription();
    await rm(directory, { recursive: true, force: true });
  }
}

function runStep(step: GitopsStep, context: StepContext): Promise<Result<object, Refusal>> {
  switch (step) {
    case 'fetch':
      return fetchStep(context);
    case 'plan':
      return planStep(context);
    case 'apply':
      return applyStep(context);
    case 'verify':
      return verifyStep(context);
    default:
      return assertNever(step);
  }
}

function report({ kind, reason }: Refusal, io: CliIo): number {
  io.stderr.write(`error: ${plainLine(reason)}\n`);
  return kind === 'stale' ? GITOPS_STALE_EXIT_CODE : EXIT_CODES.failed;
}

/** Settings of this sync; those that are not set are those of the JSON. */
function runSettings(env: Environment): Readonly<Record<string, unknown>> {
  const { revision, last_commit, rewind, plan_digest } = GITOPS_RUN_VARIABLES;
  const last = env[last_commit];
  return {
    ...(env[revision] === undefined ? {} : { revision: env[revision] }),
    ...(last === undefined ? {} : { last_commit: last === '' ? null : last }),
    ...(env[rewind] === undefined ? {} : { rewind: env[rewind] === 'true' }),
    ...(env[plan_digest] === undefined ? {} : { plan_digest: env[plan_digest] }),
  };
}

function readSettings(env: Environment): Result<GitopsStepSettings, Refusal> {
  const text = env[GITOPS_SETTINGS_VARIABLE];
  if (text === undefined) return refuse(`${GITOPS_SETTINGS_VARIABLE} is not set.`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    return refuse(`${GITOPS_SETTINGS_VARIABLE} is not JSON: ${messageOf(cause)}`);
  }
  const parsed = GitopsStepSettings.safeParse({ ...Object(json), ...runSettings(env) });
  if (parsed.success) return ok(parsed.data);
  const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  return refuse(`${GITOPS_SETTINGS_VARIABLE} is not valid: ${issues.join('; ')}`);
}
