/** Checks which workflows start which: a circle never ends, and a long chain cannot be followed. */
import type { AutomationStep } from '@novacron/contract/automation/definition';
import { findCycle, type OrderedStep, orderSteps } from '../order/order-steps.ts';

/** Maximum nesting depth of workflows that start workflows. */
const CALL_DEPTH_MAX = 8;

/** A workflow that a definition starts, and the version where it names one. */
export interface WorkflowCall {
  readonly name: string;
  readonly version: number | undefined;
}

/** A definition, as far as what it starts. */
export interface CallingDefinition {
  readonly name: string;
  readonly steps: readonly AutomationStep[];
}

/** Lists the workflows that the steps of a definition start, or take steps back with. */
export function listCalls({ steps }: Pick<CallingDefinition, 'steps'>): readonly WorkflowCall[] {
  return steps.flatMap((step) =>
    [step, step.compensate].flatMap((action) =>
      action?.workflow === undefined ? [] : [{ name: action.workflow, version: action.version }],
    ),
  );
}

/** Explains errors in the calls between definitions; undefined if there are none. */
export function checkCalls(definitions: readonly CallingDefinition[]): string | undefined {
  const names = new Set(definitions.map(({ name }) => name));
  if (names.size < definitions.length) {
    const twice = definitions.find(
      ({ name }, index) => definitions.findIndex((each) => each.name === name) < index,
    );
    return `${twice?.name} is the name of two definitions: give each a name of its own`;
  }
  const callers = definitions.map((definition): OrderedStep => {
    const called = listCalls(definition).map(({ name }) => name);
    return { id: definition.name, needs: called.filter((name) => names.has(name)) };
  });
  const order = orderSteps(callers);
  if (order === undefined) {
    const cycle = findCycle(callers);
    return `${[...cycle, cycle[0]].join(' starts ')}: remove one of these steps`;
  }
  const deepest = order.steps.at(-1);
  const depth = deepest === undefined ? 0 : (order.levels.get(deepest.id) ?? 0) + 1;
  if (depth <= CALL_DEPTH_MAX) return undefined;
  return `${deepest?.id} starts workflows ${depth} levels deep, ${CALL_DEPTH_MAX} at most`;
}
