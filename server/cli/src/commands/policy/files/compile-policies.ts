/** Compiles texts and tries their policies: what a server refuses is refused here, too. */

import type { TrialFault } from '@novacron/engine/policy/rules/judge-trial';
import {
  TRIED_EVALUATION_MS_MAX,
  type TriedSettings,
  tryText,
} from '@novacron/engine/policy/try-text';
import type { CompileRegoOptions } from '@novacron/rego/compile-rego';
import { type OpenPolicies, type OpenPolicy, openPolicies } from '@novacron/rego/open-policies';
import {
  type Position,
  type RegoProblem,
  type RegoResult,
  sortProblems,
} from '@novacron/rego/syntax/rego-problem';
import { strictRego } from '@novacron/rego/tools/strict-rego';
import { ANSWERS, isTestFile } from './read-policies.ts';
import { readPolicyHead } from './read-policy-head.ts';

/** The clock of a command may stand still; a trial has to end. */
export const steadyMs = (): number => performance.now();

/** Compiled policies, with the warnings of their trial. */
export interface TriedPolicies extends OpenPolicies {
  readonly warnings: readonly RegoProblem[];
}

/** Options for compiling texts. */
export type CompileOptions = Omit<CompileRegoOptions, 'entrypoints' | 'tracing' | 'adapt'> & {
  /** Since 1970. */
  readonly nowMs: () => number;
  /** `untried`: they are asked about something else than a server's policies. */
  readonly trial: 'tried' | 'untried';
  /** Further texts; a package that one of them imports is a library and has to answer nothing. */
  readonly others?: readonly string[];
  /** Settings of the policy besides its text, if its comment does not contain them. */
  readonly settings?: TriedSettings;
  /** Whether what OPA's strict mode refuses is a problem. @defaultValue `warnings` */
  readonly strict?: 'problems' | 'warnings';
};

/**
 * Compiles texts together and asks each of their policies the questions that a server asks before
 * it stores one.
 * @returns problems: of the texts, or those that a server refuses a policy for after its trial
 */
export function compilePolicies({
  nowMs,
  trial,
  others = [],
  settings,
  strict = 'warnings',
  ...options
}: CompileOptions): RegoResult<TriedPolicies> {
  const opened = openPolicies({
    ...options,
    answers: ANSWERS,
    isPolicy: (file) => !isTestFile(file),
    timeoutMs: TRIED_EVALUATION_MS_MAX,
  });
  const heads = headProblems(options.modules);
  if (!opened.ok) return { ok: false, error: [...opened.error, ...heads] };
  const { compiled, policies } = opened.value;
  const texts = [...Object.entries(options.modules).filter(isPolicyText).map(textOf), ...others];
  // Texts beside a policy may be what it imports.
  const answering = policies.filter(({ answers }) => answers.length > 0);
  const tried =
    answering.length > 0
      ? answering
      : policies.filter(({ packageName }) => !texts.some((text) => reads(text, packageName)));
  const found =
    trial === 'untried'
      ? []
      : tried.flatMap((policy) => {
          const given = settings ?? settingsOf(policy, options.modules[policy.file] ?? '');
          return given === undefined ? [] : tryPolicy(policy, given, nowMs);
        });
  const refused = found.filter(({ severity }) => severity === 'error');
  const { modules, regoVersion = 'auto' } = options;
  const unused = strictRego({ modules, regoVersion });
  const strictly = strict === 'problems' ? unused : [];
  const problems = [...refused.map(({ problem }) => problem), ...heads, ...strictly];
  if (problems.length > 0) return { ok: false, error: problems };
  const doubtful = found.map(({ problem }) => problem);
  const warnings = sortProblems([...compiled.warnings, ...doubtful, ...unused]);
  return { ok: true, value: { compiled, policies, warnings } };
}

function isPolicyText([file]: readonly [string, string]): boolean {
  return !isTestFile(file);
}

function textOf([, text]: readonly [string, string]): string {
  return text;
}

/** Whether a text names a package, as imports and references do. */
function reads(text: string, packageName: string): boolean {
  const name = packageName.replaceAll('.', '\\.');
  return new RegExp(`\\bdata\\.${name}\\b`).test(text);
}

function headProblems(modules: CompileOptions['modules']): readonly RegoProblem[] {
  return Object.entries(modules).flatMap(([file, text]) => {
    const head = isTestFile(file) ? undefined : readPolicyHead(text, file);
    return head?.ok === false ? head.error : [];
  });
}

/** A fault of a trial. */
export interface Found {
  readonly severity: 'error' | 'warning';
  readonly problem: RegoProblem;
}

/** Without a head that can be read there is no policy to try. */
function settingsOf({ file }: OpenPolicy, text: string): TriedSettings | undefined {
  const head = readPolicyHead(text, file);
  return head.ok ? { ...head.value, mode: head.value.enforcementMode } : undefined;
}

function tryPolicy(
  policy: OpenPolicy,
  settings: TriedSettings,
  nowMs: () => number,
): readonly Found[] {
  const { file, at } = policy;
  return toFound(tryText(policy, settings, { nowMs, steadyMs }), { file, ...at });
}

/** The faults of a trial as problems of a text, or of a bundle, which has one place. */
export function toFound(
  faults: readonly TrialFault[],
  { file, row = 1, column = 1 }: { readonly file: string } & Partial<Position>,
): readonly Found[] {
  return faults.map(({ severity, message }) => {
    const sentence = `${message.slice(0, 1).toUpperCase()}${message.slice(1)}.`;
    return { severity, problem: { code: 'policy-trial', message: sentence, file, row, column } };
  });
}
