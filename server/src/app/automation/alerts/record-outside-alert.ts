/**
 * Alerts that Alertmanager sends to the webhook of a workflow, as records beside those of policies.
 * They are no incidents: nothing heals by them.
 */
import { hash } from 'node:crypto';
import type { AlertmanagerAlert } from '@novacron/contract/automation/alertmanager';
import { canonicalJson } from '@novacron/contract/json';
import { AlertSeverity } from '@novacron/contract/monitoring/alert-operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { Change } from '../../../ports/store.ts';
import type { KernelDeps } from '../../kernel/context/deps.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import { type FiredAlert, settleOne, trackAlert } from './track-alerts.ts';

/** Where an alert was sent to. */
export interface AlertReceiver {
  readonly tenantId: string;
  readonly workflow: { readonly id: string; readonly name: string };
  /** Whether the alert is about this control plane, whose own events must not act on it. */
  readonly subject: 'novacron' | 'other';
}

const TRIES_MAX = 3;

/** Records an alert that fires, or closes it. Problems: `conflict`, and those of the store. */
export async function recordOutsideAlert(
  deps: KernelDeps,
  receiver: AlertReceiver,
  alert: AlertmanagerAlert,
): Promise<Result<void, Problem>> {
  const plan = alert.status === 'firing' ? raise : close;
  for (let tries = 1; ; tries += 1) {
    const changes = await plan(deps, receiver, alert);
    if (changes.length === 0) return ok(undefined);
    const done = await commitChanges(deps, changes);
    if (done.ok) return ok(undefined);
    // A person, or another server, has changed it meanwhile.
    if (done.error.code !== 'conflict' || tries === TRIES_MAX) return done;
  }
}

async function raise(
  deps: KernelDeps,
  { tenantId, workflow, subject }: AlertReceiver,
  alert: AlertmanagerAlert,
): Promise<readonly Change[]> {
  const { labels, annotations = {} } = alert;
  const { alertname = 'alert', node, instance = '' } = labels;
  const severity = AlertSeverity.safeParse(labels.severity);
  const { summary = alertname, description } = annotations;
  const tracked = await trackAlert(deps, {
    tenantId,
    source: 'alertmanager',
    events: eventsOf(subject),
    policy: workflow,
    rule: alertname,
    target: { kind: '', id: fingerprintOf(alert), name: node ?? instance },
    severity: severity.success ? severity.data : 'warning',
    message: summary,
    because: description === undefined ? [] : [description],
  });
  return tracked.changes;
}

async function close(
  deps: KernelDeps,
  { workflow, subject }: AlertReceiver,
  alert: AlertmanagerAlert,
): Promise<readonly Change[]> {
  const [row] = await deps.store.read({
    from: 'alerts',
    where: { policy_id: workflow.id, target_id: fingerprintOf(alert) },
    damaged: 'blank',
  });
  return row === undefined
    ? []
    : settleOne(deps, row, { rule: 'ended', events: eventsOf(subject) });
}

function eventsOf(subject: AlertReceiver['subject']): FiredAlert['events'] {
  return subject === 'novacron' ? 'none' : 'published';
}

/** Alertmanager's own, which is a hash of the labels; older ones do not send it. */
function fingerprintOf({ fingerprint, labels }: AlertmanagerAlert): string {
  return fingerprint ?? hash('sha256', canonicalJson(labels), 'hex').slice(0, 16);
}
