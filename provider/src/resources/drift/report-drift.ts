/** Warns that a resource has drifted: what changed, how severe it is and who changed it. */
import {
  DRIFT_SEVERITIES,
  type DriftSeverity,
  type ExplainedDriftRecord,
} from '@novacron/contract/drift/drift';
import { equalJson } from '@novacron/contract/json';
import { isRecord } from '../../cty/is-record.ts';
import { containsUnknown, type Values } from '../../fields/field-values.ts';
import { HIDDEN, isHidden, showChange } from '../../fields/shown-values.ts';
import type { Diagnostics, Report } from '../../framework/diagnostics/diagnostics.ts';
import type { DeletionReport } from '../../rpc/read-deletions.ts';
import type { DriftReason } from '../../rpc/read-drift-reasons.ts';
import type { Session } from '../../rpc/session.ts';

/** A resource that differs from its state. */
interface Drifted {
  readonly label: string;
  readonly fields: readonly string[];
  /** Fields that the resource lacks parts of, which the plan adds again; paths that it keeps. */
  readonly completed?: readonly string[];
  readonly was: Values;
  readonly is: Values;
  /** Values planned for the resource. */
  readonly planned: Values;
  /** The server's drift record; none where the difference has another cause. */
  readonly news: DriftReason;
}

/**
 * Warns about fields that were changed outside of Terraform, or fails if `fail_on_drift` says so.
 * Changes that NovaCron made itself, adopted changes and ignored drift are not reported.
 */
export function reportDrift(
  diagnostics: Diagnostics,
  { drifts, failOnDrift }: Pick<Session, 'drifts' | 'failOnDrift'>,
  drifted: Drifted,
): void {
  const [first] = drifted.fields;
  const { record, explained, cause, unknown } = drifted.news;
  if (first === undefined || (record === undefined && explained !== undefined)) return;
  if (unknown !== undefined) {
    reportUnknown(diagnostics, { drifts, failOnDrift }, { ...drifted, first, unknown });
    return;
  }
  // Another run has applied what the state does not have: nothing says how severe that is.
  const severity = record?.severity ?? 'critical';
  const mode = drifts.take(cause, severity);
  if (mode === 'suppressed') return;
  const reported = mode === 'individual' ? describeOne(drifted, first) : summarize(drifted.news);
  report(diagnostics, reported, { severity, failOnDrift });
}

/** Whether runs of Terraform alone have made the changes. */
function isByTerraform({ causes }: ExplainedDriftRecord): boolean {
  return causes.length > 0 && causes.every(({ client }) => client === 'terraform');
}

/** The server's explanation, without the fields that the plan leaves as they are. */
function explanationOf(
  record: ExplainedDriftRecord,
  { fields, completed, is, planned }: Pick<Drifted, 'fields' | 'completed' | 'is' | 'planned'>,
): readonly string[] {
  return linesOf(record, (path) => {
    const [name = ''] = path.split(/[.[]/);
    if (completed?.includes(name) === true || completed?.includes(path) === true) return true;
    if (!fields.includes(name)) return false;
    // Parts of a list are not compared one by one.
    const isWhole = name === path || !isRecord(is[name]) || !isRecord(planned[name]);
    if (isWhole || containsUnknown(planned[name])) return true;
    return !equalJson(valueAt(is, path) ?? null, valueAt(planned, path) ?? null);
  });
}

/**
 * The server's explanation as a plan may show it, without texts that may be secret.
 * @param isRestored - whether a plan returns a field, by its path; the others are left out
 */
export function linesOf(
  { resource_id: id, explanation, fields }: ExplainedDriftRecord,
  isRestored: (path: string) => boolean = () => true,
): readonly string[] {
  const paths = fields.map(({ field }) => field);
  const silent = paths.filter((path) => !isRestored(path));
  const hidden = paths.filter((path) => isHidden(path) && !silent.includes(path));
  const lines = explanation
    .filter((line) => !silent.some((path) => line.startsWith(`${path}: `)))
    .map((line) => {
      const path = hidden.find((each) => line.startsWith(`${each}: `));
      return path === undefined ? line : `${path}: ${HIDDEN}`;
    });
  return hidden.length === 0 ? lines : [...lines, `To see the values: novacron drift show ${id}.`];
}

/** The value at a path such as `metadata.tier`. Names of labels may have dots themselves. */
function valueAt(values: unknown, path: string): unknown {
  if (!isRecord(values)) return undefined;
  if (Object.hasOwn(values, path)) return values[path];
  const [name = '', ...rest] = path.split('.');
  return rest.length === 0 ? undefined : valueAt(values[name], rest.join('.'));
}

/** Warns about a difference that may be drift of any severity, so `fail_on_drift` fails. */
function reportUnknown(
  diagnostics: Diagnostics,
  { drifts, failOnDrift }: Pick<Session, 'drifts' | 'failOnDrift'>,
  { label, was, is, fields, first, unknown }: Drifted & { first: string; unknown: string },
): void {
  const mode = drifts.take('unknown', 'critical');
  if (mode === 'suppressed') return;
  const lines = fields.map((name) => showChange(name, was[name], is[name]));
  const reported =
    mode === 'individual'
      ? {
          summary: `Drift not known: ${label} differs from this state`,
          detail: [...lines, '', `The server cannot tell whether this is drift. ${unknown}`].join(
            '\n',
          ),
          path: [first],
        }
      : {
          summary: `Drift not known: more than ${drifts.warningsMax} resources differ`,
          detail: `The others are not listed here. The first of them: ${unknown}`,
        };
  report(diagnostics, reported, { severity: 'critical', failOnDrift });
}

/** Warns that a resource was deleted outside of Terraform, or fails as for any other drift. */
export function reportDeletion(
  diagnostics: Diagnostics,
  { failOnDrift, warningsMax }: Pick<Session, 'failOnDrift' | 'warningsMax'>,
  { label, news }: { readonly label: string; readonly news: DeletionReport },
): void {
  if (news.kind === 'suppressed') return;
  if (news.kind === 'unexplained') {
    // A missing resource is as severe as a deletion, whether or not the cause is known.
    report(diagnostics, describeMissing(label), { severity: 'critical', failOnDrift });
    return;
  }
  const { severity, cause, explanation } = news.deleted;
  const by = cause.client === 'terraform' ? 'by another run of Terraform' : 'outside of Terraform';
  const reported =
    news.kind === 'individual'
      ? {
          summary: `Drift (${severity}): ${label} was deleted ${by}`,
          detail: explanation.join('\n'),
        }
      : {
          summary: `Drift (${severity}): more than ${warningsMax} resources were deleted`,
          detail: 'The others are not listed here. `novacron audit list` shows who deleted them.',
        };
  report(diagnostics, reported, { severity, failOnDrift });
}

function describeMissing(label: string): Report {
  return {
    summary: `Not found on the server: ${label}`,
    detail:
      'The state contains it, but the server has neither the resource nor a record of its ' +
      'deletion. The API key may belong to another tenant, or the endpoint to another server. ' +
      'Otherwise its create was rolled back after Terraform stopped waiting, or it was deleted ' +
      'before the retained log begins.\n\n' +
      'Check endpoint and api_key of the provider before you apply: an apply creates a new one ' +
      'and ' +
      'drops the old one from the state. Set the argument `tenant` of the provider to reject ' +
      'keys ' +
      'of other tenants. Further resources that are missing like this are not listed.',
  };
}

function report(
  diagnostics: Diagnostics,
  reported: Report,
  {
    severity,
    failOnDrift,
  }: {
    readonly severity: DriftSeverity | undefined;
    readonly failOnDrift: DriftSeverity | undefined;
  },
): void {
  if (!isAsSevere(severity, failOnDrift)) diagnostics.warning(reported);
  else
    diagnostics.error({ ...reported, detail: `${reported.detail}\n\n${howToGoOn(failOnDrift)}` });
}

function isAsSevere(severity: DriftSeverity | undefined, least: DriftSeverity | undefined) {
  if (severity === undefined || least === undefined) return false;
  return DRIFT_SEVERITIES.indexOf(severity) <= DRIFT_SEVERITIES.indexOf(least);
}

function howToGoOn(least: DriftSeverity | undefined): string {
  return (
    `fail_on_drift = "${least}" makes this an error. To repair it, run ` +
    'NOVACRON_FAIL_ON_DRIFT=off terraform apply.'
  );
}

function describeOne(drifted: Drifted, first: string): Report {
  const { label, fields, was, is, news } = drifted;
  const { record } = news;
  if (record === undefined) {
    const lines = fields.map((name) => showChange(name, was[name], is[name]));
    return {
      summary: `Drift: ${label} differs from this state`,
      detail: [
        ...lines,
        '',
        'Another run of Terraform has applied it with these values. Apply to restore it, or ' +
          'change the configuration.',
      ].join('\n'),
      path: [first],
    };
  }
  const lines = explanationOf(record, drifted);
  if (!isByTerraform(record)) {
    return {
      summary: `Drift (${record.severity}): ${label} was changed outside of Terraform`,
      detail: lines.join('\n'),
      path: [first],
    };
  }
  return {
    summary: `Drift (${record.severity}): ${label} was changed by another run of Terraform`,
    detail: [
      'It is of another configuration or state, or an apply of this one that did not succeed as ' +
        'a whole.',
      '',
      ...lines,
    ].join('\n'),
    path: [first],
  };
}

/**
 * The warning of further resources. The provider does not know how many there are: Terraform plans
 * one after the other, and the report has those of other configurations, too.
 */
function summarize({ record, cause = 'unknown' }: DriftReason): Report {
  const severity = record === undefined ? '' : ` (${record.severity})`;
  const how = cause === 'unknown' ? 'outside of Terraform' : `by ${cause}`;
  return {
    summary: `Drift${severity}: more resources were changed ${how}`,
    detail:
      'They are not listed here. The plan shows what an apply restores. ' +
      '`novacron drift report` lists all drift, with that of other configurations.',
  };
}
