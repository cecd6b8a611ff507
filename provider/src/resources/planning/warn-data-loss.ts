import type { Diagnostics, Report } from '../../framework/diagnostics/diagnostics.ts';
import type { Session } from '../../rpc/session.ts';
import { warnWithinLimit } from './warn-within-limit.ts';

/** Dependencies of warnings about data loss. */
export interface DataLossContext {
  readonly client: Pick<Session, 'countDataLoss' | 'warningsMax'>;
  readonly diagnostics: Diagnostics;
}

/**
 * Emits one warning per resource whose data is lost, up to `warnings_max` of the provider; the rest
 * share a summary.
 * @param warned.rest - makes the summary, for that maximum
 */
export function warnDataLoss(
  { diagnostics, client }: DataLossContext,
  { own, rest }: { readonly own: Report; readonly rest: (warningsMax: number) => Report },
): void {
  const { warningsMax } = client;
  const number = client.countDataLoss();
  warnWithinLimit(diagnostics, { number, warningsMax, own, rest: rest(warningsMax) });
}
