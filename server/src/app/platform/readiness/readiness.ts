/** Whether a server can serve calls, as its health endpoints say it. */
import {
  type Problem,
  type ProblemDocument,
  toProblemDocument,
} from '@novacron/contract/problem/problem';

/** `degraded`: what is wrong although the server serves calls, such as a fleet without nodes. */
export type Readiness =
  | { readonly kind: 'ready'; readonly degraded: readonly Problem[] }
  | { readonly kind: 'not-ready'; readonly problem: Problem };

/** An answer of a health endpoint. */
export interface HealthAnswer {
  /** HTTP status. */
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>> | ProblemDocument;
}

const OK_STATUS = 200;

/** Balancers look for this one, whatever the problem is. */
const NOT_READY_STATUS = 503;

/** The answer of `/readyz`. Callers without a key read its texts: they name no path and no host. */
export function readinessAnswer(readiness: Readiness): HealthAnswer {
  if (readiness.kind === 'not-ready') {
    const document = toProblemDocument(readiness.problem);
    return { status: NOT_READY_STATUS, body: { ...document, status: NOT_READY_STATUS } };
  }
  const degraded = readiness.degraded.map(({ code, detail, remedy }) => ({ code, detail, remedy }));
  return { status: OK_STATUS, body: { status: 'ready', degraded } };
}

/** The answer of `/healthz` of a process that runs. */
export const ALIVE: HealthAnswer = { status: OK_STATUS, body: { status: 'alive' } };
