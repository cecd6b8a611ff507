/** A report as Markdown. */
import { markdownTable, markdownText } from '../../../output/write-markdown.ts';
import type { ReportDocument } from './report-document.ts';
import { sectionsOf, titleOf } from './report-sections.ts';

/** Writes it. */
export function writeReportMarkdown(document: ReportDocument): string {
  const parts = sectionsOf(document).map(({ title, lines, head, rows }) => {
    const text = lines.map((line) => `\n${markdownText(line)}\n`).join('');
    const cells = rows.map((row) => row.map(markdownText));
    return `\n## ${title}\n${text}${markdownTable(head, cells)}`;
  });
  return `# ${markdownText(titleOf(document.report))}\n${parts.join('')}`;
}
