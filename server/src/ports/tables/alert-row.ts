/** A row of `alerts`: what a policy says about a target, or Alertmanager about labels. */
export interface AlertRow {
  readonly id: string;
  readonly tenant_id: string;
  /** `open`, `acknowledged`, `silenced` or `resolved`. */
  readonly state: string;
  readonly severity: string;
  /** `policy`, `alertmanager` or `capacity`. */
  readonly source: string;
  /** Of Alertmanager: the workflow whose webhook received it. */
  readonly policy_id: string;
  readonly policy_name: string;
  /** The rule that fired last. */
  readonly rule: string;
  /** Of Alertmanager: empty. */
  readonly target_kind: string;
  /** Of Alertmanager: the fingerprint. */
  readonly target_id: string;
  readonly target_name: string;
  /** Message, reasons and note of a person, as canonical JSON. Sealed. */
  readonly said_json: string;
  /** Number of times the alert fired since it was first seen. */
  readonly fired: number;
  readonly first_seen_at_ms: number;
  readonly last_seen_at_ms: number;
  readonly acknowledged_at_ms: number | null;
  readonly acknowledged_by: string | null;
  readonly silenced_until_ms: number | null;
  readonly silenced_by: string | null;
  readonly resolved_at_ms: number | null;
}
