/** `novacron metric import`: sends the history of a metric in parts. */
import {
  METRIC_IMPORT_SAMPLES_MAX,
  MetricImported,
} from '@novacron/contract/monitoring/metric-operations';
import { err, type Result } from '@novacron/contract/result';
import { commandOf } from '../../arguments/command-table.ts';
import { callOperation, type Session } from '../../client/session.ts';
import { type Failure, findingsFailure, usageFailure } from '../../failures/failure.ts';
import { readTextFile } from '../../io/read-text-file.ts';
import type { Outcome } from '../../operations/outcome.ts';
import { resolveNames } from '../../operations/resolve-names.ts';
import { countOf } from '../../output/count-of.ts';
import { startWorkProgress } from '../../output/work-progress.ts';
import { type History, type HistoryRow, readHistory } from './read-history.ts';

/** Flags of the command. */
export interface ImportFlags {
  readonly name: string;
  readonly csv?: string;
  readonly prometheus?: string;
  readonly vmGroupId?: string;
  readonly networkId?: string;
  readonly nodeId?: string;
  readonly zone?: string;
  readonly nodeClass?: string;
  readonly storagePool?: string;
  readonly fleet?: true;
}

const HOUR_MS = 3_600_000;

/**
 * Imports a file. Failures: wrong usage, what is wrong in the file with its place, problems of the
 * server; findings where no sample is stored.
 */
export async function importMetric(session: Session, flags: ImportFlags): Promise<Outcome> {
  const history = await readFile(session, flags);
  if (!history.ok) return { failure: history.error };
  const { name, fleet, zone } = flags;
  const target = await resolveNames(session, commandOf('metric.import'), {
    ...(flags.vmGroupId !== undefined && { vm_group_id: flags.vmGroupId }),
    ...(flags.networkId !== undefined && { network_id: flags.networkId }),
    ...(flags.nodeId !== undefined && { node_id: flags.nodeId }),
    ...(zone !== undefined && { zone }),
    ...(flags.nodeClass !== undefined && { node_class: flags.nodeClass }),
    ...(flags.storagePool !== undefined && { storage_pool: flags.storagePool }),
    ...(fleet !== undefined && { fleet }),
    name,
  });
  if (!target.ok) return { failure: target.error };
  const { rows } = history.value;
  const { io, progress: shown } = session;
  const progress = startWorkProgress(io, { what: 'importing samples', total: rows.length, shown });
  const total = { stored: 0, duplicated: 0, recent: 0, expired: 0, new_series: 0 };
  let sent = 0;
  for (const part of partsOf(rows)) {
    progress.show(sent);
    const samples = part.map(({ time_ms: ms, value }) => ({
      at: new Date(ms).toISOString(),
      value,
    }));
    const answer = await callOperation(session, 'metric.import', { ...target.value, samples });
    if (!answer.ok) {
      progress.end();
      const words = `${sent} of ${countOf(rows.length, 'sample')} were sent: repeat the command`;
      if (sent > 0) io.stderr.write(`notice: ${words} to send the rest\n`);
      return { failure: answer.error };
    }
    const counts = MetricImported.parse(answer.value);
    for (const key of COUNTS) total[key] += counts[key];
    sent += part.length;
  }
  progress.end();
  for (const line of explain(history.value, total)) io.stderr.write(`notice: ${line}\n`);
  const document = { kind: 'one', value: total } as const;
  if (total.stored + total.duplicated > 0) return { document };
  return { document, failure: findingsFailure('No sample is stored') };
}

const COUNTS = ['stored', 'duplicated', 'recent', 'expired', 'new_series'] as const;

async function readFile(
  { io }: Session,
  { csv, prometheus }: ImportFlags,
): Promise<Result<History, Failure>> {
  const path = csv ?? prometheus;
  if (path === undefined) {
    return err(usageFailure('give --csv FILE, or --prometheus FILE'));
  }
  const text = await readTextFile(io, path, 'the history');
  if (!text.ok) return text;
  const format = csv === undefined ? 'prometheus' : 'csv';
  const of = path === '-' ? 'standard input' : path;
  return readHistory({ format, path: of, text: text.value, nowMs: io.now().getTime() });
}

/** Parts that end with an hour: the server makes one value of it. */
function partsOf(rows: readonly HistoryRow[]): readonly (readonly HistoryRow[])[] {
  const parts: HistoryRow[][] = [];
  let hour: HistoryRow[] = [];
  const endHour = () => {
    const last = parts.at(-1);
    if (last !== undefined && last.length + hour.length <= METRIC_IMPORT_SAMPLES_MAX) {
      last.push(...hour);
    } else if (hour.length > 0) parts.push(hour);
    hour = [];
  };
  for (const row of rows) {
    const before = hour[0];
    if (before !== undefined && hourOf(before) !== hourOf(row)) endHour();
    hour.push(row);
  }
  endHour();
  return parts;
}

function hourOf({ time_ms: ms }: HistoryRow): number {
  return Math.floor(ms / HOUR_MS);
}

function explain(
  { missing }: History,
  { recent, expired }: Pick<MetricImported, 'recent' | 'expired'>,
): readonly string[] {
  const lines: string[] = [];
  if (missing !== undefined) {
    const { count, first } = missing;
    lines.push(`${countOf(count, 'row')} without a number left out, the first at ${first}`);
  }
  if (recent > 0) {
    const how = '`novacron metric write` stores them';
    lines.push(`${countOf(recent, 'sample')} of the last 2 hours not stored: ${how}`);
  }
  if (expired > 0) lines.push(`${countOf(expired, 'sample')} not stored: more than 400 days old`);
  return lines;
}
