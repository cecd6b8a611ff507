/** Model cards: what a model is for, how it was measured, and whether to use it. */
import type { CardSubject } from './model/card.ts';
import type { Evaluation } from './model/training.ts';
import { cardSections } from './rules/card-sections.ts';
import { drawPlots } from './rules/draw-plots.ts';
import { htmlText, markdownText } from './rules/escape-card.ts';
import { percent } from './rules/format-figures.ts';

/** Whether to use the model, in a sentence. */
export function explainVerdict({
  isBetter,
  improvement,
  rules,
}: Pick<Evaluation, 'isBetter' | 'improvement' | 'rules'>): string {
  const rule = `\`${rules[0]?.rule ?? ''}\``;
  if (!isBetter) return `Not better than the rule ${rule} beyond chance. Use the rule.`;
  const atLeast = `with 99 % confidence by at least ${percent(improvement.lower)}`;
  return `Better than the rule ${rule} by ${percent(improvement.estimate)}, ${atLeast}.`;
}

/**
 * Writes the card as Markdown.
 * Source: Mitchell et al., "Model Cards for Model Reporting" (2019).
 */
export function explainCard(subject: CardSubject): string {
  const parts = cardSections(subject).flatMap(({ title, lines, table }) => [
    `## ${title}`,
    ...lines.map(markdownText),
    ...(table === undefined ? [] : [markdownTable(table.heads, table.rows)]),
  ]);
  const { target, evaluation } = subject;
  return [`# Model of ${markdownText(target)}`, explainVerdict(evaluation), ...parts].join('\n\n');
}

function markdownTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(markdownText).join(' | ')} |`;
  return [line(heads), `|${' --- |'.repeat(heads.length)}`, ...rows.map(line)].join('\n');
}

/** Nothing of the page is loaded from elsewhere, and nothing in it runs. */
const HEAD = `<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
:root { color-scheme: light dark; }
body { font: 1rem/1.5 sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
table { border-collapse: collapse; }
th, td { border: 1px solid; padding: 0.3rem 0.6rem; text-align: start; }
figure { display: inline-block; margin: 0 1rem 1rem 0; }
svg { max-width: 100%; }
</style>`;

/** Writes the card as one page of HTML, with plots. */
export function explainCardPage(subject: CardSubject): string {
  const title = htmlText(`Model of ${subject.target}`);
  const sections = cardSections(subject).map(({ title: heading, lines, table }) =>
    [
      `<h2>${htmlText(heading)}</h2>`,
      ...lines.map((line) => `<p>${htmlText(line)}</p>`),
      ...(table === undefined ? [] : [htmlTable(table.heads, table.rows)]),
    ].join('\n'),
  );
  const plots = drawPlots(subject.evaluation).map(
    ({ title: caption, svg }) =>
      `<figure>${svg}<figcaption>${htmlText(caption)}</figcaption></figure>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
${HEAD}
<title>${title}</title>
</head>
<body>
<h1>${title}</h1>
<p>${htmlText(explainVerdict(subject.evaluation))}</p>
${plots.join('\n')}
${sections.join('\n')}
</body>
</html>
`;
}

function htmlTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[]) =>
    row.map((cell) => `<td>${htmlText(cell)}</td>`).join('');
  const head = heads.map((text) => `<th scope="col">${htmlText(text)}</th>`).join('');
  const body = rows.map((row) => `<tr>${cells(row)}</tr>`).join('\n');
  return `<table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body}\n</tbody>\n</table>`;
}
