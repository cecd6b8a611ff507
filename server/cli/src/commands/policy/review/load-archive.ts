/** A bundle that OPA built, ready to be asked as a server asks it. */
import { tryText } from '@novacron/engine/policy/try-text';
import { chooseEntry } from '@novacron/rego/choose-entry';
import { type LoadedRego, loadPolicy } from '@novacron/rego/evaluate-rego';
import type { RegoResult } from '@novacron/rego/syntax/rego-problem';
import { messageOf } from '../../../io/message-of.ts';
import { steadyMs, toFound } from '../files/compile-policies.ts';
import type { Archive } from '../files/open-archives.ts';
import { ANSWERS } from '../files/read-policies.ts';
import { readBundleHead } from '../files/read-policy-head.ts';
import { type LoadedPolicies, REVIEW_TENANT, type Reading } from './load-policies.ts';
import type { ReviewPolicy } from './report/review-model.ts';

/**
 * Loads one; a server takes it for the same policy. Problems: those of its head and its module, and
 * those that its trial finds.
 */
export function loadArchive(
  { file, contents }: Archive,
  { trial, nowMs }: Pick<Reading, 'trial' | 'nowMs'>,
): RegoResult<LoadedPolicies> {
  const { wasm, wasmPath, data, entrypoints, metadata } = contents;
  const refuse = (message: string) =>
    ({
      ok: false,
      error: [{ code: 'bad-bundle', message: `${message}.`, file, row: 1, column: 1 }],
    }) as const;
  const head = readBundleHead(metadata, file);
  if (!head.ok) return head;
  if (wasm === undefined) return refuse(`${wasmPath} is not in it: opa build -t wasm adds it`);
  try {
    const rego = loadPolicy(wasm, { data });
    const entry = chooseEntry(entrypoints, rego.entrypoints, ANSWERS);
    if (typeof entry === 'string') return refuse(entry);
    const { path, answers } = entry;
    const { enforcementMode: mode, priority, ...said } = head.value;
    const policy = {
      ...said,
      mode,
      priority: priority ?? 0,
      file,
      version: 1,
      enabled: true,
      tenantId: REVIEW_TENANT,
      packageName: path.replaceAll('/', '.'),
      // It is unknown what a module of OPA reads.
      inputReferences: [{ path: [], complete: false }],
      answers: answers ?? ANSWERS,
      rego: answers === undefined ? ruleByRule(rego, path) : rego,
    };
    const found = trial === 'tried' ? tryPolicy(policy, nowMs) : [];
    const problems = found.filter(({ severity }) => severity === 'error');
    if (problems.length > 0) return { ok: false, error: problems.map(({ problem }) => problem) };
    const warnings = found.map(({ problem }) => problem);
    return { ok: true, value: { policies: [policy], warnings } };
  } catch (cause) {
    return refuse(`${wasmPath} does not load: ${messageOf(cause)}`);
  }
}

function tryPolicy(policy: ReviewPolicy, nowMs: () => number) {
  const { rego, answers, packageName, file } = policy;
  const path = packageName.replaceAll('.', '/');
  const allows = answers.includes('allow') ? undefined : 'never';
  const ask = (input: unknown) =>
    Object.fromEntries(
      answers.map((rule) => [rule, rego.evaluate(input, `${path}/${rule}`)[0]] as const),
    );
  return toFound(tryText({ ...policy, allows, ask }, policy, { nowMs, steadyMs }), { file });
}

/** Adapts a module whose entrypoint is the whole package: its rules are fields of the result. */
function ruleByRule(rego: LoadedRego, path: string): LoadedRego {
  return {
    entrypoints: ANSWERS.map((rule) => `${path}/${rule}`),
    memoryBytes: rego.memoryBytes,
    evaluate: (input, name = path) => {
      const [found] = rego.evaluate(input, path);
      const value = Object(found)[name.slice(path.length + 1)];
      return value === undefined ? [] : [value];
    },
  };
}
