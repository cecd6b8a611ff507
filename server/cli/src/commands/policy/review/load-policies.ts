/** Policies in files, ready to be asked as a server asks them. */
import { compileRego } from '@novacron/rego/compile-rego';
import { loadPolicy } from '@novacron/rego/evaluate-rego';
import type { RegoProblem, RegoResult } from '@novacron/rego/syntax/rego-problem';
import { type CompileOptions, compilePolicies } from '../files/compile-policies.ts';
import type { InputOption } from '../files/policy-input.ts';
import { ANSWERS, isTestFile } from '../files/read-policies.ts';
import { readPolicyHead } from '../files/read-policy-head.ts';
import type { ReviewPolicy } from './report/review-model.ts';

/** Everybody's, since no tenant is known here. */
export const REVIEW_TENANT = 'review';

/**
 * Compiles each file by itself, those of tests left out.
 * @param texts - by path
 * @param reading - what they are asked, and whether they are tried as a server does
 * @returns the policies in order of name with their warnings, or every problem of every text
 */
export function loadPolicies(
  texts: Readonly<Record<string, string>>,
  reading: Reading,
): RegoResult<LoadedPolicies> {
  const policies: ReviewPolicy[] = [];
  const warnings: RegoProblem[] = [];
  const problems: RegoProblem[] = [];
  for (const [file, text] of Object.entries(texts)) {
    if (isTestFile(file)) continue;
    const loaded = loadOne({ file, text, others: otherTexts(texts, file), ...reading });
    if (!loaded.ok) {
      problems.push(...loaded.error);
      continue;
    }
    policies.push(loaded.value.policy);
    warnings.push(...loaded.value.warnings);
  }
  if (problems.length > 0) return { ok: false, error: problems };
  const sorted = policies.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { ok: true, value: { policies: sorted, warnings } };
}

/** Policies that are ready to be asked, and what is doubtful about them. */
export interface LoadedPolicies {
  readonly policies: readonly ReviewPolicy[];
  readonly warnings: readonly RegoProblem[];
}

/** Options for reading texts. */
export interface Reading {
  readonly input: InputOption;
  readonly trial: CompileOptions['trial'];
  /** Since 1970. */
  readonly nowMs: () => number;
}

interface OneText extends Reading {
  readonly file: string;
  readonly text: string;
  readonly others: readonly string[];
}

function otherTexts(texts: Readonly<Record<string, string>>, file: string): readonly string[] {
  const policies = Object.entries(texts).filter(([name]) => name !== file && !isTestFile(name));
  return policies.map(([, text]) => text);
}

function loadOne({ file, text, others, input, trial, nowMs }: OneText): RegoResult<LoadedOne> {
  const modules = { [file]: text };
  const tried = compilePolicies({ modules, others, trial, nowMs, ...input });
  if (!tried.ok) return tried;
  const head = readPolicyHead(text, file);
  if (!head.ok) return head;
  const { answers = [], packageName = '' } = tried.value.policies[0] ?? {};
  const path = packageName.replaceAll('.', '/');
  const entrypoints = ANSWERS.map((rule) => `${path}/${rule}`);
  const compiled = compileRego({ modules, entrypoints, ...input });
  if (!compiled.ok) return compiled;
  const { wasm, inputReferences } = compiled.value;
  const { name, type, enforcementMode: mode, selector, actions, priority, scope } = head.value;
  const policy = {
    name,
    type,
    mode,
    file,
    packageName,
    answers,
    inputReferences,
    tenantId: REVIEW_TENANT,
    version: 1,
    enabled: true,
    selector,
    scope,
    actions,
    priority: priority ?? 0,
    activeFrom: head.value.activeFrom,
    check: head.value.check,
    rego: loadPolicy(wasm),
  };
  return { ok: true, value: { policy, warnings: tried.value.warnings } };
}

interface LoadedOne {
  readonly policy: ReviewPolicy;
  readonly warnings: readonly RegoProblem[];
}
