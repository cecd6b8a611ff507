/** Explains to people what runs once an approval is given. */
import { canonicalJson } from '@novacron/contract/json';
import type { Target } from './list-targets.ts';

/** Returns a line for each step: its id, what it does, and the known values. */
export function explainTargets(targets: readonly Target[]): readonly string[] {
  return targets.map(({ step, action: { task, with: given, ...others } }) => {
    const rest = Object.keys(others).length === 0 ? [] : [others];
    const values = [given, ...rest].flatMap((each) =>
      each === undefined ? [] : [canonicalJson(each)],
    );
    return `${step}: ${[...(typeof task === 'string' ? [task] : []), ...values].join(' ')}`;
  });
}
