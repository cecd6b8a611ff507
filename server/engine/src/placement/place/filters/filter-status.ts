import type { Filter } from '../model/rule.ts';

/** Rejects a node that does not take VMs: only `ready` ones do. */
export const filterStatus: Filter = ({ status, controlPlane, suspected }) => {
  if (status === 'ready') return undefined;
  return {
    reason: 'status',
    status,
    ...(controlPlane === undefined ? {} : { controlPlane }),
    ...(suspected === undefined ? {} : { suspected }),
  };
};
