/**
 * The dashboard at /dashboard: one page for every path below it, which reads the path itself, and
 * assets whose names change with their content.
 */
import { randomBytes } from 'node:crypto';
import { problem } from '@novacron/contract/problem/problem';
import express, { type Router } from 'express';
import { chooseEncoding } from '../http/choose-encoding.ts';
import { refuseMethod } from '../http/create-router.ts';
import { entityTag, isTagListed } from '../http/entity-tag.ts';
import type { ExchangeHandler, ExchangeRequest, ExchangeResponse } from '../http/exchange.ts';
import { sendProblem } from '../http/send-problem.ts';
import { chooseRange } from '../images/choose-range.ts';
import { ASSET_POLICY, pageHeaders } from './dashboard-policy.ts';
import {
  type DashboardFile,
  type DashboardFiles,
  readDashboardFiles,
} from './read-dashboard-files.ts';

/** Path of the dashboard. */
const DASHBOARD_PATH = '/dashboard';
const BELOW_DASHBOARD = /^\/dashboard\//;

const NONCE_BYTES = 18;
const FOUND_STATUS = 302;
const OK_STATUS = 200;
const PARTIAL_STATUS = 206;
const NOT_MODIFIED_STATUS = 304;
const NOT_ACCEPTABLE_STATUS = 406;
const RANGE_STATUS = 416;

/** Names of assets contain a hash of their content, so that one never changes. */
const ASSET_CACHE = 'public, max-age=31536000, immutable';
const OTHER_CACHE = 'public, max-age=3600';

/** The routes of the dashboard in a folder; where it is not served or not built, they say so. */
export function createDashboardRouter(folder: string | undefined): Router {
  const router = express.Router({ caseSensitive: true });
  const found = folder === undefined ? undefined : readDashboardFiles(folder);
  if (found === undefined) {
    const answer = folder === undefined ? answerNotServed : answerNotBuilt;
    router.get([DASHBOARD_PATH, `${DASHBOARD_PATH}/{*rest}`], answer);
    return router;
  }
  router.get('/', redirectToDashboard);
  router.get(DASHBOARD_PATH, redirectToDashboard);
  router
    // A pattern with a parameter would decode it: a damaged address is for the page to explain.
    .route(BELOW_DASHBOARD)
    .get(answerPath(found))
    .all(refuseMethod(['GET']));
  return router;
}

const redirectToDashboard: ExchangeHandler = (request, response, next) => {
  // Express takes /dashboard/ for /dashboard, too: that one is the page itself.
  if (request.path === `${DASHBOARD_PATH}/`) return next();
  response
    .status(FOUND_STATUS)
    .set({ Location: `${DASHBOARD_PATH}/`, 'Cache-Control': 'no-store' });
  response.end();
};

const answerNotServed: ExchangeHandler = (_request, response) => {
  sendProblem(
    response,
    problem('not-found', {
      detail: 'This server was started without its dashboard.',
      remedy: 'Start it without --no-dashboard (NOVACRON_DASHBOARD), or use the command line.',
    }),
  );
};

const answerNotBuilt: ExchangeHandler = (_request, response) => {
  sendProblem(
    response,
    problem('not-found', {
      detail: 'The dashboard is not part of this installation.',
      remedy: 'In a checkout, run make build; the npm package of the server contains it.',
    }),
  );
};

function answerPath({ page, files }: DashboardFiles): ExchangeHandler {
  return async (request, response) => {
    const path = request.path.slice(`${DASHBOARD_PATH}/`.length);
    const file = files.get(path);
    if (file !== undefined) return sendAsset(request, response, { file, path });
    if (path.startsWith('assets/') || isForFile(request, path)) return refuseAsset(response);
    const nonce = randomBytes(NONCE_BYTES).toString('base64');
    const body = Buffer.from(page.replaceAll('__NONCE__', nonce));
    response.status(OK_STATUS).set(pageHeaders(nonce));
    response.set('Content-Length', String(body.length));
    response.end(request.method === 'HEAD' ? undefined : body);
  };
}

/** Whether a program asks for a file; people who open an address with a dot get the page. */
function isForFile(request: ExchangeRequest, path: string): boolean {
  const isNavigation = /\btext\/html\b/i.test(request.get('accept') ?? '');
  return !isNavigation && /\.[a-z0-9]+$/i.test(path);
}

function refuseAsset(response: ExchangeResponse): void {
  sendProblem(
    response,
    problem('not-found', {
      detail: 'The dashboard has no such file.',
      remedy: 'Reload the page: a newer release of the server has other files.',
    }),
  );
}

function refuseEncoding(response: ExchangeResponse, { encodings }: DashboardFile): void {
  const found = problem('validation-failed', {
    detail: 'The header Accept-Encoding excludes every content coding that this file has.',
    remedy: `Accept one of ${encodings.join(', ')}.`,
  });
  sendProblem(response, found, NOT_ACCEPTABLE_STATUS);
}

async function sendAsset(
  request: ExchangeRequest,
  response: ExchangeResponse,
  { file, path }: { readonly file: DashboardFile; readonly path: string },
): Promise<void> {
  response.set({
    'Content-Type': file.mediaType,
    'Content-Security-Policy': ASSET_POLICY,
    'Cross-Origin-Resource-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    Vary: 'Accept-Encoding',
  });
  const encoding = chooseEncoding(request.get('accept-encoding'), file.encodings);
  if (encoding === undefined) return refuseEncoding(response, file);
  const etag = entityTag(file.identity, encoding);
  response.set({
    'Cache-Control': path.startsWith('assets/') ? ASSET_CACHE : OTHER_CACHE,
    'Accept-Ranges': 'bytes',
    ETag: etag,
  });
  if (isTagListed(request.get('if-none-match'), etag)) {
    response.status(NOT_MODIFIED_STATUS).end();
    return;
  }
  const content = await file.read(encoding);
  const size = content.length;
  // A range is of the content as it is coded, whose tag says which coding that is.
  const range = request.method === 'GET' ? request.get('range') : undefined;
  const chosen = chooseRange({ range, ifRange: request.get('if-range'), etag, size });
  if (chosen.kind === 'unsatisfiable') {
    response.status(RANGE_STATUS).set('Content-Range', `bytes */${size}`).end();
    return;
  }
  const part = chosen.kind === 'part' ? content.subarray(chosen.start, chosen.end + 1) : content;
  if (chosen.kind === 'part') {
    response.set('Content-Range', `bytes ${chosen.start}-${chosen.end}/${size}`);
  }
  if (encoding !== 'identity') response.set('Content-Encoding', encoding);
  response.status(chosen.kind === 'part' ? PARTIAL_STATUS : OK_STATUS);
  response.set('Content-Length', String(part.length));
  response.end(request.method === 'HEAD' ? undefined : part);
}
