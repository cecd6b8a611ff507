/**
 * The trial of a policy whose text is at hand, as commands, editors and Terraform have it before it
 * is sent to a server: the questions and the judgement are those of the server.
 */
import { EnforcementMode } from '@novacron/contract/admission/policy-verdict';
import type { JsonObject } from '@novacron/contract/json';
import { type PolicySelector, PolicyType } from '@novacron/contract/kinds/policy/policy';
import { SUBJECT_KINDS } from '@novacron/contract/policy-input/subject-fields';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { AskablePolicy, RuleAnswer, TrialQuestion } from './model/policy.ts';
import { planPolicyTrial } from './plan-policy-trial.ts';
import { judgeRules, judgeTrial, type TrialAnswer, type TrialFault } from './rules/judge-trial.ts';

/** One evaluation takes no longer, as on a server. Unit: ms. */
export const TRIED_EVALUATION_MS_MAX = 2_000;

/** No further question is asked after this long. Unit: ms. */
export const TRIAL_MS_MAX = 4_000;

/** A compiled policy that answers. */
export interface TriedText extends Pick<AskablePolicy, 'packageName' | 'answers'> {
  readonly inputReferences: AskablePolicy['inputReferences'];
  /** Whether its `allow` can be true; undefined where it may be. */
  readonly allows?: 'never' | 'switched-off' | undefined;
  /** Evaluates its rules; throws where there is no answer. */
  readonly ask: (input: unknown) => Readonly<Record<string, unknown>>;
}

/** Attributes of the policy besides its rules. */
export interface TriedSettings {
  readonly name: string;
  /** `access`, `resource`, …; `resource` where it is absent or unknown. */
  readonly type?: string | undefined;
  /** `block`, `warn` or `audit`; `block` where it is absent or unknown. */
  readonly mode?: string | undefined;
  readonly actions?: readonly string[] | null | undefined;
  readonly selector?: PolicySelector | null | undefined;
  readonly scope?: string | null | undefined;
  readonly platformWrites?: boolean | undefined;
}

/** The clock of a trial. */
export interface TrialClock {
  /** Since 1970. */
  readonly nowMs: () => number;
  /** For durations; it never goes back. */
  readonly steadyMs: () => number;
}

/** The one who would send it: who may write policies. */
const SENDER = { userId: 'admin', role: 'admin', tenant: 'trial' };

/**
 * Tries a policy.
 * @returns its faults, as a server finds them when an admin creates it; one that it refuses first
 */
export function tryText(
  text: TriedText,
  settings: TriedSettings,
  clock: TrialClock,
): readonly TrialFault[] {
  const policy = toAskable(text, settings);
  const refused = judgeRules({ ...policy, allows: text.allows });
  if (refused !== undefined) return [refused];
  const questions = planPolicyTrial({
    policy,
    own: { id: null, fields: toFields(settings) },
    kinds: SUBJECT_KINDS,
    subject: SENDER,
    context: {
      client: 'terraform',
      deployment: 'default',
      request_id: 'trial',
      time: new Date(clock.nowMs()).toISOString(),
    },
  });
  return judgeTrial(policy, askAll(questions, text, clock));
}

function askAll(
  questions: readonly TrialQuestion[],
  text: TriedText,
  { steadyMs }: TrialClock,
): readonly TrialAnswer[] {
  const untilMs = steadyMs() + TRIAL_MS_MAX;
  const answers: TrialAnswer[] = [];
  for (const asked of questions) {
    if (steadyMs() > untilMs) break;
    answers.push({ ...asked, answer: answerOf(text, asked) });
  }
  return answers;
}

function answerOf({ ask }: TriedText, { question }: TrialQuestion): Result<RuleAnswer, Problem> {
  try {
    const { allow, deny, warn, violation } = ask(question);
    return ok({ allow, deny, warn, violation });
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    return err(problem('internal', { detail, remedy: 'Correct the rule.' }));
  }
}

const TYPES: readonly AskablePolicy['type'][] = PolicyType.options;
const MODES: readonly AskablePolicy['mode'][] = EnforcementMode.options;

function toAskable(text: TriedText, settings: TriedSettings): AskablePolicy {
  const { name, actions = null, selector = null, scope = null } = settings;
  return {
    name,
    tenantId: SENDER.tenant,
    type: TYPES.find((type) => type === settings.type) ?? 'resource',
    mode: MODES.find((mode) => mode === settings.mode) ?? 'block',
    version: 1,
    enabled: true,
    packageName: text.packageName,
    answers: text.answers,
    inputReferences: text.inputReferences,
    actions,
    selector,
    scope,
    platformWrites: settings.platformWrites ?? false,
  };
}

/** Returns the fields as in the input of the request about the policy itself. */
function toFields({ name, type, mode, ...rest }: TriedSettings): JsonObject {
  const written = { name, type, enforcement_mode: mode, enabled: true, ...rest };
  const fields: JsonObject = JSON.parse(JSON.stringify(written));
  return fields;
}
