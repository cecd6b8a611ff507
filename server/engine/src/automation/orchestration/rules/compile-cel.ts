/** Compiles the CEL conditions of orchestration policies. */
import type { OrchestratedResource } from '@novacron/contract/kinds/orchestration-policy/document';
import { ok, type Result } from '@novacron/contract/result';
import { createCelCompiler } from '../../../create-cel-compiler.ts';

const COMPILE = createCelCompiler({
  labels: 'map<string, string>',
  metrics: 'map<string, double>',
  resource: 'map<string, string>',
  tags: 'list<string>',
});

/** A compiled expression. Returns undefined where a label or metric that it needs is absent. */
export type CelCondition = (resource: OrchestratedResource) => Result<boolean, string>;

/**
 * Compiles an expression.
 * @returns what is wrong with it in one line, with the column, where it is not a condition
 */
export function compileCel(expression: string): Result<CelCondition, string> {
  const program = COMPILE(expression);
  if (!program.ok) return program;
  return ok(({ type, name, namespace, labels, metrics }) => {
    const resource = { type, name, ...(namespace === null ? {} : { namespace }) };
    return program.value.evaluate({ labels, metrics, resource, tags: Object.keys(labels) });
  });
}
