/** Whether a condition holds for a resource. What nobody knows stays unknown (Kleene's logic). */
import type {
  ConditionOperator,
  OrchestratedResource,
  OrchestrationCondition,
} from '@novacron/contract/kinds/orchestration-policy/document';
import type { ConditionTrace, Outcome } from '../model.ts';
import { compileCel } from './compile-cel.ts';
import { compileWindow } from './compile-window.ts';

/** A condition, compiled: asked about many resources at one moment after another. */
export type Judge = (resource: OrchestratedResource, nowMs: number) => ConditionTrace;

type FieldCondition = Extract<OrchestrationCondition, { type: 'metric' | 'label' }>;
type Scalar = string | number | boolean;

/** Compiles a condition; one whose CEL or schedule is wrong is unknown, and says why. */
export function compileCondition(condition: OrchestrationCondition): Judge {
  switch (condition.type) {
    case 'metric':
    case 'label':
      return (resource) => judgeField(condition, resource);
    case 'time':
      return judgeTime(condition);
    case 'cel':
      return judgeCel(condition.expression);
    case 'not':
      return judgeNot(compileCondition(condition.condition));
    default:
      return judgeSeveral(condition.type, condition.conditions.map(compileCondition));
  }
}

/** All: fails if one fails, else unknown if one is. Any: the other way round. */
export function combineOutcomes(type: 'all' | 'any', outcomes: readonly Outcome[]): Outcome {
  const decisive = type === 'all' ? 'fails' : 'holds';
  if (outcomes.includes(decisive)) return decisive;
  if (outcomes.includes('unknown')) return 'unknown';
  return type === 'all' ? 'holds' : 'fails';
}

function judgeSeveral(type: 'all' | 'any', judges: readonly Judge[]): Judge {
  return (resource, nowMs) => {
    const parts = judges.map((judge) => judge(resource, nowMs));
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

function judgeNot(judge: Judge): Judge {
  return (resource, nowMs) => {
    const part = judge(resource, nowMs);
    const why = `must not hold, and ${part.outcome === 'unknown' ? 'is unknown' : part.outcome}`;
    return { type: 'not', outcome: OPPOSITE[part.outcome], why, parts: [part] };
  };
}

function judgeTime(condition: Extract<OrchestrationCondition, { type: 'time' }>): Judge {
  const window = compileWindow(condition);
  const { schedule, duration, timezone } = condition;
  const name = `the window "${schedule}" for ${duration} in ${timezone}`;
  return (_resource, nowMs) => {
    if (!window.ok) return leaf('time', 'unknown', window.error.message);
    const opened = window.value(nowMs);
    if (opened === undefined) return leaf('time', 'fails', `${name} is closed`);
    return leaf('time', 'holds', `${name} is open since ${new Date(opened).toISOString()}`);
  };
}

function judgeCel(expression: string): Judge {
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

function judgeField(condition: FieldCondition, resource: OrchestratedResource): ConditionTrace {
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
    // Nobody measured it, or nobody said it: a label that is absent differs from any value.
    if (type === 'metric') return leaf(type, 'unknown', `${field} is not known`);
    const isOther = operator === 'ne' || operator === 'not_in';
    return leaf(type, isOther ? 'holds' : 'fails', presence(field, found));
  }
  const numeric = typeof value === 'number' && typeof found === 'string' ? Number(found) : found;
  if (Number.isNaN(numeric)) {
    return leaf(type, 'fails', `${field} is ${JSON.stringify(found)}, which is no number`);
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
