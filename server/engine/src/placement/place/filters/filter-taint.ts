import type { Taint, Toleration } from '../model/placement.ts';
import type { Filter } from '../model/rule.ts';

/**
 * Rejects a node with a `refuse` taint that the VM does not tolerate.
 * Source of the idea: Kubernetes, taints and tolerations.
 */
export const filterTaint: Filter = ({ taints }, { constraints }) => {
  const found = taints?.find(
    (taint) => taint.effect === 'refuse' && !isTolerated(taint, constraints.tolerations),
  );
  return found === undefined
    ? undefined
    : { reason: 'taint', taint: `${found.key}=${found.value}` };
};

/** Whether one of the tolerations covers the taint. */
export function isTolerated(
  { key, value }: Taint,
  tolerations: readonly Toleration[] | undefined,
): boolean {
  return (tolerations ?? []).some(
    (each) => each.key === key && (each.value === undefined || each.value === value),
  );
}
