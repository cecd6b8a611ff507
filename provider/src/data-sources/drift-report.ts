/** `novacron_drift_report`: drift as data, because Terraform drops warnings from saved plans. */
import { DRIFT_SEVERITIES, DriftSeverity } from '@novacron/contract/drift/drift';
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import type { DataSource } from '../framework/data-source.ts';
import { bool, float, list, nested, string } from '../framework/schema/attributes.ts';
import { dataSourceSchema } from '../framework/schema/schema.ts';
import { oneOf } from '../framework/schema/validators.ts';
import { toUserError } from '../rpc/await-operation.ts';
import type { Session } from '../rpc/session.ts';

const fieldAttributes = {
  field: string({ computed: true, description: 'Name of the field.' }),
  was: string({ computed: true, description: 'Applied value, as JSON.' }),
  is: string({ computed: true, description: 'Current value, as JSON.' }),
  wanted: string({
    computed: true,
    description: 'Value that a remediation restores, as JSON.',
  }),
  drift_class: string({
    computed: true,
    description: '`security`, `availability`, `cost` or `cosmetic`.',
  }),
};

const causeAttributes = {
  principal: string({ computed: true, description: 'Actor of the latest of these changes.' }),
  kind: string({
    computed: true,
    description: 'Kind of the actor: `person`, `api_key`, `terraform`, `guest`, `hypervisor`, …',
  }),
  client: string({ computed: true, description: 'Client program: `terraform`, `cli`, `rest`.' }),
  request_id: string({ computed: true, description: 'Id of the request, as in the audit log.' }),
  at: string({ computed: true, description: 'Time of the change, RFC 3339 in UTC.' }),
};

const schema = dataSourceSchema({
  description:
    'Resources that differ from the applied configuration, with severity, time and cause.',
  attributes: {
    deployment: string({
      optional: true,
      computed: true,
      description: 'The deployment to report on. Default: the deployment of the provider.',
    }),
    severity_min: string({
      optional: true,
      validators: [oneOf(...DriftSeverity.options)],
      description: 'Only drift that is at least as severe: `critical`, `high`, `medium`, `low`.',
    }),
    clean: bool({ computed: true, description: 'Whether nothing has drifted.' }),
    severity: string({
      computed: true,
      nullable: true,
      description: 'The highest severity; null if nothing has drifted.',
    }),
    records: nested({
      nesting: 'list',
      computed: true,
      description: 'One record for each resource, most severe first.',
      attributes: {
        resource_kind: string({ computed: true, description: 'Kind, such as `vm`.' }),
        resource_id: string({ computed: true, description: 'Id of the resource.' }),
        resource_name: string({ computed: true, description: 'Name of the resource.' }),
        severity: string({ computed: true, description: 'Severity of the drift.' }),
        drift_percent: float({
          computed: true,
          description: 'Changed fields among those applied. Unit: percent.',
        }),
        drift_class: string({
          computed: true,
          description: 'The most severe class of its fields.',
        }),
        applied_at: string({ computed: true, description: 'Time of the last apply.' }),
        explanation: list({
          element: string,
          computed: true,
          description: 'Explanation as readable lines: changes, causes and next steps.',
        }),
        fields: nested({
          nesting: 'list',
          computed: true,
          attributes: fieldAttributes,
          description: 'Changed fields.',
        }),
        causes: nested({
          nesting: 'list',
          computed: true,
          attributes: causeAttributes,
          description: 'Causes of the changes, latest first.',
        }),
      },
    }),
  },
});

/** Ordered from the most severe. */
const SEVERITIES: readonly string[] = DRIFT_SEVERITIES;

/** Reads the report of one deployment. */
export const driftReportSource: DataSource<typeof schema, Session> = {
  schema,
  async read({ deployment, severity_min: least }, { client: session, signal }) {
    const asked = deployment ?? session.deployment;
    const report = await session.client.call('drift.report', { deployment: asked }, { signal });
    if (!report.ok) throw toUserError(report.error, 'read novacron_drift_report');
    const rank = (severity: string): number => SEVERITIES.indexOf(severity);
    const records = report.value.items
      .filter(({ severity }) => least === null || rank(severity) <= rank(least))
      .sort((a, b) => rank(a.severity) - rank(b.severity))
      .map(toRecordValue);
    return {
      deployment: asked,
      severity_min: least,
      clean: records.length === 0,
      severity: records[0]?.severity ?? null,
      records,
    };
  },
};

function toRecordValue(record: OutputOf<'drift.report'>['items'][number]) {
  const { resource_kind, resource_id, resource_name, severity, drift_percent } = record;
  return {
    resource_kind,
    resource_id,
    resource_name,
    severity,
    drift_percent,
    applied_at: record.applied_at,
    drift_class: record.drift_class ?? 'cosmetic',
    explanation: record.explanation,
    fields: record.fields.map(({ field, was, is, wanted = was, drift_class }) => ({
      field,
      drift_class,
      was: JSON.stringify(was),
      is: JSON.stringify(is),
      wanted: JSON.stringify(wanted),
    })),
    causes: record.causes.map(({ principal, kind = 'unknown', client, request_id, at }) => ({
      principal,
      kind,
      client,
      request_id,
      at,
    })),
  };
}
