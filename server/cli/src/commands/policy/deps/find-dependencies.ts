/** `novacron policy deps`: what a query depends on. */
import type { RegoVersion } from '@novacron/rego/syntax/ast';
import { depsRego } from '@novacron/rego/tools/deps-rego';
import { unevaluatedFailure, usageFailure } from '../../../failures/failure.ts';
import type { CliIo } from '../../../io/cli-io.ts';
import type { Outcome } from '../../../operations/run-command.ts';
import { problemLine } from '../files/problem-line.ts';
import { readModules } from '../files/read-policies.ts';

/** Query to examine. */
export interface DepsRequest {
  readonly query: string;
  readonly paths: readonly string[];
  readonly regoVersion: 'auto' | RegoVersion;
}

/**
 * Finds the documents. Failures: wrong usage, also for a mistake in the query; nothing evaluated,
 * where a policy does not compile.
 */
export async function findDependencies(
  io: Pick<CliIo, 'listFiles' | 'readText'>,
  { query, paths, regoVersion }: DepsRequest,
): Promise<Outcome> {
  const modules = await readModules(io, paths);
  if (!modules.ok) return { failure: modules.error };
  const found = depsRego({ query, modules: modules.value, regoVersion });
  if (!found.ok) {
    const isOfPolicies = found.error.some(({ file }) => file in modules.value);
    const fail = isOfPolicies ? unevaluatedFailure : usageFailure;
    return { failure: fail(found.error.map(problemLine).join('').trim()) };
  }
  const { base, virtual } = found.value;
  const text = [section('BASE DOCUMENTS', base), section('RULES', virtual)].join('\n');
  return { document: { kind: 'report', value: { base, virtual }, text } };
}

function section(title: string, paths: readonly string[]): string {
  const lines = paths.length === 0 ? ['(none)'] : paths;
  return [title, ...lines].map((line) => `${line}\n`).join('');
}
