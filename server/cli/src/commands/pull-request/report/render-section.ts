/** The section of a directory in the comment: a line for reviewers, and details that unfold. */
import type { GitopsChange } from '@novacron/contract/automation/gitops-step';
import { HOURS_PER_MONTH } from '@novacron/contract/cost/purchase-operations';
import { countOf } from '../../../output/count-of.ts';
import { plainLine } from '../../../output/plain-text.ts';
import { markdownCode, markdownText } from '../../../output/write-markdown.ts';
import { rankOf } from '../../drift/describe-record.ts';
import type { Annotation } from '../../drift/model.ts';
import { writeAnnotationMarkdown } from '../../drift/write-drift-markdown.ts';
import { costMarkdown } from '../../policy/review/report/render-cost.ts';
import { renderReview } from '../../policy/review/report/render-review.ts';
import type { PlanCost, Review } from '../../policy/review/report/review-model.ts';
import type { DirectoryPlan } from '../directory/plan-directory.ts';
import { type DirectoryResult, describeCounts } from './directory-result.ts';

/** Names in a line. */
const NAMES_MAX = 5;
/** Warnings that are not folded. */
const WARNINGS_MAX = 10;
/** Unit: characters. */
const WARNING_LENGTH_MAX = 400;
/** Longest text that unfolds. Unit: characters. */
const DETAIL_LENGTH_MAX = 20_000;
/** Longest reason of a failure. Unit: characters. */
const REASON_LENGTH_MAX = 2_000;

/** Renders it. @param name - of the directory */
export function renderSection(name: string, result: DirectoryResult): string {
  return `### ${inert(markdownCode(plainLine(name)))}\n\n${bodyOf(result)}`;
}

function bodyOf(result: DirectoryResult): string {
  switch (result.state) {
    case 'planned':
    case 'unchanged':
      return planBody(result.plan);
    case 'applied':
      return `**Applied:** ${said(result.summary)}.\n`;
    case 'failed':
      return failureBody(result.reason, result.plan);
    case 'waiting':
      return `**Waits** for ${inert(markdownCode(plainLine(result.on)))}, which comes first.\n`;
    case 'locked':
      return (
        `**Locked** by pull request ${result.holder}. It is planned once that one is closed, or ` +
        'frees it: `novacron unlock`.\n'
      );
  }
}

function failureBody(reason: string, plan: DirectoryPlan | undefined): string {
  const failed = `**Failed:** ${said(shorten(reason, REASON_LENGTH_MAX))}\n`;
  return plan === undefined ? failed : `${failed}\n${planBody(plan)}`;
}

function planBody(plan: DirectoryPlan): string {
  const { changes, review, annotation, warnings } = plan;
  const line = [
    `**${describeCounts(plan)}**`,
    placementOf(changes),
    policiesOf(review),
    driftOf(annotation),
    costOf(review.cost),
  ];
  const more = warnings.length - WARNINGS_MAX;
  const listed = warnings
    .slice(0, WARNINGS_MAX)
    .map((warning) => `- ${said(shorten(warning, WARNING_LENGTH_MAX))}\n`);
  const rest = more > 0 ? `- and ${countOf(more, 'more warning')}\n` : '';
  return [
    `${line.filter((part) => part !== '').join(' · ')}\n`,
    listed.length === 0 ? '' : `\n${listed.join('')}${rest}`,
    changes.length === 0 ? '' : details('Plan', codeBlock(changes.flatMap(linesOf))),
    review.findings.length === 0 ? '' : details('Policies', reviewMarkdown(review)),
    annotation.resources.length === 0
      ? ''
      : details('Drift', inert(writeAnnotationMarkdown(annotation))),
    (review.cost?.changes.length ?? 0) === 0 || review.cost === undefined
      ? ''
      : details('Cost', inert(costMarkdown(review.cost))),
  ].join('');
}

function placementOf(changes: readonly GitopsChange[]): string {
  const nodes = [...new Set(changes.flatMap(({ node }) => node ?? []))].sort();
  if (nodes.length === 0) return '';
  const more = nodes.length > NAMES_MAX ? ` and ${nodes.length - NAMES_MAX} more` : '';
  return `on ${said(nodes.slice(0, NAMES_MAX).join(', '))}${more}`;
}

function policiesOf({ findings, counts }: Review): string {
  const open = findings.filter(({ waiver }) => waiver === undefined);
  const count = (level: string) => open.filter((each) => each.level === level).length;
  const parts = [
    ...(count('error') > 0 ? [`**${countOf(count('error'), 'denial')}**`] : []),
    ...(count('warning') > 0 ? [countOf(count('warning'), 'warning')] : []),
    ...(counts.waived > 0 ? [`${counts.waived} waived`] : []),
  ];
  if (parts.length > 0) return `policies: ${parts.join(', ')}`;
  return counts.policies === 0 ? '' : 'policies: passed';
}

function driftOf({ resources }: Annotation): string {
  const [worst] = [...resources].sort(
    (one, other) => rankOf(one.record.severity) - rankOf(other.record.severity),
  );
  if (worst === undefined) return 'no drift';
  const who = worst.record.causes[0]?.principal;
  const by = who === undefined ? '' : `, by ${said(who)}`;
  return `drift: ${countOf(resources.length, 'resource')}, ${worst.record.severity}${by}`;
}

function costOf(cost: PlanCost | undefined): string {
  if (cost === undefined || cost.currency === null || cost.changes.length === 0) return '';
  const { per_hour_before: before, per_hour_after: after, currency } = cost;
  const monthly = (perHour: number) => (perHour * HOURS_PER_MONTH).toFixed(2);
  const change = monthly(after - before);
  const signed = change.startsWith('-') ? change : `+${change}`;
  return `${signed} ${said(currency)} a month, ${monthly(after)} in all`;
}

function reviewMarkdown(review: Review): string {
  const { cost: _cost, ...rest } = review;
  const { value } = renderReview(
    { ...rest, cost: undefined },
    { format: 'markdown', failOn: 'error', version: '' },
  );
  return inert('text' in value ? String(value.text) : '');
}

/** The plan for a log, which has room for all of it. */
export function planLines(plan: DirectoryPlan): readonly string[] {
  const { changes, warnings } = plan;
  return [describeCounts(plan), ...changes.flatMap(linesOf), ...warnings.map(plainLine)];
}

/** Marks that code hosts colour in a diff. */
const MARKS: Readonly<Record<GitopsChange['action'], string>> = {
  create: '+',
  update: '!',
  replace: '-/+',
  delete: '-',
  forget: '#',
  import: '#',
  move: '#',
  output: '!',
};

function linesOf({ action, address, fields, node, reason }: GitopsChange): readonly string[] {
  const where = node === null ? '' : ` on ${node}`;
  const why = reason === null ? '' : ` (${reason.replaceAll('_', ' ')})`;
  return [
    `${MARKS[action]} ${action} ${address}${where}${why}`,
    ...fields.map(({ path, before, after }) => {
      const from = before === null ? '' : `${before} -> `;
      return `    ${path}: ${from}${after ?? 'null'}`;
    }),
  ]
    .map(plainLine)
    .map((line, at) => (at === 0 ? line : `    ${line.trimStart()}`));
}

/** A block of code that nothing in it ends, cut after a whole line. */
function codeBlock(lines: readonly string[]): string {
  let length = 0;
  const kept = lines.filter((line) => {
    length += line.length + 1;
    return length <= DETAIL_LENGTH_MAX;
  });
  const more = lines.length - kept.length;
  const rest = more > 0 ? [`… and ${countOf(more, 'more line')}: see the log of the pipeline`] : [];
  const text = [...kept, ...rest].join('\n').replaceAll('<!--', '<\u200b!--');
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}diff\n${text}\n${fence}`;
}

function shorten(text: string, lengthMax: number): string {
  return text.length > lengthMax ? `${text.slice(0, lengthMax - 1)}…` : text;
}

/** Where the first detail of a section begins. */
export const DETAILS = '\n<details>';

function details(summary: string, body: string): string {
  return `${DETAILS}<summary>${summary}</summary>\n\n${body.trim()}\n\n</details>\n`;
}

/** A text of others, on one line: it makes no HTML, links, mentions or markers. */
export function said(text: string): string {
  return inert(markdownText(text));
}

/** Markdown without mentions and without comments of HTML. */
function inert(markdown: string): string {
  return markdown.replaceAll('@', '@\u200b').replaceAll('<!--', '<\u200b!--');
}
