/** Explains conditions, and moves because of them, in lines for people. */
import type { ConditionChange, MovePlan } from './model/condition.ts';

/** Explains which conditions have begun and ended, a line for each. */
export function explainConditions(changes: readonly ConditionChange[]): string[] {
  return changes.flatMap(({ node, began, ended }) => [
    ...began.map(({ kind, severity, evidence }) => `${node}: ${kind} (${severity}): ${evidence}`),
    ...ended.map(({ kind, subject }) => `${node}: ${kind} of ${subject} is not seen any more`),
  ]);
}

/** Explains a round of moves. */
export function explainMoves({ begin, avoid, postponed, blocked }: MovePlan): string[] {
  const waiting = postponed === 1 ? '1 VM waits' : `${postponed} VMs wait`;
  return [
    ...begin.map(
      ({ vm: { name, node }, condition: { evidence } }) =>
        `${name} leaves ${node} before it fails: ${evidence}`,
    ),
    ...(postponed === 0 ? [] : [`${waiting} for the end of moves that are under way`]),
    ...(blocked === null
      ? []
      : [
          `no VM is moved: there is no node in service without such a condition ` +
            `(${avoid.join(', ')})`,
        ]),
  ];
}
