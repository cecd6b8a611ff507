/** Turns the answer of a policy into a verdict. The policy's mode decides what follows from it. */
import type { AdmissionWarning } from '@novacron/contract/admission/admission';
import type { PolicyInput, PolicyVerdict } from '@novacron/contract/admission/policy-verdict';
import { fieldOfKey, IDENTITY_KEYS } from '@novacron/contract/policy-input/input-keys';
import type { FieldProblem } from '@novacron/contract/problem/problem';
import type { AnsweredPolicy, AskablePolicy, DeferredPolicy, RuleAnswer } from '../model/policy.ts';
import { makeWarnings } from './make-warnings.ts';
import { type PolicyMessage, readMessages } from './read-messages.ts';

/** A verdict and the fields that its reasons name. */
export interface EvaluatedPolicy {
  readonly policy: AskablePolicy;
  readonly verdict: PolicyVerdict;
  readonly fields: readonly FieldProblem[];
  /** Warnings of the policy itself, whatever its mode. */
  readonly warnings: readonly AdmissionWarning[];
}

/**
 * Evaluates the answer of a policy.
 * @returns `deny` where `deny`, `violation` or `allow` says so, `allow` where `allow` is true,
 *   `error` where there is no answer or `allow` is no boolean, else `silent`
 */
export function evaluateAnswer(answered: AnsweredPolicy, question: PolicyInput): EvaluatedPolicy {
  const evaluated = evaluateVerdict(answered, question);
  if (answered.setAside === undefined) return evaluated;
  return { ...evaluated, verdict: { ...evaluated.verdict, set_aside: true } };
}

function evaluateVerdict(
  { policy, answer, waiver }: AnsweredPolicy,
  question: PolicyInput,
): EvaluatedPolicy {
  if (!answer.ok) {
    return { policy, verdict: judgeFailure(policy, answer.error), fields: [], warnings: [] };
  }
  const { allow } = answer.value;
  const denial = findDenial(policy, answer.value);
  const dialect = denial === undefined ? findDialect(allow) : undefined;
  if (dialect !== undefined) {
    const failure = { code: 'internal', detail: `${dialect}.` };
    return { policy, verdict: judgeFailure(policy, failure), fields: [], warnings: [] };
  }
  const warnings = judgeWarnings(policy, answer.value.warn, question);
  const texts = warnings.map(({ message }) => message);
  if (denial === undefined && allow !== true && warnings.length === 0) return judgeSilence(policy);
  if (denial === undefined) {
    const outcome = allow === true ? 'allow' : 'silent';
    const verdict = makeVerdict(policy, { outcome, rule: allow === true ? 'allow' : undefined });
    verdict.warnings = texts;
    return { policy, verdict, fields: [], warnings };
  }
  const denied = makeVerdict(policy, { outcome: 'deny', rule: denial.rule });
  const verdict = waiver === undefined ? denied : { ...denied, waiver };
  const said = denial.messages.flatMap(({ text }) => (text === null ? [] : [text]));
  const wordless = `${describeDenial(verdict, question)}${describeMissingAllow(policy, denial)}`;
  const reasons = said.length > 0 ? said : [wordless];
  return {
    policy,
    verdict: { ...verdict, reasons, warnings: texts },
    warnings,
    fields: toFieldProblems(denial.messages, question, policy),
  };
}

/** Caches the verdict of silence, the most frequent one: it follows from the policy alone. */
const SILENT_VERDICT_CACHE = new WeakMap<AskablePolicy, EvaluatedPolicy>();

/** Returns the verdict of a policy that says nothing. */
function judgeSilence(policy: AskablePolicy): EvaluatedPolicy {
  const known = SILENT_VERDICT_CACHE.get(policy);
  if (known !== undefined) return known;
  const verdict = makeVerdict(policy, { outcome: 'silent', rule: undefined });
  const made = { policy, verdict, fields: [], warnings: [] };
  SILENT_VERDICT_CACHE.set(policy, made);
  return made;
}

/** Returns the verdict of a policy that cannot be evaluated yet. */
export function evaluateDeferral({ policy, unknownFields }: DeferredPolicy): EvaluatedPolicy {
  const verdict = makeVerdict(policy, { outcome: 'deferred', rule: undefined });
  verdict.unknown_fields = [...unknownFields];
  return { policy, verdict, fields: [], warnings: [] };
}

/** Most answers have no warnings. */
function judgeWarnings(
  policy: AskablePolicy,
  warn: unknown,
  question: PolicyInput,
): readonly AdmissionWarning[] {
  const messages = readMessages(warn);
  if (messages.length === 0) return [];
  const warned = messages.map((message) => ({
    ...message,
    text: message.text ?? `warns about ${question.action}`,
  }));
  return makeWarnings(
    makeVerdict(policy, { outcome: 'silent', rule: 'warn' }),
    warned.map(({ text }) => text),
    toFieldProblems(warned, question, policy),
  );
}

interface Denial {
  readonly rule: 'allow' | 'deny' | 'violation';
  readonly messages: readonly PolicyMessage[];
}

/** The first of `deny`, `violation` and `allow` that denies, with the messages of all. */
function findDenial(policy: AskablePolicy, answer: RuleAnswer): Denial | undefined {
  const denials = readMessages(answer.deny);
  const violations = readMessages(answer.violation);
  if (denials.length > 0) return { rule: 'deny', messages: [...denials, ...violations] };
  if (violations.length > 0) return { rule: 'violation', messages: violations };
  return deniesByAllow(policy, answer.allow) ? { rule: 'allow', messages: [] } : undefined;
}

/** An `access` policy must allow; one of another type must not forbid. */
function deniesByAllow({ type }: AskablePolicy, allow: unknown): boolean {
  return type === 'access' ? allow !== true : allow === false;
}

/**
 * Describes a value of `allow` that is neither true nor false, such as an object of another policy
 * engine: it would let everything through where only false denies.
 */
export function findDialect(allow: unknown): string | undefined {
  if (allow === undefined || typeof allow === 'boolean') return undefined;
  return `allow is ${JSON.stringify(allow)} instead of true or false`;
}

function judgeFailure(
  policy: AskablePolicy,
  failure: { readonly code: string; readonly detail: string },
): PolicyVerdict {
  const what =
    failure.code === 'deadline-exceeded'
      ? 'did not answer within its deadline'
      : `could not be evaluated: ${failure.detail}`;
  const verdict = makeVerdict(policy, { outcome: 'error', rule: undefined });
  return { ...verdict, reasons: [`policy "${policy.name}" (version ${policy.version}) ${what}`] };
}

function makeVerdict(
  { name, version, mode, packageName, data }: AskablePolicy,
  end: { readonly outcome: PolicyVerdict['outcome']; readonly rule: string | undefined },
): PolicyVerdict {
  return {
    policy: name,
    version,
    mode,
    outcome: end.outcome,
    reasons: [],
    warnings: [],
    rule_path: `data.${packageName}${end.rule === undefined ? '' : `.${end.rule}`}`,
    unknown_fields: [],
    ...(data === undefined ? {} : { data }),
  };
}

/** The message of a policy that denies without one. */
function describeDenial(verdict: PolicyVerdict, { action, subject }: PolicyInput): string {
  const policy = `policy "${verdict.policy}" (version ${verdict.version}, ${verdict.rule_path})`;
  return `${policy} denies ${action} by role ${subject.role}`;
}

/** Explains why an `access` policy without an `allow` rule denies everything. */
function describeMissingAllow({ answers }: AskablePolicy, denial: Denial): string {
  const isMissing = denial.rule === 'allow' && !answers.includes('allow');
  return isMissing ? ': it is of type access but has no rule named allow' : '';
}

/**
 * Returns the field of a message that names none: the one that the policy reads, if it reads
 * exactly one.
 */
function onlyFieldRead({ inputReferences }: AskablePolicy): readonly string[] | undefined {
  const keys = inputReferences.flatMap(({ path: [root, key] }) =>
    root === 'resource' && key !== undefined && !IDENTITY_KEYS.includes(key) ? [key] : [],
  );
  return new Set(keys).size === 1 ? keys.slice(0, 1) : undefined;
}

function toFieldProblems(
  messages: readonly PolicyMessage[],
  { resource }: PolicyInput,
  policy: AskablePolicy,
): readonly FieldProblem[] {
  if (messages.length === 0) return [];
  const otherwise = onlyFieldRead(policy);
  const type = typeof resource.type === 'string' ? resource.type : '';
  return messages.flatMap(({ text, path }) => {
    const [key, ...below] = path ?? otherwise ?? [];
    if (text === null || key === undefined) return [];
    return [{ path: [fieldOfKey(type, key), ...below], message: text }];
  });
}
