import type { JsonObject } from '@novacron/contract/json';

/** What a sender has delivered to a webhook, once its format is checked. */
export interface Delivery {
  /** What conditions and inputs read. */
  readonly payload: JsonObject;
  /**
   * Says which deliveries are the same where the sender gives them no id; undefined where nothing
   * in the payload says so.
   */
  readonly identity: string | undefined;
}
