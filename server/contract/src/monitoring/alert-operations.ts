/** The rows of the operations table about alerts, of orchestration policies and from outside. */
import { z } from 'zod';
import { SilenceEnd } from '../healing/incident.ts';
import { AlertId } from '../ids.ts';
import { Comment } from '../operation/hold.ts';
import { list, oneOf, oneOfTexts } from '../operation/listing.ts';
import { change, look } from '../operation/operation-shapes.ts';
import { PrincipalName, Timestamp } from '../schema/resource.ts';

/** Whether it is over, whether a person looks after it, and whether it is to be quiet. */
export const AlertState = z.enum(['open', 'acknowledged', 'silenced', 'resolved']);

/** What says that something is wrong. */
export const AlertSource = z.enum(['policy', 'alertmanager', 'metric']);
export type AlertSource = z.infer<typeof AlertSource>;

/** Severity set by the policy's `alert` action, by Alertmanager's label, or by the watch. */
export const AlertSeverity = z.enum(['info', 'warning', 'critical']);

/** Alert of a policy about a resource, of Alertmanager or a metric, however often it fires. */
export const Alert = z.looseObject({
  id: AlertId,
  state: AlertState,
  severity: AlertSeverity,
  source: AlertSource.describe(
    '`policy`: an orchestration policy; `alertmanager`: Alertmanager, through a webhook of a ' +
      'workflow; `metric`: a metric that is watched',
  ),
  message: z
    .string()
    .describe('Message of the policy, summary of Alertmanager, or what is wrong with the metric'),
  policy_id: z.string().nullable().describe('Id of the orchestration policy'),
  policy: z.string().nullable().describe('Name of the policy'),
  metric: z.string().nullable().describe('Name of the metric that is watched'),
  rule: z
    .string()
    .describe('Name of the rule that fired last; of a metric, `anomaly` or `no-samples`'),
  target_kind: z
    .string()
    .nullable()
    .describe('Kind of the resource: vm or vm_group; of a metric also tenant'),
  target_id: z.string().nullable().describe('Id of the resource'),
  target: z
    .string()
    .nullable()
    .describe('Name of the resource; of Alertmanager the label `node`, or else `instance`'),
  fingerprint: z.string().nullable().describe("Alertmanager's id of the labels of an alert"),
  because: z
    .array(z.string())
    .describe(
      'Why the conditions of the rule held, description of Alertmanager, or what is unusual ' +
        'about the metric, for people',
    ),
  count: z.int().describe('How often it fired since it was first seen'),
  first_seen_at: Timestamp.describe(
    'Time it first fired; one that returns within 10 minutes of its end is the same one',
  ),
  last_seen_at: Timestamp.describe('When it fired last'),
  acknowledged_at: Timestamp.nullable(),
  acknowledged_by: PrincipalName.nullable(),
  note: z.string().nullable().describe('Note of the person who acknowledged it'),
  silenced_until: Timestamp.nullable().describe('No events are published about it until then'),
  silenced_by: PrincipalName.nullable(),
  resolved_at: Timestamp.nullable().describe(
    'When no rule of the policy asked for it any more, Alertmanager said that it is over, or the ' +
      'metric was as usual again',
  ),
});
export type Alert = z.infer<typeof Alert>;

/** The rows by name. */
export const alertOperations = {
  'alert.list': {
    ...look,
    summary:
      'Lists alerts: one for each policy and target, those that Alertmanager sends, and those of ' +
      'watched metrics.',
    rest: { method: 'GET', path: '/alerts', status: 200 },
    ...list(Alert, {
      filters: {
        state: oneOf(AlertState, 'Only those in one of these states'),
        severity: oneOf(AlertSeverity, 'Only those of one of these severities'),
        source: oneOf(AlertSource, 'Only those of one of these sources'),
        policy_id: oneOfTexts('Only those of one of these policies, by id'),
        target_id: oneOfTexts('Only those about one of these resources, by id'),
      },
      sort: ['-id', 'first_seen_at', 'last_seen_at', 'severity', 'state', 'target'],
      search: ['target', 'policy', 'rule'],
      time: 'last_seen_at',
    }),
    problems: [],
  },
  'alert.ack': {
    ...change,
    summary: 'Acknowledges an alert: the caller takes ownership. Ends its silence.',
    rest: { method: 'POST', path: '/alerts/{id}/ack', status: 200 },
    input: z.strictObject({
      id: AlertId,
      note: Comment.optional().describe('Note for others, such as what is being done'),
    }),
    output: z.looseObject({ resource: Alert }),
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
  'alert.silence': {
    ...change,
    summary: 'Silences an alert until a given time; it is still counted and listed.',
    rest: { method: 'POST', path: '/alerts/{id}/silence', status: 200 },
    input: z.strictObject({
      id: AlertId,
      until: SilenceEnd,
    }),
    output: z.looseObject({ resource: Alert }),
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
} as const;
