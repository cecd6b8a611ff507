import type { WebhookSender } from '../../../ports/webhooks.ts';
import type { CapabilityDeps } from '../deps.ts';

/** What running orchestration policies needs. */
export interface OrchestrationDeps extends CapabilityDeps {
  /** Sends webhooks; undefined where webhooks are disabled. */
  readonly webhooks: WebhookSender | undefined;
}
