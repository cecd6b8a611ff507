/** The summary of the fleet that the overview is made of: one read. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';

/** Summary as the server answers it; parts that the caller may not see are null. */
export type Summary = OutputOf<'fleet.summary'>;
