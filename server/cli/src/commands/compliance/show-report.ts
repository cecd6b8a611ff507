/** `novacron compliance report --format`: a report in the form of a reader. */
import { ComplianceReport } from '@novacron/contract/compliance/compliance';
import { commandOf } from '../../arguments/command-table.ts';
import type { GivenWords } from '../../arguments/read-input.ts';
import type { Session } from '../../client/session.ts';
import type { Outcome } from '../../operations/outcome.ts';
import { runCommand } from '../../operations/run-command.ts';
import { renderOutput } from '../../output/render-output.ts';
import { writeJson } from '../../output/write-values.ts';
import { collectEvidence } from './collect-evidence.ts';
import { collectWaivers } from './collect-waivers.ts';
import { type ReportDocument, resultsOf } from './formats/report-document.ts';
import { writeReportCsv } from './formats/write-report-csv.ts';
import { toHdf } from './formats/write-report-hdf.ts';
import { writeReportHtml } from './formats/write-report-html.ts';
import { writeReportMarkdown } from './formats/write-report-markdown.ts';
import { toOcsf } from './formats/write-report-ocsf.ts';
import { toOscal } from './formats/write-report-oscal.ts';

/** Formats of a report, besides those of `--output`. */
export type ReportFormat = 'md' | 'json' | 'csv' | 'html' | 'oscal' | 'hdf' | 'ocsf';

/** Shows a report. Failures: wrong usage, and every problem of the server. */
export async function showReport(
  session: Session,
  given: GivenWords,
  format: ReportFormat | undefined,
): Promise<Outcome> {
  const outcome = await runCommand(session, commandOf('compliance.report'), given);
  const { document } = outcome;
  if (document?.kind !== 'one') return outcome;
  const report = ComplianceReport.parse(document.value);
  if (format === undefined) {
    const shown = renderOutput(
      document,
      session.output === 'wide' ? 'wide' : 'table',
      session.style,
    );
    const note = report.anchor === null ? '\nevidence: not anchored\n' : '';
    return { document: { kind: 'report', value: document.value, text: `${shown}${note}` } };
  }
  const { standard, period } = report;
  const evidence = await collectEvidence(session, { standard, from: period.from, to: period.to });
  if (!evidence.ok) return { failure: evidence.error };
  const waivers = await collectWaivers(session);
  if (!waivers.ok) return { failure: waivers.error };
  const { records, signed } = evidence.value;
  const text = writeReport(format, {
    report,
    results: resultsOf(report, records, waivers.value),
    tenant: signed.root.tenant,
    madeAt: signed.root.made_at,
    version: session.io.version,
  });
  return { document: { kind: 'text', value: { text } } };
}

function writeReport(format: ReportFormat, document: ReportDocument): string {
  switch (format) {
    case 'md':
      return writeReportMarkdown(document);
    case 'html':
      return writeReportHtml(document);
    case 'csv':
      return writeReportCsv(document);
    case 'json':
      return `${writeJson({ ...document.report, results: document.results }, 2)}\n`;
    case 'oscal':
      return `${writeJson(toOscal(document), 2)}\n`;
    case 'hdf':
      return `${writeJson(toHdf(document), 2)}\n`;
    case 'ocsf':
      return toOcsf(document)
        .map((event) => `${JSON.stringify(event)}\n`)
        .join('');
  }
}
