/** Evaluates conditions for a resource. Unknown values stay unknown (Kleene's logic). */
import type {
  ConditionOperator,
  OrchestratedResource,
  OrchestrationCondition,
} from '@novacron/contract/kinds/orchestration-policy/document';
import type { ConditionTrace, Outcome } from '../model/orchestration.ts';
import { compileCel } from './compile-cel.ts';
import { compileWindow } from './compile-window.ts';

/** A compiled condition, evaluated for many resources and moments. */
export type ConditionEvaluator = (resource: OrchestratedResource, nowMs: number) => ConditionTrace;

type FieldCondition = Extract<OrchestrationCondition, { type: 'metric' | 'label' }>;
type Scalar = string | number | boolean;

/**
 * Compiles a condition; one with invalid CEL or an invalid schedule is unknown, and explains why.
 */
export function compileCondition(condition: OrchestrationCondition): ConditionEvaluator {
  switch (condition.type) {
    case 'metric':
    case 'label':
      return (resource) => evaluateField(condition, resource);
    case 'time':
      return evaluateTime(condition);
    case 'cel':
      return evaluateCel(condition.expression);
    case 'not':
      return negate(compileCondition(condition.condition));
    default:
      return combine(condition.type, condition.conditions.map(compileCondition));
  }
}

/** All: fails if one fails, else unknown if one is. Any: the other way round. */
export function combineOutcomes(type: 'all' | 'any', outcomes: readonly Outcome[]): Outcome {
  const decisive = type === 'all' ? 'fails' : 'holds';
  if (outcomes.includes(decisive)) return decisive;
  if (outcomes.includes('unknown')) return 'unknown';
  return type === 'all' ? 'holds' : 'fails';
}

function combine(
  type: 'all' | 'any',
  evaluators: readonly ConditionEvaluator[],
): ConditionEvaluator {
  return (resource, nowMs) => {
    const parts = evaluators.map((evaluate) => evaluate(resource, nowMs));
    const outcomes = parts.map(({ outcome }) => outcome);
    const holding = outcomes.filter((outcome) => outcome === 'holds').length;
    const why = `${holding} of ${parts.length} hold, and ${type} of them must`;
    return { type, outcome: combineOutcomes(type, outcomes), why, parts };
  };
}

const OPPOSITE: Readonly<Record<Outcome, Outcome>> = {
  holds: 'fails',
  fails: 'holds',
  unknown: 'unknown',
};

function negate(evaluate: ConditionEvaluator): ConditionEvaluator {
  return (resource, nowMs) => {
    const part = evaluate(resource, nowMs);
    const why = `must not hold, and ${part.outcome === 'unknown' ? 'is unknown' : part.outcome}`;
    return { type: 'not', outcome: OPPOSITE[part.outcome], why, parts: [part] };
  };
}

function evaluateTime(
  condition: Extract<OrchestrationCondition, { type: 'time' }>,
): ConditionEvaluator {
  const window = compileWindow(condition);
  const { schedule, duration, timezone } = condition;
  const name = `the window "${schedule}" for ${duration} in ${timezone}`;
  return (_resource, nowMs) => {
    if (!window.ok) return leaf('time', 'unknown', window.error.message);
    const opened = window.value.openedAt(nowMs);
    if (opened === undefined) return leaf('time', 'fails', `${name} is closed`);
    return leaf('time', 'holds', `${name} is open since ${new Date(opened).toISOString()}`);
  };
}

function evaluateCel(expression: string): ConditionEvaluator {
  const compiled = compileCel(expression);
  return (resource) => {
    if (!compiled.ok) return leaf('cel', 'unknown', compiled.error);
    const value = compiled.value(resource);
    if (!value.ok) return leaf('cel', 'unknown', `${expression}: ${value.error}`);
    return leaf('cel', value.value ? 'holds' : 'fails', `${expression} is ${value.value}`);
  };
}

function leaf(type: ConditionTrace['type'], outcome: Outcome, why: string): ConditionTrace {
  return { type, outcome, why, parts: [] };
}

function evaluateField(condition: FieldCondition, resource: OrchestratedResource): ConditionTrace {
  const { type, field, operator, value } = condition;
  const facts: Readonly<Record<string, Scalar>> =
    type === 'metric' ? resource.metrics : resource.labels;
  const name = field.slice(field.indexOf('.') + 1);
  const found = Object.hasOwn(facts, name) ? facts[name] : undefined;
  if (operator === 'exists') {
    const isThere = found !== undefined;
    return leaf(type, isThere === (value ?? true) ? 'holds' : 'fails', presence(field, found));
  }
  if (found === undefined) {
    // A metric that was not measured is unknown; an absent label differs from any value.
    if (type === 'metric') return leaf(type, 'unknown', `${field} is not known`);
    const isOther = operator === 'ne' || operator === 'not_in';
    return leaf(type, isOther ? 'holds' : 'fails', presence(field, found));
  }
  const numeric = typeof value === 'number' && typeof found === 'string' ? Number(found) : found;
  if (Number.isNaN(numeric)) {
    return leaf(type, 'fails', `${field} is ${JSON.stringify(found)}, which is not a number`);
  }
  const holds = compare(numeric, operator, [value ?? []].flat());
  const why = `${field} is ${JSON.stringify(found)}, asked is ${operator} ${JSON.stringify(value)}`;
  return leaf(type, holds ? 'holds' : 'fails', why);
}

function presence(field: string, found: Scalar | undefined): string {
  return found === undefined ? `${field} is absent` : `${field} is ${JSON.stringify(found)}`;
}

function compare(
  found: Scalar,
  operator: Exclude<ConditionOperator, 'exists'>,
  values: readonly Scalar[],
): boolean {
  // Labels are texts: `true` of a document means the text.
  const isOne = values.some((value) =>
    typeof value === 'boolean' ? String(value) === String(found) : value === found,
  );
  const [value = 0] = values;
  switch (operator) {
    case 'eq':
    case 'in':
      return isOne;
    case 'ne':
    case 'not_in':
      return !isOne;
    case 'gt':
      return found > value;
    case 'gte':
      return found >= value;
    case 'lt':
      return found < value;
    case 'lte':
      return found <= value;
  }
}
