/**
 * Performs a step that sends a webhook: signed, in the asymmetric form of the specification
 * Standard Webhooks 1.0, by the key that also signs policies, and for a day after a rotation by the
 * previous key too: the specification allows several signatures. A webhook's signed text begins
 * with the id of an operation and a policy's with a brace, so neither can pass for the other.
 */
import { assert } from '@novacron/contract/result';
import type {
  StepOutcome,
  WebhookStepAction,
} from '../../kernel/definitions/operation-definition.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { failed, failureOf } from '../../platform/egress-outcome.ts';
import { webhookKeys } from '../../policy/signing/server-keys.ts';
import { refuseWebhookHost } from '../../resources/orchestration-policy/webhook-hosts.ts';

/** A receiver writes down what it got and answers. Unit: ms. */
const POST_MS_MAX = 10_000;

/**
 * Sends the message once.
 * @param id - names the message: the same in every attempt, so that receivers can drop repeats
 */
export async function sendWebhook(
  deps: CapabilityDeps,
  id: string,
  { url, body }: WebhookStepAction,
): Promise<StepOutcome> {
  const { egress, policySignatures: signatures, clock } = deps;
  if (egress === undefined || signatures === undefined) {
    return failed('this server sends no webhooks', 'final');
  }
  const refused = refuseWebhookHost(url, deps.settings.webhookHosts);
  if (refused !== undefined) return failed(refused, 'final');
  const keys = await webhookKeys({ ...deps, signatures });
  if (!keys.ok) return failed(keys.error.detail, 'retry');
  const seconds = String(Math.floor(clock.nowMs() / 1_000));
  const signed = keys.value.map(
    ({ privateKey }) => `v1a,${signatures.sign(privateKey, `${id}.${seconds}.${body}`)}`,
  );
  const [operation] = await deps.store.read({ from: 'operations', where: { id } });
  assert(operation !== undefined, `${id} is there while it runs`);
  const answer = await egress.send({
    link: 'webhooks',
    tenantId: operation.tenant_id,
    hosts: deps.settings.webhookHosts,
    method: 'POST',
    timeoutMs: POST_MS_MAX,
    // The receiver's body is not read, so that it cannot be too long.
    bodyBytesMax: 0,
    url,
    body,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'novacron',
      'webhook-id': id,
      'webhook-timestamp': seconds,
      'webhook-signature': signed.join(' '),
    },
  });
  return failureOf(new URL(url).host, answer) ?? { kind: 'succeeded' };
}
