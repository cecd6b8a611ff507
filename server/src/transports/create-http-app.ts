/** The express application: public pages, then authentication, then the generated transports. */
import type { JsonObject } from '@novacron/contract/json';
import { V1_PREFIX } from '@novacron/contract/operations-table/v1-mapping';
import { problem } from '@novacron/contract/problem/problem';
import { TERRAFORM_STATE_PATH } from '@novacron/contract/terraform-state/terraform-state';
import express, { type Express } from 'express';
import helmet from 'helmet';
import type { Readiness } from '../app/platform/readiness/readiness.ts';
import type { ImageStore } from '../ports/image-store.ts';
import type { MetricsPage } from '../ports/telemetry.ts';
import { createDashboardRouter } from './dashboard/create-dashboard-router.ts';
import { type Core, reportFault } from './dispatch/dispatch.ts';
import type { EventCore, EventHub } from './events/event-hub.ts';
import { createGraphqlHandlers } from './graphql/create-graphql-handlers.ts';
import { authenticate } from './http/authenticate.ts';
import type { BrowserSite } from './http/browser-site.ts';
import { requireClearHeaders, requireKnownExpectation } from './http/check-headers.ts';
import { refuseMethod } from './http/create-router.ts';
import { beginExchange, type ExchangeFaultHandler, type ExchangeHandler } from './http/exchange.ts';
import { limitBodies } from './http/limit-bodies.ts';
import { limitAddress } from './http/rate-limit-headers.ts';
import { collectRawBody } from './http/read-body.ts';
import { reportExchanges } from './http/report-exchanges.ts';
import { REST_PREFIX } from './http/rest-prefix.ts';
import { sendProblem } from './http/send-problem.ts';
import { toHttpProblem } from './http/to-http-problem.ts';
import {
  EXPORT_PART_PATH,
  EXPORT_PATH,
  type ExportRoutes,
  sendExport,
  takeExport,
} from './images/export-routes.ts';
import { IMAGE_PATH, sendImage, takeImage } from './images/image-routes.ts';
import { createRpcHandlers } from './json-rpc/create-rpc-handlers.ts';
import { answerMetrics, METRICS_PATH, sendMetrics } from './metrics-route.ts';
import { createHealthRouter } from './public-routes/create-health-router.ts';
import { createPublicRouter, DOCS_STYLE_SOURCE } from './public-routes/create-public-router.ts';
import { createRemoteWriteHandlers, REMOTE_WRITE_PATH } from './remote-write/remote-write-route.ts';
import {
  createOrchestrationRouter,
  createRestRouter,
  ORCHESTRATION_PREFIX,
} from './rest/create-rest-router.ts';
import { createV1Router } from './rest/v1/create-v1-router.ts';
import { createSignInRouter } from './sign-in/create-sign-in-router.ts';
import {
  LOCK_BYTES_MAX,
  lockTerraformState,
  sendState,
  takeState,
  unlockTerraformState,
} from './terraform-state/state-routes.ts';
import { createWebhookHandlers, WEBHOOK_PATH } from './webhooks/webhook-route.ts';

/** Dependencies and settings of the application. */
export interface HttpAppOptions extends EventCore {
  /** All streams of events, over WebSockets and over HTTP. */
  readonly hub: EventHub;
  /** Returns the OpenAPI document; called once, on its first request. */
  readonly openApiDocument: () => JsonObject | Promise<JsonObject>;
  /** Whether the server can serve calls, answered from memory. */
  readonly readiness: () => Readiness;
  /** Page for scrapers at /metrics. */
  readonly metricsPage?: MetricsPage;
  /** `open`: they need no key for that. */
  readonly metricsAccess?: 'key' | 'open';
  /** Uploaded images of templates; none are taken when absent. */
  readonly images?: ImageStore;
  /** Exports of snapshots; none are taken when absent. */
  readonly exports?: ExportRoutes;
  /** The folder of the built dashboard; it is not served when absent. */
  readonly dashboardFolder?: string | undefined;
  /** Whether callers reach it over TLS: only then may browsers be required to use it. */
  readonly scheme: 'http' | 'https';
  /** Site through which browsers reach the server. */
  readonly site: BrowserSite;
}

/** Builds the application; it listens nowhere yet. */
export function createHttpApp(options: HttpAppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  // Queries are read from the URL where they are needed, so that repeated keys are seen.
  app.disable('query parser');
  app.enable('case sensitive routing');
  app.use(beginExchange(options));
  app.use(reportExchanges(options));
  app.use(securityHeaders(options.scheme));
  app.use(requireClearHeaders);
  app.use(requireKnownExpectation);
  app.use(createHealthRouter(options.readiness));
  app.use(limitAddress(options));
  app.use(createPublicRouter(options));
  app.use(createDashboardRouter(options.dashboardFolder));
  app.use(createSignInRouter(options));
  app
    .route(WEBHOOK_PATH)
    .post(...createWebhookHandlers(options))
    .all(refuseMethod(['POST']));
  const { images, exports } = options;
  if (images !== undefined) app.get(IMAGE_PATH, sendImage(images));
  if (exports !== undefined) {
    app
      .route(EXPORT_PART_PATH)
      .put(takeExport(exports))
      .all(refuseMethod(['PUT']));
  }
  if (options.metricsAccess === 'open') serveMetrics(app, sendMetrics(options.metricsPage));
  app.use(authenticate(options));
  serveMetrics(app, answerMetrics(options));
  app.use(limitBodies(options));
  app
    .route('/rpc')
    .post(...createRpcHandlers(options))
    .all(refuseMethod(['POST']));
  app
    .route('/graphql')
    .post(...createGraphqlHandlers({ core: options, hub: options.hub }))
    .all(refuseMethod(['POST']));
  serveTransfers(app, options);
  serveTerraformStates(app, options.application);
  app
    .route(REMOTE_WRITE_PATH)
    .post(...createRemoteWriteHandlers(options))
    .all(refuseMethod(['POST']));
  app.all('/ws', askForUpgrade);
  app.use(V1_PREFIX, createV1Router(options));
  app.use(REST_PREFIX, createRestRouter(options));
  app.use(ORCHESTRATION_PREFIX, createOrchestrationRouter(options));
  app.use(refusePath);
  app.use(answerFault(options));
  return app;
}

/** Serves uploads and downloads of files. */
function serveTransfers(app: Express, options: HttpAppOptions): void {
  const { images, exports } = options;
  if (images !== undefined) {
    app
      .route(IMAGE_PATH)
      .put(takeImage(options, images))
      .all(refuseMethod(['GET', 'PUT']));
  }
  if (exports !== undefined) {
    app
      .route(EXPORT_PATH)
      .get(sendExport(options))
      .all(refuseMethod(['GET']));
  }
}

function serveTerraformStates(app: Express, application: Core['application']): void {
  app
    .route(TERRAFORM_STATE_PATH)
    .get(sendState(application))
    .post(takeState(application))
    .lock(collectRawBody(LOCK_BYTES_MAX), lockTerraformState(application))
    .unlock(collectRawBody(LOCK_BYTES_MAX), unlockTerraformState(application))
    .all(refuseMethod(['GET', 'POST', 'LOCK', 'UNLOCK']));
}

function serveMetrics(app: Express, handler: ExchangeHandler): void {
  app
    .route(METRICS_PATH)
    .get(handler)
    .all(refuseMethod(['GET']));
}

/** Nothing of ours loads anything; the one style sheet is named by its hash. */
function securityHeaders(scheme: 'http' | 'https') {
  return helmet({
    strictTransportSecurity: scheme === 'https',
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: [DOCS_STYLE_SOURCE],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
  });
}

const UPGRADE_REQUIRED_STATUS = 426;

/** A plain request to the path of WebSockets. */
const askForUpgrade: ExchangeHandler = (_request, response) => {
  const found = problem('validation-failed', {
    detail: 'This path supports only WebSocket.',
    remedy: 'Connect with a WebSocket client.',
  });
  response.set({ Upgrade: 'websocket', Connection: 'Upgrade' });
  sendProblem(response, found, UPGRADE_REQUIRED_STATUS);
};

const refusePath: ExchangeHandler = (_request, response) => {
  sendProblem(
    response,
    problem('not-found', {
      detail: 'No resource exists at this path.',
      remedy: '/openapi.json lists all paths; /docs describes them.',
    }),
  );
};

/** The last resort: what express, the body reader or a handler threw. Four arguments, by rule. */
function answerFault(core: Core): ExchangeFaultHandler {
  return (cause: unknown, request, response, _next) => {
    const { requestId } = response.locals;
    const during = `${request.method} ${request.path}`;
    const found = toHttpProblem(cause) ?? reportFault(core.logger, { cause, requestId, during });
    if (response.headersSent) response.destroy();
    else sendProblem(response, found);
  };
}
