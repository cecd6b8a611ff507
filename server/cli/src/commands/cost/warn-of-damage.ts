/** Warns of damaged records of the ledger where files of costs have no room for words. */
import type { CostReport } from '@novacron/contract/cost/cost-operations';
import type { Session } from '../../client/session.ts';

/** Writes the warning, if there are any. */
export function warnOfDamage(
  { io }: Pick<Session, 'io'>,
  { damaged }: Pick<CostReport, 'damaged'>,
): void {
  if (damaged.length === 0) return;
  const named = damaged.join(', ');
  io.stderr.write(`warning: damaged records of the ledger are left out: ${named}\n`);
}
