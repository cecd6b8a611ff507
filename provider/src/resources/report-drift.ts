/** Tells the user that a resource is no longer as it was applied: what, how badly, by whom. */
import { DRIFT_SEVERITIES, type DriftSeverity } from '@novacron/contract/drift';
import type { Values } from '../fields/field-values.ts';
import type { Diagnostics, Report } from '../framework/diagnostics/diagnostics.ts';
import type { WarningMode } from '../rpc/drift-tally.ts';
import type { DeletionReport } from '../rpc/read-deletions.ts';
import type { DriftReason } from '../rpc/read-drift-news.ts';
import type { Session } from '../rpc/session.ts';

/** A resource that is not as its state remembers it. */
interface Drifted {
  readonly label: string;
  readonly fields: readonly string[];
  readonly was: Values;
  readonly is: Values;
  /** What the server knows about it; no record where it applied something else. */
  readonly news: DriftReason;
}

/**
 * Warns about fields that were changed behind Terraform's back, or fails where the provider is told
 * to. Nothing is said of what NovaCron did within policy, what was adopted, and what is ignored.
 */
export function reportDrift(
  diagnostics: Diagnostics,
  { drifts, failOnDrift }: Pick<Session, 'drifts' | 'failOnDrift'>,
  drifted: Drifted,
): void {
  const [first] = drifted.fields;
  const { record, explained, group } = drifted.news;
  if (first === undefined || (record === undefined && explained !== undefined)) return;
  const severity = record?.severity;
  const telling = drifts.take(group);
  if (telling.kind === 'told') return;
  const told =
    telling.kind === 'single'
      ? tellOne(drifted, first)
      : tellSum(drifted.news, telling, drifts.warningsMax);
  const worst = telling.kind === 'single' ? severity : group?.severity;
  tell(diagnostics, told, { severity: worst, failOnDrift });
}

/** Warns that a resource was deleted behind Terraform's back, or fails as for any other drift. */
export function reportDeletion(
  diagnostics: Diagnostics,
  { failOnDrift, warningsMax }: Pick<Session, 'failOnDrift' | 'warningsMax'>,
  { label, news }: { readonly label: string; readonly news: DeletionReport },
): void {
  if (news.kind === 'silent') return;
  if (news.kind === 'untraced') {
    // Whoever deleted it, or nobody at all: it is as bad as a deletion.
    tell(diagnostics, tellUntraced(label), { severity: 'critical', failOnDrift });
    return;
  }
  const { severity, cause, explanation } = news.deleted;
  const by = cause.client === 'terraform' ? 'by another run of Terraform' : 'outside of Terraform';
  const told =
    news.kind === 'single'
      ? {
          summary: `Drift (${severity}): ${label} was deleted ${by}`,
          detail: explanation.join('\n'),
        }
      : {
          summary: `Drift (${severity}): more than ${warningsMax} resources are gone`,
          detail: 'The others are not listed here. `novacron audit list` tells who deleted them.',
        };
  tell(diagnostics, told, { severity, failOnDrift });
}

function tellUntraced(label: string): Report {
  return {
    summary: `Gone without a trace: ${label}`,
    detail:
      'The state has it; the server has neither it nor a record of its end. That is so with a ' +
      'key of another tenant and with another server, where nothing has ended. Else its create ' +
      'was undone after Terraform had stopped waiting, or its end is older than the log.\n\n' +
      'Check endpoint and api_key of the provider before you apply: an apply makes it anew and ' +
      'forgets the one that the state has. The argument `tenant` of the provider refuses the key ' +
      'of another tenant. More that is gone like this is not listed.',
  };
}

function tell(
  diagnostics: Diagnostics,
  told: Report,
  {
    severity,
    failOnDrift,
  }: {
    readonly severity: DriftSeverity | undefined;
    readonly failOnDrift: DriftSeverity | undefined;
  },
): void {
  if (!isAsSevere(severity, failOnDrift)) diagnostics.warning(told);
  else diagnostics.error({ ...told, detail: `${told.detail}\n\n${howToGoOn(failOnDrift)}` });
}

function isAsSevere(severity: DriftSeverity | undefined, least: DriftSeverity | undefined) {
  if (severity === undefined || least === undefined) return false;
  return DRIFT_SEVERITIES.indexOf(severity) <= DRIFT_SEVERITIES.indexOf(least);
}

function howToGoOn(least: DriftSeverity | undefined): string {
  return (
    `fail_on_drift = "${least}" makes this an error. For the apply that repairs it: ` +
    'NOVACRON_FAIL_ON_DRIFT=off terraform apply.'
  );
}

function tellOne({ label, fields, was, is, news: { record } }: Drifted, first: string) {
  if (record === undefined) {
    const lines = fields.map((name) => `${name}: ${show(was[name])} -> ${show(is[name])}`);
    return {
      summary: `Drift: ${label} is not as this state remembers it`,
      detail: [...lines, '', 'Apply to bring it back, or change the configuration.'].join('\n'),
      path: [first],
    };
  }
  return {
    summary: `Drift (${record.severity}): ${label} was changed outside of Terraform`,
    detail: record.explanation.join('\n'),
    path: [first],
  };
}

/** One for all that one hand changed, after the first were told one by one. */
function tellSum(
  { group }: DriftReason,
  { others }: WarningMode & { readonly kind: 'sum' },
  warningsMax: number,
) {
  const report = '`novacron drift report` tells all of them.';
  if (group === undefined) {
    return {
      summary: `Drift: more than ${warningsMax} resources were changed outside of Terraform`,
      detail: `The rest is not listed here. ${report}`,
    };
  }
  const more = others === 1 ? '1 more resource' : `${others} more resources`;
  return {
    summary: `Drift (${group.severity}): ${more} changed by ${group.cause}`,
    detail: [
      `${group.summary}. ${report}`,
      `All of it at once: novacron drift remediate --action revert --cause '${group.cause}'.`,
    ].join('\n'),
  };
}

function show(value: unknown): string {
  return JSON.stringify(value ?? null);
}
