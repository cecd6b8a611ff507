/** Resources of a plan as checks judge them, and what checks find about one. */
import type { CheckSeverity } from '@novacron/contract/compliance/compliance';

/** A resource that a plan creates or changes. */
export interface PlannedSubject {
  /** Kind of the resource, such as `vm`. */
  readonly kind: string;
  /** Its fields, in the names of the contract. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Paths of values that are known after apply: `network_id`, `metadata.owner`. */
  readonly unknown: readonly string[];
}

/** A check that a planned resource fails. */
export interface PlannedFinding {
  /** Id of the check, such as `NC-NET-001`. */
  readonly check: string;
  readonly title: string;
  readonly severity: CheckSeverity;
  /** What is wrong. */
  readonly reason: string;
  /** Requirements of the standards that it gives evidence for. */
  readonly requirements: readonly PlannedRequirements[];
}

/** Requirements of one standard, by their numbers. */
export interface PlannedRequirements {
  readonly standard: string;
  readonly ids: readonly string[];
}
