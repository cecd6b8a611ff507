import type { Role } from '@novacron/contract/access/identity';
import { problem } from '@novacron/contract/problem/problem';
import { mayCall } from '../app/access/identity/may-call.ts';
import type { Application } from '../app/composition/application.ts';
import type { MetricsPage } from '../ports/telemetry.ts';
import { contextOf, type ExchangeHandler } from './http/exchange.ts';
import { sendProblem } from './http/send-problem.ts';

/** Path of the metrics. */
export const METRICS_PATH = '/metrics';

const METRICS_ROLE: Role = 'viewer';

/**
 * Answers scrapers that have a key of the first tenant, of the role viewer. Problems: `forbidden`,
 * `not-found`.
 */
export function answerMetrics({
  metricsPage,
  application,
}: {
  readonly metricsPage?: MetricsPage;
  readonly application: Pick<Application, 'requirePlatform'>;
}): ExchangeHandler {
  const send = sendMetrics(metricsPage);
  return async (request, response, next) => {
    const context = contextOf(response);
    const { principal } = context;
    const { role } = principal;
    // They describe the fleet, so a tenant's own role needs a permission that shows the fleet.
    if (!mayCall(principal, 'node.list')) {
      const found = problem('forbidden', {
        detail: `Metrics need the role ${METRICS_ROLE}; your key has the role ${role}.`,
        remedy: `Use an API key with the role ${METRICS_ROLE}.`,
        data: { needed_role: METRICS_ROLE, role },
      });
      return sendProblem(response, found);
    }
    const allowed = await application.requirePlatform(METRICS_PATH, context);
    if (!allowed.ok) return sendProblem(response, allowed.error);
    return send(request, response, next);
  };
}

const PLAIN = 'text/plain; version=0.0.4';
const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0';

/** Types that scrapers ask for: Prometheus 3 adds which names it reads, and ours fit every one. */
const OFFERED = [PLAIN, OPEN_METRICS, `${OPEN_METRICS}; escaping=allow-utf-8`];

/** Serves the metrics to any caller, in the format that it prefers. Problems: `not-found`. */
export function sendMetrics(page: MetricsPage | undefined): ExchangeHandler {
  return async (request, response) => {
    if (page === undefined) {
      const found = problem('not-found', {
        detail: 'This server does not collect metrics.',
        remedy: 'Use a server that was started by novacron server.',
      });
      return sendProblem(response, found);
    }
    const chosen = request.accepts(OFFERED);
    const isOpen = chosen !== false && chosen !== PLAIN;
    const { contentType, render } = isOpen ? page.open : page.plain;
    response
      .set('Content-Type', contentType)
      .vary('Accept')
      .end(await render());
  };
}
