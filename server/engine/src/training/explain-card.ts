/** Model cards: what a model is for, how it was measured, and whether to use it. */
import type { CardSubject } from './model/card.ts';
import type { Evaluation } from './model/training.ts';
import { cardSections } from './rules/card-sections.ts';
import { CARD_STYLES } from './rules/card-styles.ts';
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
${CARD_STYLES}
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
    ({ title: caption, note, svg }) =>
      `<figure><figcaption>${htmlText(caption)}<span>${htmlText(note)}</span></figcaption>` +
      `${svg}</figure>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
${HEAD}
<title>${title}</title>
</head>
<body>
<main>
<h1>${title}</h1>
<p class="verdict${subject.evaluation.isBetter ? '' : ' no'}">
${htmlText(explainVerdict(subject.evaluation))}</p>
<div class="plots">
${plots.join('\n')}
</div>
${sections.join('\n')}
</main>
</body>
</html>
`;
}

function htmlTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[]) =>
    row.map((cell) => `<td>${htmlText(cell)}</td>`).join('');
  const head = heads.map((text) => `<th scope="col">${htmlText(text)}</th>`).join('');
  const body = rows.map((row) => `<tr>${cells(row)}</tr>`).join('\n');
  return (
    '<div class="scroll" tabindex="0"><table>\n' +
    `<thead><tr>${head}</tr></thead>\n<tbody>\n${body}\n</tbody>\n</table></div>`
  );
}
