/**
 * Warns of a failover that promotes a standby while the old primary may still be writing: two
 * primaries take writes that are never merged. Source: the fencing rules of Pacemaker and Patroni.
 */
import type {
  AutomationDefinition,
  AutomationStep,
} from '@novacron/contract/automation/definition';
import type { Finding } from '../model/automation.ts';
import { ancestorsOf } from '../order/order-steps.ts';
import { warningAt } from './finding-at.ts';

/** Commands that make a standby the primary. */
const PROMOTES =
  /\b(?:promote|pg_promote|patronictl\b.*\bfailover|\w+of no one|(?:stop|reset) slave)\b/i;

/** Commands that succeed while the primary is healthy. */
const PROBES = /\b(?:pg_isready|ping|nc|curl|check_\w+|is-active)\b/i;

/** Commands and operations that stop the old primary for certain. */
const FENCES = /\b(?:stonith|fence_\w+|ipmitool\b.*\bpower|pcs\b.*\bfence)\b/i;
const FENCE_TASKS: readonly string[] = [
  'node.fence',
  'node.cut_off',
  'vm.stop',
  'vm.delete',
  'vm.reset',
];

/** Length examined at a command's beginning, which shows its purpose. Unit: characters. */
const LINE_CHARS_MAX = 512;

/** Finds promotions that a healthy primary does not prevent, or that fence nothing before. */
export function warnSplitBrain({ steps }: AutomationDefinition): readonly Finding[] {
  const ancestors = ancestorsOf(steps);
  return steps.flatMap((step, index) => {
    if (!PROMOTES.test(lineOf(step))) return [];
    const before = steps.filter(({ id }) => ancestors.get(step.id)?.has(id) === true);
    const probes = before.filter((each) => PROBES.test(lineOf(each)));
    const isGuarded = probes.some(
      ({ success_when: success, on_failure: failure }) =>
        success?.exit_codes?.includes(0) === false && failure !== 'go_on',
    );
    const isFenced = before.some(
      (each) => FENCES.test(lineOf(each)) || FENCE_TASKS.includes(each.task ?? ''),
    );
    if (isGuarded && isFenced) return [];
    const ways = [
      ...(isGuarded ? [] : [adviceOf(probes)]),
      ...(isFenced ? [] : ['fence the old primary in a step before it']),
    ];
    const message =
      'may promote a standby while the primary is healthy, which is a split brain: ' +
      ways.join(', and ');
    return [warningAt(['steps', index, 'command'], message)];
  });
}

function adviceOf(probes: readonly AutomationStep[]): string {
  const [probe] = probes;
  if (probe === undefined) return 'check before it that the primary is down';
  return (
    `give ${probe.id} on_failure: stop, and success_when with the exit codes that mean "down" ` +
    '({exit_codes: [2]} of pg_isready), so that a healthy primary ends the run'
  );
}

function lineOf({ command }: AutomationStep): string {
  if (command === undefined) return '';
  const line = typeof command === 'string' ? command : command.join(' ');
  return line.slice(0, LINE_CHARS_MAX);
}
