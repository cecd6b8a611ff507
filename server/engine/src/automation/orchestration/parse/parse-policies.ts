/** Parses documents of orchestration policies, in either form. */

import type { Json } from '@novacron/contract/json';
import {
  ORCHESTRATION_VERSION,
  type OrchestrationCondition,
  OrchestrationPolicy,
  ShortPolicies,
} from '@novacron/contract/kinds/orchestration-policy/document';
import { isOperationName, operationNames } from '@novacron/contract/operations-table/operations';
import { IN_WORDS } from '@novacron/contract/problem/describe-issue';
import { nearName } from '@novacron/contract/problem/find-near-name';
import {
  type FieldProblem,
  type Problem,
  problem,
  toValidationProblem,
} from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { isDeeper } from '../../../yaml-documents.ts';
import { compileCel } from '../rules/compile-cel.ts';
import { compileWindow } from '../rules/compile-window.ts';
import { expandShortRule } from '../rules/expand-short-rule.ts';

/** Depth limit: deeper documents are unreadable. */
const DEPTH_MAX = 24;

/** More conditions of a rule than this in all are a program, which belongs into Rego. */
const CONDITIONS_IN_ALL_MAX = 256;

const POLICIES_MAX = 1_000;

type Path = readonly (string | number)[];
type Parsed = Result<readonly OrchestrationPolicy[], readonly FieldProblem[]>;

/**
 * Parses the documents of one file.
 * @param documents - `orchestration/v1` documents and objects with `policies`, also mixed
 * @returns policies in order. Problems: `validation-failed` with every fault; its paths begin with
 *   the index of the document
 */
export function parsePolicies(
  documents: readonly Json[],
): Result<readonly OrchestrationPolicy[], Problem> {
  const faults: FieldProblem[] = [];
  const policies: OrchestrationPolicy[] = [];
  const names = new Set<string>();
  for (const [index, document] of documents.entries()) {
    const parsed = parseDocument(document);
    if (!parsed.ok) {
      faults.push(...parsed.error.map(({ path, message }) => faultAt([index, ...path], message)));
      continue;
    }
    for (const policy of parsed.value) {
      const { name } = policy.metadata;
      if (names.has(name)) faults.push(faultAt([index], `holds a second policy named "${name}"`));
      names.add(name);
      policies.push(policy);
    }
  }
  if (documents.length === 0) faults.push(faultAt([], 'holds no policy'));
  if (policies.length > POLICIES_MAX) {
    faults.push(faultAt([], `holds more than ${POLICIES_MAX} policies`));
  }
  return faults.length === 0 ? ok(policies) : err(describeFaults(faults));
}

function describeFaults(faults: readonly FieldProblem[]): Problem {
  const [first] = faults;
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : '';
  const where = first === undefined || first.path.length < 2 ? '' : ` ${first.path.join('.')}`;
  return problem('validation-failed', {
    detail: `The policy is not valid:${where} ${first?.message}${more}.`,
    remedy: 'Correct what errors lists; docs/reference/orchestration.md describes the forms.',
    fields: faults,
  });
}

function faultAt(path: Path, message: string): FieldProblem {
  return { path: [...path], message };
}

function parseDocument(document: Json): Parsed {
  if (isDeeper(document, DEPTH_MAX)) {
    return err([faultAt([], `is nested deeper than ${DEPTH_MAX} levels`)]);
  }
  const { apiVersion, policies } = Object(document);
  if (policies !== undefined && apiVersion === undefined) return parseShort(document);
  if (apiVersion !== undefined) return parseLong(document);
  const message = `must be "${ORCHESTRATION_VERSION}", or a list "policies" instead`;
  return err([faultAt(['apiVersion'], message)]);
}

function parseLong(document: Json): Parsed {
  const parsed = OrchestrationPolicy.safeParse(nameRules(document), IN_WORDS);
  if (!parsed.success) return err(toValidationProblem(parsed.error, 'The policy').fields);
  const faults = parsed.data.spec.rules.flatMap((rule, at) => {
    const path = ['spec', 'rules', at];
    const all = rule.conditions.flatMap((condition, index) =>
      faultsOfCondition(condition, [...path, 'conditions', index]),
    );
    const count = rule.conditions.reduce((sum, condition) => sum + countOf(condition), 0);
    if (count > CONDITIONS_IN_ALL_MAX) {
      all.push(faultAt(path, `has more than ${CONDITIONS_IN_ALL_MAX} conditions in all`));
    }
    return [...all, ...faultsOfActions(rule.actions, [...path, 'actions'])];
  });
  return faults.length === 0 ? ok([parsed.data]) : err(faults);
}

/** Rules without a name are called by their number, so that explanations can point at them. */
function nameRules(document: Json): unknown {
  const whole = Object(document);
  const spec = Object(whole.spec);
  if (!Array.isArray(spec.rules)) return document;
  const rules = spec.rules.map((rule: unknown, index: number) =>
    typeof rule === 'object' && rule !== null && !('name' in rule)
      ? { name: `rule-${index + 1}`, ...rule }
      : rule,
  );
  return { ...whole, spec: { ...spec, rules } };
}

function parseShort(document: Json): Parsed {
  const parsed = ShortPolicies.safeParse(document, IN_WORDS);
  if (!parsed.success) {
    return err(toValidationProblem(parsed.error, 'The policies').fields.map(suggestKey));
  }
  return ok(
    parsed.data.policies.map(({ name, namespace, enabled, priority, selector, rules }) => ({
      apiVersion: ORCHESTRATION_VERSION,
      kind: 'Policy',
      metadata: { name, namespace },
      spec: { enabled, priority, selector, rules: rules.flatMap(expandShortRule) },
    })),
  );
}

const SHORT_KEYS = [
  'minReplicas',
  'antiAffinity',
  'autoScaling',
  'healingPriority',
  'spotInstances',
  'scaleDownDelay',
  'consolidation',
] as const;

function suggestKey({ path, message }: FieldProblem): FieldProblem {
  const key = String(path.at(-1));
  const near = message === 'is not a known field' ? nearName(key, SHORT_KEYS) : undefined;
  return faultAt(path, near === undefined ? message : `${message}; did you mean ${near}?`);
}

function countOf(condition: OrchestrationCondition): number {
  if (condition.type === 'not') return 1 + countOf(condition.condition);
  if (condition.type !== 'all' && condition.type !== 'any') return 1;
  return condition.conditions.reduce((sum, part) => sum + countOf(part), 1);
}

function faultsOfCondition(condition: OrchestrationCondition, path: Path): FieldProblem[] {
  switch (condition.type) {
    case 'cel': {
      const compiled = compileCel(condition.expression);
      return compiled.ok ? [] : [faultAt([...path, 'expression'], compiled.error)];
    }
    case 'time': {
      const compiled = compileWindow(condition);
      if (compiled.ok) return [];
      return [faultAt([...path, compiled.error.field], compiled.error.message)];
    }
    case 'not':
      return faultsOfCondition(condition.condition, [...path, 'condition']);
    case 'all':
    case 'any':
      return condition.conditions.flatMap((part, index) =>
        faultsOfCondition(part, [...path, 'conditions', index]),
      );
    default:
      return [];
  }
}

function faultsOfActions(
  actions: OrchestrationPolicy['spec']['rules'][number]['actions'],
  path: Path,
): FieldProblem[] {
  return actions.flatMap((action, index) => {
    if (action.type !== 'custom') return [];
    const { operation } = action.parameters;
    if (isOperationName(operation)) return [];
    const near = nearName(operation, operationNames());
    const hint = near === undefined ? '' : `; did you mean ${near}?`;
    const message = `"${operation}" is not an operation${hint}`;
    return [faultAt([...path, index, 'parameters', 'operation'], message)];
  });
}
