/** Drift as Markdown, for pull requests and tickets. */
import { countOf } from '../../output/count-of.ts';
import { plainLine } from '../../output/plain-text.ts';
import { markdownCode, markdownTable } from '../../output/write-markdown.ts';
import { causeText, remedyOf, valueText } from './describe-record.ts';
import type {
  AnnotatedField,
  AnnotatedResource,
  Annotation,
  DriftView,
  PlacedRecord,
  PlanEffect,
  StateComparison,
} from './model.ts';

/** Code hosts refuse comments above 65,536; the rest is for what else a comment says. */
const LENGTH_MAX = 60_000;

/** Lists of resources are for a look, not for programs. */
const LISTED_MAX = 50;

/** A report: a table of all drifted resources, then each of them in detail. */
export function writeReportMarkdown({ records, comparison }: DriftView): string {
  const rows = records.map((placed) => [
    placed.record.severity,
    markdownCode(nameOf(placed)),
    placed.record.fields.map(({ field }) => markdownCode(field)).join(', '),
    plainLine(causeText(placed.record)),
  ]);
  const head =
    records.length === 0
      ? '## No drift\n'
      : `## Drift: ${countOf(records.length, 'resource')} drifted\n`;
  const parts = [
    head,
    summaryTable(['severity', 'resource', 'fields', 'changed by'], rows),
    ...(comparison === undefined ? [] : [comparisonText(comparison)]),
  ];
  return withDetails(parts.join(''), records.map(describePlaced));
}

/** Writes the drifted resources of a plan, and the plan's effects on them. */
export function writeAnnotationMarkdown({ resources, planned, others }: Annotation): string {
  const outside =
    others === 0 ? '' : `\n${countOf(others, 'drifted resource')} outside this plan.\n`;
  const ofPlan = `${countOf(planned, 'resource')} of this plan`;
  if (resources.length === 0) return `## No drift in the ${ofPlan}\n${outside}`;
  const rows = resources.map((each) => [
    each.record.severity,
    markdownCode(each.address),
    plainLine(causeText(each.record)),
    effectText(each.effects),
  ]);
  const parts = [
    // The members of a group have its address.
    `## Drift: ${new Set(resources.map(({ address }) => address)).size} of the ${ofPlan}\n`,
    summaryTable(['severity', 'resource', 'changed by', 'this plan'], rows),
    outside,
  ];
  return withDetails(parts.join(''), resources.map(describeAnnotated));
}

const EFFECTS: Readonly<Record<PlanEffect, string>> = {
  reverts: 'reverts it',
  keeps: 'keeps it as it is now',
  changes: 'changes it to something else',
  replaces: 'replaces the resource',
  destroys: 'destroys the resource',
  unknown: 'is known after apply',
  unaware: 'is outdated: run the plan again',
};

function effectText(effects: readonly PlanEffect[]): string {
  return effects.map((effect) => EFFECTS[effect]).join('; ');
}

function summaryTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const more = rows.length - LISTED_MAX;
  const rest = more > 0 ? `\n… and ${more} more, less severe.\n` : '';
  return `${markdownTable(head, rows.slice(0, LISTED_MAX))}${rest}`;
}

function describePlaced(placed: PlacedRecord): string {
  const { record } = placed;
  const rows = record.fields.map(({ field, was, is, drift_class }) => [
    markdownCode(field),
    drift_class,
    markdownCode(valueText(was)),
    markdownCode(valueText(is)),
  ]);
  return [
    headOf(placed),
    markdownTable(['field', 'class', 'was', 'is'], rows),
    remedy(record),
  ].join('');
}

function describeAnnotated(annotated: AnnotatedResource): string {
  const rows = annotated.fields.map((field) => [
    markdownCode(field.field),
    field.drift_class,
    markdownCode(valueText(field.was)),
    markdownCode(valueText(field.is)),
    wantedText(field),
    EFFECTS[field.effect],
  ]);
  const head = ['field', 'class', 'was', 'is', 'wanted', 'this plan'];
  return [headOf(annotated), markdownTable(head, rows), remedy(annotated.record)].join('');
}

function wantedText({ wanted, effect }: AnnotatedField): string {
  if (effect === 'destroys') return '(nothing)';
  return effect === 'unknown' ? '(known after apply)' : markdownCode(valueText(wanted));
}

function headOf(placed: PlacedRecord): string {
  const { record, place } = placed;
  const at = place === undefined ? '' : ` (${place.file}:${place.row})`;
  const name = placed.address === undefined ? '' : `${markdownCode(record.resource_name)}: `;
  return [
    `\n### ${record.severity}: ${markdownCode(nameOf(placed))}${at}\n\n`,
    `${name}${record.drift_percent} % of what deployment ${markdownCode(record.deployment)} `,
    `applied at ${record.applied_at}. Changed by ${plainLine(causeText(record))}.\n`,
  ].join('');
}

function remedy(record: PlacedRecord['record']): string {
  return `\n${plainLine(remedyOf(record))}\n`;
}

function nameOf({ record, address }: PlacedRecord): string {
  return address ?? `${record.resource_kind} ${record.resource_name}`;
}

function comparisonText({ percent, resources, managed, ...found }: StateComparison): string {
  const unmanaged = found.unmanaged.map((each) => [
    each.resource_kind,
    markdownCode(each.resource_name),
    markdownCode(each.resource_id),
    plainLine(each.created_by),
    each.created_at,
  ]);
  const missing = found.missing.map(({ address, id, file }) => [
    markdownCode(address),
    markdownCode(id),
    markdownCode(file),
  ]);
  return [
    `\n**Coverage: ${percent} %** (${managed} of ${countOf(resources, 'resource')} in a state)\n`,
    unmanaged.length === 0 ? '' : '\nNot in any state file:\n',
    summaryTable(['kind', 'name', 'id', 'made by', 'at'], unmanaged),
    missing.length === 0 ? '' : '\nIn a state file, but deleted:\n',
    summaryTable(['resource', 'id', 'state file'], missing),
  ].join('');
}

/** Appends as many details as a comment can hold. */
function withDetails(head: string, details: readonly string[]): string {
  let text = head;
  for (const [at, detail] of details.entries()) {
    if (text.length + detail.length > LENGTH_MAX) {
      const left = countOf(details.length - at, 'resource');
      return `${text}\n${left} more: run \`novacron drift report\` for details.\n`;
    }
    text += detail;
  }
  return text;
}
