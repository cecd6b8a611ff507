/** A resource of a Terraform plan. */

import type { JsonObject } from '@novacron/contract/json';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';

/** A resource of a Terraform plan, with the change that the plan makes to it. */
export interface PlannedResource {
  readonly address: string;
  /** The module it is declared in, such as module.web["a"]; empty for the root. */
  readonly moduleAddress: string;
  /** Terraform's type and the name in the configuration. */
  readonly type: string;
  readonly label: string;
  readonly kind: ResourceKind;
  /** undefined for a resource that does not exist yet. */
  readonly id: string | undefined;
  /** `none`: the plan leaves it as it is; only comparisons of verdicts look at it. */
  readonly change: 'create' | 'update' | 'delete' | 'replace' | 'none';
  /** What the server has computed of it, as the plan has read it. */
  readonly computed: JsonObject;
  /** Cost per hour of a new VM on the node that the plan shows; null: not known. */
  readonly plannedPerHour: number | null;
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
  /** Fields whose values are known after apply. */
  readonly unknown: readonly string[];
}
