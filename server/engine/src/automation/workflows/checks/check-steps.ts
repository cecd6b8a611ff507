/** Checks how steps depend on each other: ids, needs, cycles. */
import type { AutomationDefinition } from '@novacron/contract/automation/definition';
import { nearName } from '@novacron/contract/problem/find-near-name';
import type { Finding } from '../model/automation.ts';
import { findCycle, orderSteps } from '../order/order-steps.ts';
import { errorAt } from './finding-at.ts';

/** Finds ids that occur twice, impossible needs and undos, and steps that wait for each other. */
export function checkSteps({ steps }: AutomationDefinition): readonly Finding[] {
  const findings: Finding[] = [];
  const places = new Map<string, number>();
  for (const [index, { id }] of steps.entries()) {
    const earlier = places.get(id);
    if (earlier === undefined) places.set(id, index);
    else {
      const message = `is the id of step ${earlier + 1}, too: give each step an id of its own`;
      findings.push(errorAt(['steps', index, 'id'], message));
    }
  }
  const ids = [...places.keys()];
  const last = new Set(steps.flatMap((step) => (step.finally === 'yes' ? [step.id] : [])));
  for (const [index, { id, needs, compensate }] of steps.entries()) {
    if (last.has(id) && compensate !== undefined) {
      const message = 'belongs to no step of finally: nothing undoes what is done at the end';
      findings.push(errorAt(['steps', index, 'compensate'], message));
    }
    for (const [at, need] of needs.entries()) {
      const isLater = last.has(need) && !last.has(id);
      const message = isLater
        ? `names ${need}, which is a step of finally: those run after all others`
        : faultOfNeed({ id, need, isTwice: needs.indexOf(need) < at, ids });
      if (message !== undefined) findings.push(errorAt(['steps', index, 'needs', at], message));
    }
  }
  if (findings.length > 0 || orderSteps(steps) !== undefined) return findings;
  const cycle = findCycle(steps);
  const index = steps.findIndex(({ id }) => id === cycle[0]);
  const way = [...cycle, cycle[0]].join(' needs ');
  const message = `is a cycle: ${way}; remove one of these needs`;
  return [errorAt(['steps', index, 'needs'], message)];
}

function faultOfNeed(need: {
  readonly id: string;
  readonly need: string;
  readonly isTwice: boolean;
  readonly ids: readonly string[];
}): string | undefined {
  if (need.need === need.id) return `is the step itself: a step cannot wait for its own end`;
  if (need.isTwice) return `names ${need.need} twice: remove one`;
  if (need.ids.includes(need.need)) return undefined;
  const near = nearName(need.need, need.ids);
  const hint = near === undefined ? 'name the id of another step' : `did you mean ${near}?`;
  return `names ${need.need}, which is not a step; ${hint}`;
}
