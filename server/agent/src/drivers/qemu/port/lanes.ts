/** The order of actions on one target. */
import type { SnapshotId, VmId } from '@novacron/contract/ids';

/** Runs what belongs to one target in the order in which it came. */
export function createLanes() {
  const lanes = new Map<VmId | SnapshotId | string, Promise<unknown>>();
  return <T>(target: string, work: () => Promise<T>): Promise<T> => {
    const before = lanes.get(target) ?? Promise.resolve();
    const turn = before.then(work);
    const end = turn
      .catch(() => undefined)
      .finally(() => {
        if (lanes.get(target) === end) lanes.delete(target);
      });
    lanes.set(target, end);
    return turn;
  };
}
