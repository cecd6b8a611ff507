import type { AlertmanagerAlert } from '@novacron/contract/automation/alertmanager';
import type { JsonObject } from '@novacron/contract/json';

/** Delivery to a webhook, after its format is checked. */
export interface Delivery {
  /** Data for conditions and inputs. */
  readonly payload: JsonObject;
  /**
   * Says which deliveries are the same where the sender gives them no id; undefined where nothing
   * in the payload says so.
   */
  readonly identity: string | undefined;
  /** The alert of Alertmanager that it is; undefined for others. */
  readonly alert: AlertmanagerAlert | undefined;
}
