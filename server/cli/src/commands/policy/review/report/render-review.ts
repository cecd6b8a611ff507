/** A review in the words of people, programs, code hosts and pipelines. */

import { plainText } from '@novacron/contract/formats/plain-text';
import { countOf } from '../../../../output/count-of.ts';
import { plainLine } from '../../../../output/plain-text.ts';
import type { Document } from '../../../../output/render-output.ts';
import type { SourcePlace } from '../../../../output/reports/source-place.ts';
import { type JunitCase, writeJunit } from '../../../../output/reports/write-junit.ts';
import { markdownCode, markdownTable, markdownText } from '../../../../output/write-markdown.ts';
import { writeJson } from '../../../../output/write-values.ts';
import { costLines, costMarkdown } from './render-cost.ts';
import {
  type FailOn,
  type Finding,
  isFailing,
  type Level,
  type Review,
  type VerdictChange,
} from './review-model.ts';
import { writeSarif } from './write-review-sarif.ts';

/** The formats of a review. */
export type ReviewFormat = 'text' | 'json' | 'markdown' | 'sarif' | 'junit' | 'github';

/** Writes a review. */
export function renderReview(
  review: Review,
  {
    format,
    failOn,
    version,
  }: {
    readonly format: ReviewFormat;
    /** Findings that count as failures in JUnit's XML, besides errors. */
    readonly failOn: FailOn;
    /** Version of this release. */
    readonly version: string;
  },
): Document {
  switch (format) {
    case 'text':
      return { kind: 'report', value: toAnswer(review), text: textOf(review) };
    case 'json':
      return textDocument(`${writeJson(toAnswer(review), 2)}\n`);
    case 'markdown':
      return textDocument(markdownOf(review));
    case 'sarif':
      return textDocument(`${writeJson(writeSarif(review, version), 2)}\n`);
    case 'junit':
      return textDocument(junitOf(review, failOn));
    case 'github':
      return textDocument(githubOf(review));
  }
}

function textDocument(text: string): Document {
  return { kind: 'text', value: { text } };
}

function toAnswer(review: Review) {
  const { subject, findings, verdictChanges, cost, passed, unasked, standards, counts } = review;
  const { unknownTypes: unknown_types } = review;
  const { policies: rules, resources: documents } = counts;
  return {
    findings: findings.map(({ policyFile, rulePath, ...rest }) => ({
      ...rest,
      policy_file: policyFile ?? null,
      rule_path: rulePath ?? null,
      attribute: rest.attribute ?? null,
      place: rest.place ?? null,
      waiver: rest.waiver ?? null,
    })),
    ...(verdictChanges === undefined
      ? {}
      : {
          verdict_changes: verdictChanges.map((each) => ({ ...each, place: each.place ?? null })),
        }),
    ...(cost === undefined ? {} : { cost }),
    ...(subject === 'change' ? { not_evaluated: unasked, unknown_types, standards } : {}),
    counts: subject === 'change' ? counts : { rules, documents, passed: passed.length },
  };
}

function summaryOf({
  subject,
  findings,
  verdictChanges,
  unasked,
  unknownTypes,
  standards,
  counts,
}: Review): string {
  const asked =
    subject === 'change' ? `${counts.policies} policies` : countOf(counts.policies, 'rule');
  const checked = standards.length === 0 ? '' : ` and the checks of ${standards.join(', ')}`;
  const open = findings.filter(({ waiver }) => waiver === undefined);
  const count = (level: Level) => open.filter((each) => each.level === level).length;
  const changed = (now: VerdictChange['now']) =>
    verdictChanges?.filter((each) => each.now === now).length ?? 0;
  const parts = [
    `${countOf(counts.resources, subject)} evaluated against ${asked}${checked}`,
    `${countOf(count('error'), 'error')}, ${countOf(count('warning'), 'warning')}`,
    ...(count('note') > 0 ? [countOf(count('note'), 'note')] : []),
    ...(counts.waived > 0 ? [`${counts.waived} waived`] : []),
    ...(counts.others > 0 ? [`${counts.others} of other providers skipped`] : []),
    ...(unasked.length > 0
      ? [`not evaluated, as only the server can: ${plainLine(unasked.join(', '))}`]
      : []),
    ...(unknownTypes.length > 0
      ? [`not evaluated, as this release does not know ${plainLine(unknownTypes.join(', '))}`]
      : []),
    ...(verdictChanges === undefined
      ? []
      : [`newly denied ${changed('denied')}, newly allowed ${changed('allowed')}`]),
  ];
  return parts.join('; ');
}

/**
 * A line for each finding and its place. Messages, names and places may come from the author of the
 * documents: a line feed in them would begin a line that a pipeline takes for a command.
 */
function textOf(review: Review): string {
  const lines = review.findings.map((finding) => {
    const at = finding.attribute === undefined ? '' : ` (${finding.attribute})`;
    const place = finding.place === undefined ? '' : `  ${plainLine(spot(finding.place))}\n`;
    const line = `${finding.level}: ${finding.address}${at}: ${messageOf(finding)}`;
    return `${plainLine(line)}\n${place}`;
  });
  const changes = (review.verdictChanges ?? []).map((change) => {
    const head = `newly ${change.now} (${change.scope}): ${change.address}`;
    return `${plainLine(`${head}: ${whyOf(change)}`)}\n`;
  });
  const costs = review.cost === undefined ? [] : costLines(review.cost);
  const costText = costs.map((line) => `${line}\n`).join('');
  return `${lines.join('')}${changes.join('')}${costText}${summaryOf(review)}\n`;
}

function messageOf({ message, policy, waiver }: Finding): string {
  const waived =
    waiver === undefined
      ? ''
      : `; waived by ${waiver.owner} until ${waiver.expires}: ${waiver.reason}`;
  return `${message} [${policy}]${waived}`;
}

function whyOf({ policies, reasons, now }: VerdictChange): string {
  const words = `${reasons.join('; ')} [${policies.join(', ')}]`;
  return now === 'denied' ? words : `no longer: ${words}`;
}

function spot({ file, row, column }: SourcePlace): string {
  return `${file}:${row}:${column}`;
}

function markdownOf(review: Review): string {
  const rows = review.findings.map(({ place, ...finding }) => [
    finding.level,
    markdownCode(plainLine(finding.address)),
    markdownCode(plainLine(finding.attribute ?? '')),
    markdownText(messageOf({ ...finding, place })),
    place === undefined ? '' : markdownText(`${place.file}:${place.row}`),
  ]);
  const changes = (review.verdictChanges ?? []).map((change) => [
    `newly ${change.now}`,
    change.scope,
    markdownCode(plainLine(change.address)),
    markdownText(whyOf(change)),
  ]);
  const noun = review.subject === 'change' ? 'resource' : 'file';
  return [
    '## Policy review\n\n',
    `${summaryOf(review)}\n`,
    markdownTable(['level', noun, 'attribute', 'finding', 'place'], rows),
    markdownTable(['verdict', 'scope', 'resource', 'why'], changes),
    review.cost === undefined ? '' : costMarkdown(review.cost),
  ].join('');
}

/**
 * Converts a review to JUnit. Findings that fail the command are failures, and so is every error. A
 * warning is a passed case with the warning as its output, because consumers know nothing in
 * between; notes are skipped cases.
 */
function junitOf({ findings, passed, verdictChanges = [] }: Review, failOn: FailOn): string {
  const verdictOf = (level: Level, message: string): Pick<JunitCase, 'outcome' | 'output'> => {
    if (level === 'error' || isFailing(level, failOn)) {
      return { outcome: { kind: 'failure', message } };
    }
    if (level === 'note') return { outcome: { kind: 'skipped', message } };
    return { output: `warning: ${message}` };
  };
  const cases = findings.map((finding) => ({
    name: `${finding.address}: ${finding.policy}`,
    classname: finding.policy,
    seconds: 0,
    ...(finding.place === undefined ? {} : { file: finding.place.file, line: finding.place.row }),
    ...verdictOf(finding.waiver === undefined ? finding.level : 'note', messageOf(finding)),
  }));
  const others = passed.map(({ address, policy, place }) => ({
    name: `${address}: ${policy}`,
    classname: policy,
    seconds: 0,
    ...(place === undefined ? {} : { file: place.file, line: place.row }),
  }));
  const changes = verdictChanges.map((change) => ({
    name: change.address,
    classname: `newly ${change.now}`,
    seconds: 0,
    ...verdictOf(change.now === 'denied' ? 'warning' : 'note', whyOf(change)),
  }));
  return writeJunit([
    { name: 'policy review', cases: [...cases, ...others] },
    ...(changes.length > 0 ? [{ name: 'changes of verdicts', cases: changes }] : []),
  ]);
}

const GITHUB_LEVELS: Readonly<Record<Level, string>> = {
  error: 'error',
  warning: 'warning',
  note: 'notice',
};

/** Workflow commands of GitHub Actions, which show as annotations of the changed lines. */
function githubOf(review: Review): string {
  const lines = review.findings.map((finding) => {
    const { place, level, policy, address } = finding;
    const where = place && `file=${propertyOf(place.file)},line=${place.row},col=${place.column},`;
    const title = propertyOf(`${policy}: ${address}`);
    const head = `::${GITHUB_LEVELS[level]} ${where ?? ''}title=${title}`;
    return `${head}::${dataOf(messageOf(finding))}\n`;
  });
  const changes = (review.verdictChanges ?? []).map((change) => {
    const level = change.now === 'denied' ? 'warning' : 'notice';
    const title = propertyOf(`newly ${change.now}: ${change.address}`);
    return `::${level} title=${title}::${dataOf(whyOf(change))}\n`;
  });
  const costs = review.cost === undefined ? '' : dataOf(costLines(review.cost).join('\n'));
  const cost = costs === '' ? '' : `::notice title=Cost of the plan::${costs}\n`;
  return `${lines.join('')}${changes.join('')}${cost}${summaryOf(review)}\n`;
}

function dataOf(text: string): string {
  return plainText(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function propertyOf(text: string): string {
  return dataOf(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
