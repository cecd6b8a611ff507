/**
 * Resources that steps read and write: as declared, or, for tasks of resources, by their
 * operations. Source of the idea: Bernstein, "Analysis of Programs for Parallel Processing" (1966).
 */
import type { AutomationStep } from '@novacron/contract/automation/definition';
import { isStepRead } from '@novacron/contract/operations-table/step-operations';
import { kindsOf } from '../checks/list-actions.ts';

/** Names of what a step reads and writes: `vm`, or `vm:web-1` for a part of it. */
export interface StepEffects {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly source: 'declared' | 'derived';
}

type Known = Pick<StepEffects, 'reads' | 'writes'>;

/** Resources affected by writes, by the noun of the operation. */
const BY_NOUN: Readonly<Record<string, Known>> = {
  vm: { writes: ['vm', 'volume'], reads: ['network', 'security_group', 'template', 'ssh_key'] },
  volume: { writes: ['volume', 'vm'], reads: ['snapshot', 'template'] },
  snapshot: { writes: ['snapshot', 'volume'], reads: ['vm'] },
  network: { writes: ['network'], reads: [] },
  security_group: { writes: ['security_group'], reads: ['network'] },
  template: { writes: ['template'], reads: ['snapshot', 'volume'] },
  ssh_key: { writes: ['ssh_key'], reads: [] },
};

/**
 * Returns what a step reads and writes, its undo included.
 * @returns undefined where that is not known. It is never known of an approval: what stands behind
 *   one is what people vote about
 */
export function effectsOf(step: AutomationStep): StepEffects | undefined {
  const [kind] = kindsOf(step);
  if (kind === 'approval') return undefined;
  if (step.effects !== undefined) {
    const { reads = [], writes = [] } = step.effects;
    return { reads, writes, source: 'declared' };
  }
  const known = [step.task, ...undoOf(step)].map(ofTask);
  const all = known.filter((each) => each !== undefined);
  if (kind !== 'task' || all.length < known.length) return undefined;
  const reads = [...new Set(all.flatMap((each) => each.reads))];
  const writes = [...new Set(all.flatMap((each) => each.writes))];
  return { reads, writes, source: 'derived' };
}

function undoOf({ compensate }: AutomationStep): readonly (string | undefined)[] {
  return compensate === undefined ? [] : [compensate.task];
}

function ofTask(task: string | undefined): Known | undefined {
  const [noun = ''] = task?.split('.') ?? [];
  const known = Object.hasOwn(BY_NOUN, noun) ? BY_NOUN[noun] : undefined;
  if (known === undefined || task === undefined || !isStepRead(task)) return known;
  return { reads: [...known.writes, ...known.reads], writes: [] };
}

/** Whether the order of two steps makes no difference: neither writes what the other one uses. */
export function areDisjoint(left: StepEffects, right: StepEffects): boolean {
  const uses = (effects: StepEffects) => [...effects.reads, ...effects.writes];
  return !meet(left.writes, uses(right)) && !meet(right.writes, uses(left));
}

function meet(names: readonly string[], others: readonly string[]): boolean {
  return names.some((name) => others.some((other) => covers(name, other) || covers(other, name)));
}

/** `vm` covers `vm:web-1`, and `*` everything. */
function covers(name: string, other: string): boolean {
  return name === '*' || name === other || other.startsWith(`${name}:`);
}
