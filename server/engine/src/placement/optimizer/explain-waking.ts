/** Explains which nodes are woken for VMs that forecasts expect. */
import type { WakingPlan } from './model/optimizer.ts';

/** Groups that a line names; the others are counted. */
const GROUPS_MAX = 3;

/** Explains a plan: which nodes are woken, for which groups, and what is lacking all the same. */
export function explainWaking(plan: WakingPlan): readonly string[] {
  const { wake, before, after } = plan;
  const subject = `${wake.join(', ')} ${wake.length === 1 ? 'is' : 'are'}`;
  const lacks =
    before.vms > 0
      ? `${before.vms} of them have no room on nodes in service`
      : `with them ${before.unguarded.join(', ')} would not be N+1-safe`;
  return [
    ...(wake.length === 0 ? [] : [`${subject} woken: ${describeExpected(plan)}; ${lacks}.`]),
    ...(after.vms === 0
      ? []
      : [
          `No node on standby has room for ${after.vms} of the expected VMs ` +
            `(${describeExpected(plan)}): add nodes, or lower max_size of those groups.`,
        ]),
    ...(after.unguarded.length === 0
      ? []
      : [`Not N+1-safe with the expected VMs: ${after.unguarded.join(', ')}.`]),
  ];
}

/** The largest growth first. */
function describeExpected({ expected }: WakingPlan): string {
  const ordered = expected.toSorted((left, right) => right.count - left.count);
  const named = ordered.slice(0, GROUPS_MAX).map(({ group, count }) => {
    return `${group} is expected to need ${count} more VM${count === 1 ? '' : 's'}`;
  });
  const others = ordered.length - named.length;
  return [...named, ...(others === 0 ? [] : [`${others} other groups need more`])].join(', ');
}
