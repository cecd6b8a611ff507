/**
 * Takes deliveries to webhooks of workflows. Their senders have no key of this server: the body is
 * signed instead, so it is read before its sender is known.
 */
import { WEBHOOKS_PATH } from '@novacron/contract/automation/workflow';
import { problem } from '@novacron/contract/problem/problem';
import type { Timers } from '@novacron/runtime/timers';
import {
  CHAIN_HEADER,
  readChainLength,
} from '../../app/automation/executions/tasks/chain-of-executions.ts';
import type { Core } from '../dispatch/dispatch.ts';
import type { ExchangeHandler } from '../http/exchange.ts';
import { limitBodies, UNKNOWN_CALLERS } from '../http/limit-bodies.ts';
import { bytesOf, collectRawBody, readJsonBody } from '../http/read-body.ts';
import { sendProblem } from '../http/send-problem.ts';

/** The path of the webhooks of all workflows. */
export const WEBHOOK_PATH = `${WEBHOOKS_PATH}/:workflow/:name`;

/** Room for a push of many commits, or for hundreds of alerts. Unit: bytes. */
const BODY_BYTES_MAX = 262_144;

const OK_STATUS = 200;
const ACCEPTED_STATUS = 202;

/** Makes the handlers. Problems: those of `Application.takeDelivery`, `payload-too-large`. */
export function createWebhookHandlers(
  core: Core & { readonly timers: Timers },
): readonly ExchangeHandler[] {
  return [
    requirePlainBody,
    limitBodies(core, UNKNOWN_CALLERS),
    collectRawBody(BODY_BYTES_MAX),
    takeDelivery(core),
  ];
}

/**
 * Refuses encoded bodies: the signature covers the body as received, and nothing is decompressed
 * for unknown senders.
 */
const requirePlainBody: ExchangeHandler = (request, response, next) => {
  const coding = request.get('content-encoding') ?? 'identity';
  if (coding.toLowerCase() === 'identity') return next();
  const found = problem('unsupported-media-type', {
    detail: 'This path takes bodies without a Content-Encoding.',
    remedy: 'Send the JSON as it is, and sign these bytes.',
  });
  sendProblem(response, found);
};

function takeDelivery({ application }: Core): ExchangeHandler {
  return async (request, response) => {
    const { requestId, clientAddress } = response.locals;
    const { workflow, name } = request.params;
    const taken = await application.takeDelivery({
      address: { workflowId: String(workflow), name: String(name) },
      headers: {
        id: request.get('webhook-id'),
        timestamp: request.get('webhook-timestamp'),
        signature: request.get('webhook-signature'),
        authorization: request.get('authorization'),
        hubSignature: request.get('x-hub-signature-256'),
        gitlabToken: request.get('x-gitlab-token'),
      },
      chainLength: readChainLength(request.get(CHAIN_HEADER)),
      body: bytesOf(request),
      readJson: () => readJsonBody(request),
      sender: { requestId, clientAddress },
    });
    if (!taken.ok) return sendProblem(response, taken.error);
    const status = taken.value.status === 'started' ? ACCEPTED_STATUS : OK_STATUS;
    response.status(status).json(taken.value);
  };
}
