/** Content of an execution's report: facts and tables, independent of its language. */
import type { Approval } from '@novacron/contract/access/approval';
import type { Execution } from '@novacron/contract/automation/execution';
import { formatDuration } from '@novacron/contract/formats/duration';
import type { Json } from '@novacron/contract/json';

/** Facts about an execution. */
export interface ReportFacts {
  readonly execution: Execution;
  /** Author and time of the version that it runs; undefined if the version is no longer stored. */
  readonly author: { readonly name: string; readonly at: string } | undefined;
  /** Versions of secrets that its steps got, as NAME@VERSION. */
  readonly secrets: readonly string[];
  /** Approvals and manual steps, oldest first. */
  readonly approvals: readonly Approval[];
  /** Events, oldest first. */
  readonly timeline: readonly ReportMoment[];
}

/** Something that happened. */
export interface ReportMoment {
  readonly at: string;
  /** Empty where it is about the execution. */
  readonly step: string;
  readonly what: string;
}

/** A table; each row has as many cells as there are heads. */
export interface ReportSection {
  readonly title: string;
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A report; sections without rows are left out. */
export interface Report {
  readonly title: string;
  readonly sections: readonly ReportSection[];
}

/** Longer values are cut: outputs may have 64 KiB. Unit: characters. */
const CELL_MAX = 1_000;

/** Longer histories are cut in the middle of a report that people read. */
const MOMENTS_MAX = 5_000;

/** Plans the report of an execution, also of one that still runs. */
export function planReport(facts: ReportFacts): Report {
  const { execution, secrets, timeline } = facts;
  const { workflow, id, steps, inputs } = execution;
  const sections: readonly ReportSection[] = [
    { title: 'Summary', heads: ['Fact', 'Value'], rows: summaryOf(facts) },
    { title: 'Inputs', heads: ['Input', 'Value'], rows: membersOf(inputs) },
    { title: 'Secrets', heads: ['Secret'], rows: secrets.map((secret) => [secret]) },
    {
      title: 'Failures',
      heads: ['Step', 'Why'],
      rows: steps.flatMap(({ id: step, status, message }) =>
        status === 'failed' ? [[step, message ?? '-']] : [],
      ),
    },
    {
      title: 'Steps',
      heads: ['Step', 'Kind', 'Status', 'Attempts', 'Began', 'Took', 'Operations'],
      rows: steps.map((step) => [
        step.id,
        step.kind,
        wordsOf(step.status),
        String(step.attempts),
        step.started_at ?? '-',
        tookOf(step.started_at, step.ended_at),
        step.operations.join(', ') || '-',
      ]),
    },
    {
      title: 'Outputs',
      heads: ['Step', 'Output', 'Value'],
      rows: steps.flatMap(({ id: step, outputs }) =>
        membersOf(outputs ?? {}).map((member) => [step, ...member]),
      ),
    },
    {
      title: 'People',
      heads: ['Step', 'Asked', 'Result', 'Person', 'Said', 'When', 'Note'],
      rows: facts.approvals.flatMap(rowsOf),
    },
    {
      title: 'Timeline',
      heads: ['When', 'Step', 'What'],
      rows: shortened(timeline).map(({ at, step, what }) => [at, step || '-', what]),
    },
  ];
  return {
    title: `Report of ${workflow}, ${id}`,
    sections: sections.filter(({ rows }) => rows.length > 0).map(cut),
  };
}

function summaryOf({ execution, author }: ReportFacts): readonly (readonly string[])[] {
  const { status, problem, sla, created_at, finished_at } = execution;
  return [
    ['Execution', execution.id],
    [execution.kind === 'runbook' ? 'Runbook' : 'Workflow', execution.workflow],
    ['Version', String(execution.version)],
    ['SHA-256 of its text', execution.digest],
    ...(author === undefined ? [] : [['Written by', `${author.name}, ${author.at}`]]),
    ['Started by', execution.created_by],
    ['Began', created_at],
    ['Ended', finished_at ?? 'it still runs'],
    ['Took', tookOf(created_at, finished_at)],
    ['Status', wordsOf(status)],
    ...(sla === null ? [] : [['SLA', slaText(sla.breached_at, finished_at)]]),
    ...(problem === null ? [] : [['Problem', problem.detail]]),
  ];
}

function slaText(breachedAt: string | null, finishedAt: string | null): string {
  if (breachedAt !== null) return `breached, seen at ${breachedAt}`;
  return finishedAt === null ? 'not breached so far' : 'kept';
}

/** One row for each vote, or one for a question that has none. */
function rowsOf({ details, message, kind, status, votes, problem }: Approval): readonly string[][] {
  const step = String(details.step);
  const asked = message ?? '-';
  const result = kind === 'check' && status === 'approved' ? 'done' : status;
  if (votes.length === 0) return [[step, asked, result, '-', '-', '-', problem ?? '-']];
  return votes.map(({ by, person, vote, at, comment }) => {
    const who = person === by ? person : `${person} (${by})`;
    const said = kind === 'check' ? CHECKED[vote] : vote;
    return [step, asked, result, who, said, at, comment ?? '-'];
  });
}

const CHECKED = { approve: 'done', deny: 'not done' } as const;

function membersOf(values: Readonly<Record<string, Json>>): readonly string[][] {
  return Object.entries(values).map(([name, value]) => [name, valueText(value)]);
}

function valueText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function tookOf(from: string | null, until: string | null): string {
  if (from === null || until === null) return '-';
  return formatDuration(Math.max(0, Date.parse(until) - Date.parse(from)));
}

function wordsOf(status: string): string {
  return status.replaceAll('_', ' ');
}

/** The first and the last moments, and how many are between them. */
function shortened(timeline: readonly ReportMoment[]): readonly ReportMoment[] {
  const left = timeline.length - MOMENTS_MAX;
  if (left <= 0) return timeline;
  const half = MOMENTS_MAX / 2;
  const [gap] = timeline.slice(half);
  const note = { at: gap?.at ?? '-', step: '', what: `${left} entries are left out` };
  return [...timeline.slice(0, half), note, ...timeline.slice(-half)];
}

function cut({ rows, ...section }: ReportSection): ReportSection {
  return { ...section, rows: rows.map((row) => row.map(cutText)) };
}

function cutText(text: string): string {
  return text.length > CELL_MAX ? `${text.slice(0, CELL_MAX)}…` : text;
}
