/** Answers an upgrade that is not taken with an HTTP problem document. */
import type { Duplex } from 'node:stream';
import type { Problem } from '@novacron/contract/problem/problem';
import type { RatedCaller } from '../../app/access/limits/call-limits.ts';
import type { Core } from '../dispatch/dispatch.ts';
import { rateLimitHeaders } from '../http/rate-limit-headers.ts';
import { writeProblem } from '../http/write-problem.ts';

/** Reason for refusing an upgrade, and the caller. */
interface UpgradeRefusal {
  readonly found: Problem;
  readonly requestId: string;
  /** Caller, if known, whose rate limits the answer reports. */
  readonly caller: RatedCaller;
  /** Another HTTP status than that of the problem, where the protocol has a closer one. */
  readonly status?: number;
  /** Headers of the protocol that the status asks for. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Writes the answer and closes the socket. */
export function refuseUpgrade(
  { application }: Pick<Core, 'application'>,
  socket: Duplex,
  { found, requestId, caller, status, headers: special }: UpgradeRefusal,
): void {
  const limits = rateLimitHeaders(application.rateStandings(caller));
  const headers = Object.assign({}, limits, special);
  const refusal = { found, requestId, headers, ...(status === undefined ? {} : { status }) };
  writeProblem(socket, refusal, () => socket.destroy());
}
