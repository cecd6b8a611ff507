import type { Filter } from '../model/rule.ts';

/** Rejects a node that does not take VMs: only `ready` ones do. */
export const filterStatus: Filter = ({ status }) =>
  status === 'ready' ? undefined : { reason: 'status', status };
