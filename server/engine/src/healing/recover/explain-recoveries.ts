/** Explains a round of recoveries in lines for people. */
import type { RecoveryPlan } from './model/recovery.ts';

/** Explains it. @returns a line for each VM that begins, and one for those that wait for others */
export function explainRecoveries({ begin, postponed }: RecoveryPlan): string[] {
  return [
    ...begin.map(
      ({ id, name, priority, memoryMib }) =>
        `${name} (${id}) starts on another node: priority ${priority}, ${memoryMib} MiB`,
    ),
    ...(postponed === 0 ? [] : [`${postponed} more wait until some of these have ended`]),
  ];
}
