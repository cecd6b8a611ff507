/** A report as one HTML file without scripts, which needs no other file. */
import { plainLine } from '../../../output/plain-text.ts';
import type { ReportDocument } from './report-document.ts';
import { type ReportSection, sectionsOf, titleOf } from './report-sections.ts';

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
table { border-collapse: collapse; }
.wide { overflow-x: auto; }
th, td { border: 1px solid #767676; padding: 0.25rem 0.5rem; }
th, td { text-align: left; vertical-align: top; }
thead th { background: #eee; color: #111; }
@media (prefers-color-scheme: dark) {
  body { background: #111; color: #eee; }
  a { color: #9cf; }
  thead th { background: #333; color: #eee; }
}
@media print { body { max-width: none; } tr { break-inside: avoid; } }
`;

/** Writes it. */
export function writeReportHtml(document: ReportDocument): string {
  const title = escapeHtml(titleOf(document.report));
  const sections = sectionsOf(document);
  const links = sections
    .map((section, at) => `<li><a href="#part-${at}">${escapeHtml(section.title)}</a></li>`)
    .join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<nav aria-label="Parts of the report">
<ul>
${links}
</ul>
</nav>
${sections.map(sectionOf).join('\n')}
</main>
</body>
</html>
`;
}

function sectionOf({ title, lines, head, rows }: ReportSection, at: number): string {
  const id = `part-${at}`;
  const text = lines.map((line) => `<p>${escapeHtml(line)}</p>\n`).join('');
  const hasHead = head.some((cell) => cell !== '');
  const names = head.map((cell) => `<th scope="col">${escapeHtml(cell)}</th>`).join('');
  const headText = hasHead ? `<thead>\n<tr>${names}</tr>\n</thead>\n` : '';
  const body = rows.map((row) => `<tr>${row.map(cellOf).join('')}</tr>\n`).join('');
  // A table that is wider than the screen is scrolled, also with the keyboard.
  return `<section aria-labelledby="${id}">
<h2 id="${id}">${escapeHtml(title)}</h2>
${text}<div class="wide" role="region" aria-labelledby="${id}" tabindex="0">
<table aria-labelledby="${id}">
${headText}<tbody>
${body}</tbody>
</table>
</div>
</section>`;
}

function cellOf(text: string, at: number): string {
  const cell = escapeHtml(text);
  return at === 0 ? `<th scope="row">${cell}</th>` : `<td>${cell}</td>`;
}

function escapeHtml(text: string): string {
  return plainLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
