/** Writes reports as Markdown and as HTML. What people and programs wrote is text in both. */
import type { Report, ReportSection } from './plan-report.ts';

/** Writes the report as Markdown, with tables of GitHub's kind. */
export function writeMarkdownReport({ title, sections }: Report): string {
  const written = sections.map(({ title: heading, heads, rows }) => {
    const lines = [heads, heads.map(() => '---'), ...rows.map((row) => row.map(markdownText))];
    const table = lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
    return `## ${heading}\n\n${table}\n`;
  });
  return `# ${markdownText(title)}\n\n${written.join('\n')}`;
}

/** Everything that means something to Markdown, or to HTML in it. */
const MARKDOWN_SIGNS = /[\\`*_{}[\]<>()#+!|~&:@-]/g;

/** Signs that are common in ids and times, and mean nothing within a cell. */
const PLAIN_SIGNS: readonly string[] = ['_', ':', '-', '(', ')', '#', '+', '@'];

function markdownText(text: string): string {
  const escaped = plainLine(text).replace(MARKDOWN_SIGNS, (sign) =>
    PLAIN_SIGNS.includes(sign) ? sign : `\\${sign}`,
  );
  // An underscore within a word is plain; one beside a space begins emphasis. A scheme makes links.
  return escaped
    .replace(/(^|\s)_|_(?=\s|$)/g, (found) => found.replace('_', '\\_'))
    .replace(/:(?=\/\/)/g, '\\:');
}

/** Nothing of the page is loaded from elsewhere, and nothing in it runs. */
const HEAD = `<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
body { font-family: sans-serif; margin: 2rem; }
table { border-collapse: collapse; }
th, td { border: 1px solid; padding: 0.3rem 0.6rem; text-align: start; vertical-align: top; }
td { overflow-wrap: anywhere; }
</style>`;

/** Writes the report as one page of HTML without scripts. */
export function writeHtmlReport({ title, sections }: Report): string {
  const name = htmlText(title);
  const body = sections.map(writeTable).join('\n');
  return `<!doctype html>
<html lang="en">
<head>
${HEAD}
<title>${name}</title>
</head>
<body>
<h1>${name}</h1>
${body}
</body>
</html>
`;
}

function writeTable({ title, heads, rows }: ReportSection): string {
  const head = heads.map((text) => `<th scope="col">${htmlText(text)}</th>`).join('');
  const lines = rows.map(
    (row) => `<tr>${row.map((text) => `<td dir="auto">${htmlText(text)}</td>`).join('')}</tr>`,
  );
  return `<h2>${htmlText(title)}</h2>
<table>
<thead><tr>${head}</tr></thead>
<tbody>
${lines.join('\n')}
</tbody>
</table>`;
}

const HTML_SIGNS: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function htmlText(text: string): string {
  return plainLine(text).replace(/[&<>"']/g, (sign) => HTML_SIGNS[sign] ?? sign);
}

/** One line without control characters, and without those that turn the direction of others. */
function plainLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').replace(/[\u202a-\u202e\u2066-\u2069]/g, '');
}
