/** Drift reports in the formats of people, programs and code hosts. */

import type { DeletedResource } from '@novacron/contract/drift/drift';
import { countOf } from '../../output/count-of.ts';
import type { Fields } from '../../output/fields.ts';
import { plainLine } from '../../output/plain-text.ts';
import type { Document, OutputFormat } from '../../output/render-output.ts';
import { renderExplanations, renderRows } from '../../output/render-table.ts';
import { writeJson } from '../../output/write-values.ts';
import type {
  Annotation,
  DriftView,
  PlacedRecord,
  StateComparison,
  StateResource,
} from './model.ts';
import { writeAnnotationMarkdown, writeReportMarkdown } from './write-drift-markdown.ts';
import { writeDriftSarif } from './write-drift-sarif.ts';

/** Style of a document. */
export interface DriftStyle {
  readonly format: OutputFormat;
  /** Version of this release. */
  readonly version: string;
}

/** Writes a report. Without state files its value is the array of records, as the API has them. */
export function renderReport(view: DriftView, { format, version }: DriftStyle): Document {
  if (format === 'markdown') return textDocument(writeReportMarkdown(view));
  if (format === 'sarif') return sarifDocument(view, version);
  const records: readonly Fields[] = view.records.map(({ record }) => record);
  const { comparison } = view;
  const text = recordsText(records) + groupsText(view.groups);
  if (comparison === undefined) return { kind: 'report', value: records, text };
  const value = { records: view.records.map(toValue), ...comparisonValue(comparison) };
  return { kind: 'report', value, text: text + comparisonText(comparison) };
}

/** Writes the end of resources. Programs get what the API says of it. */
export function renderDeleted(deleted: readonly DeletedResource[], style: DriftStyle): Document {
  if (style.format === 'markdown' || style.format === 'sarif') {
    return renderReport({ ...NOTHING, records: deleted.map(asRecord) }, style);
  }
  return { kind: 'report', value: deleted, text: renderExplanations(deleted).trimStart() };
}

/** Nothing of what was applied is left; which deployment it was went with its baseline. */
function asRecord({ cause, ...deleted }: DeletedResource): PlacedRecord {
  const all = { drift_percent: 100, drift_class: 'availability' } as const;
  const from = { causes: [cause], deployment: '', applied_at: cause.at };
  return { record: { ...deleted, ...all, ...from, fields: [] } };
}

/** Writes what is drifted in a plan: as Markdown, unless a program asks. */
export function renderAnnotation(
  annotation: Annotation,
  { format, version }: DriftStyle,
): Document {
  if (format === 'sarif') {
    return sarifDocument({ ...NOTHING, records: annotation.resources }, version);
  }
  const { resources, planned, others } = annotation;
  const value = {
    resources: resources.map((each) => ({
      ...toValue(each),
      effects: each.effects,
      fields: each.fields.map((field) => ({ ...field, wanted: field.wanted ?? null })),
    })),
    planned,
    others,
  };
  return { kind: 'report', value, text: writeAnnotationMarkdown(annotation) };
}

const NOTHING: DriftView = { records: [], groups: [], comparison: undefined };

function textDocument(text: string): Document {
  return { kind: 'text', value: { text } };
}

function sarifDocument(view: DriftView, version: string): Document {
  return textDocument(`${writeJson(writeDriftSarif(view, version), 2)}\n`);
}

/** Number of records that are explained in full below the table. */
const EXPLAINED_MAX = 10;

function recordsText(records: readonly Fields[]): string {
  if (records.length === 0) return 'No drift found.\n';
  const more = records.length - EXPLAINED_MAX;
  const rest =
    more > 0
      ? `\n${countOf(more, 'more resource')}: run \`novacron drift show RESOURCE\` for one, ` +
        'or use ' +
        '`--output json` for all\n'
      : '';
  const explained = renderExplanations(records.slice(0, EXPLAINED_MAX));
  return `${renderRows('drift', records)}${explained}${rest}`;
}

/** One cause of several resources is one thing to look at. */
function groupsText(groups: DriftView['groups']): string {
  const lines = groups
    .filter(({ resource_ids: ids }) => ids.length > 1)
    .map(
      ({ cause, severity, summary }) =>
        `${severity}: ${plainLine(summary)} [${plainLine(cause)}]\n`,
    );
  return lines.length === 0 ? '' : `\nby one cause:\n${lines.join('')}`;
}

function toValue({ record, address, place }: DriftView['records'][number]): Fields {
  return { ...record, address: address ?? null, place: place ?? null };
}

function comparisonValue({ unmanaged, missing, ...counts }: StateComparison): Fields {
  const { resources, managed, percent } = counts;
  return {
    unmanaged,
    missing: missing.map(missingValue),
    coverage: { resources, managed, percent },
  };
}

function missingValue({ kind, id, address, file }: StateResource): Fields {
  return { resource_kind: kind, resource_id: id, address, file };
}

function comparisonText({ unmanaged, missing, ...counts }: StateComparison): string {
  const { resources, managed, percent } = counts;
  const ofAll = `${managed} of ${countOf(resources, 'resource')} in a state`;
  const rows: readonly Fields[] = unmanaged.map((each) => ({ ...each }));
  return [
    unmanaged.length === 0 ? '' : `\nnot in any state file:\n${renderRows('unmanaged', rows)}`,
    missing.length === 0
      ? ''
      : `\nin a state file, but deleted:\n${renderRows('missing', missing.map(missingValue))}`,
    `\ncoverage: ${percent} % (${ofAll})\n`,
  ].join('');
}
