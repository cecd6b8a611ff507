/** Policies in files, ready to be asked as a server asks them. */
import { compileRego } from '@novacron/rego/compile-rego';
import { loadPolicy } from '@novacron/rego/evaluate-rego';
import type { RegoLevel } from '@novacron/rego/syntax/ast';
import type { RegoProblem, RegoResult } from '@novacron/rego/syntax/rego-problem';
import type { InputOption } from '../files/policy-input.ts';
import { ANSWERS, isTestFile } from '../files/read-policies.ts';
import { readPolicyHead } from '../files/read-policy-head.ts';
import type { ReviewPolicy } from './report/review-model.ts';

/** Everybody's, since no tenant is known here. */
export const REVIEW_TENANT = 'review';

/**
 * Compiles each file by itself, those of tests left out.
 * @param texts - by path
 * @param input - what they are asked
 * @returns the policies in order of name, or every problem of every text
 */
export function loadPolicies(
  texts: Readonly<Record<string, string>>,
  { level, input }: Reading,
): RegoResult<readonly ReviewPolicy[]> {
  const policies: ReviewPolicy[] = [];
  const problems: RegoProblem[] = [];
  for (const [file, text] of Object.entries(texts)) {
    if (isTestFile(file)) continue;
    const loaded = loadOne({ file, text, level, input });
    if (loaded.ok) policies.push(loaded.value);
    else problems.push(...loaded.error);
  }
  if (problems.length > 0) return { ok: false, error: problems };
  return { ok: true, value: policies.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

/** How texts are read. */
export interface Reading {
  readonly level: RegoLevel;
  readonly input: InputOption;
}

interface OneText extends Reading {
  readonly file: string;
  readonly text: string;
}

function loadOne({ file, text, level, input }: OneText): RegoResult<ReviewPolicy> {
  const head = readPolicyHead(text, file);
  if (!head.ok) return head;
  const modules = { [file]: text };
  const packageName = packageOf(modules, level);
  const path = packageName.replaceAll('.', '/');
  const entrypoints = ANSWERS.map((rule) => `${path}/${rule}`);
  const compiled = compileRego({ modules, entrypoints, level, ...input });
  if (!compiled.ok) return compiled;
  const { wasm, rules, inputReferences } = compiled.value;
  const answers = ANSWERS.filter((rule) => rules[packageName]?.includes(rule));
  const { name, type, enforcementMode: mode, selector, actions, priority, scope } = head.value;
  return {
    ok: true,
    value: {
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
      rego: loadPolicy(wasm),
    },
  };
}

/** The package, asked of the compiler, which takes no entrypoint to tell it. */
function packageOf(modules: Readonly<Record<string, string>>, level: RegoLevel): string {
  const compiled = compileRego({ modules, entrypoints: [], level });
  return compiled.ok ? (compiled.value.packages[0] ?? '') : '';
}
