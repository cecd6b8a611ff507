/** `novacron drift report`: drifted resources and, with state files, unmanaged ones. */
import type { DriftSeverity, ExplainedDriftRecord } from '@novacron/contract/drift/drift';
import { err, ok, type Result } from '@novacron/contract/result';
import { ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { TableCommand } from '../../arguments/command-table.ts';
import { type GivenWords, readInput } from '../../arguments/read-input.ts';
import type { Session } from '../../client/session.ts';
import { type Failure, findingsFailure, usageFailure } from '../../failures/failure.ts';
import { resolveNames } from '../../operations/resolve-names.ts';
import type { Outcome } from '../../operations/run-command.ts';
import type { OutputFormat } from '../../output/render-output.ts';
import { createSourceFinder, placeOf } from '../../terraform/find-sources.ts';
import { compareStates, readStates } from './compare-states.ts';
import { sortRecords } from './describe-record.ts';
import type { DriftView, PlacedRecord, StateComparison, StateResource } from './model.ts';
import { failureOfDrift, failureOfTampering, readReport } from './read-records.ts';
import { renderReport } from './render-drift.ts';

/** Drift to report. */
export interface ReportRequest {
  /** The row's own flags. */
  readonly command: TableCommand;
  readonly given: GivenWords;
  /** State files to compare with what exists. */
  readonly states: readonly string[];
  /** Directory of the configuration, where resources of the states are looked for. */
  readonly config: string;
  readonly failOn: DriftSeverity | undefined;
  /** Unit: percent. */
  readonly coverageMin: number | undefined;
  readonly format: OutputFormat;
}

/**
 * Reports drift. Failures: wrong usage, unreadable state files, problems of the server, and the
 * findings of `failOn` and `coverageMin`; baselines that were changed behind the server.
 */
export async function reportDrift(session: Session, request: ReportRequest): Promise<Outcome> {
  const view = await readView(session, request);
  if (!view.ok) return { failure: view.error };
  const { records, comparison, tampering } = view.value;
  const { failOn, coverageMin, format } = request;
  const document = renderReport(view.value, { format, version: session.io.version });
  const failures = [
    tampering,
    failureOfDrift(
      records.map(({ record }) => record),
      failOn,
    ),
    failureOfCoverage(comparison, coverageMin),
  ];
  const failure = failures.find((each) => each !== undefined);
  return failure === undefined ? { document } : { document, failure };
}

async function readView(
  session: Session,
  request: ReportRequest,
): Promise<Result<DriftView & { readonly tampering: Failure | undefined }, Failure>> {
  const { command, given, states, coverageMin } = request;
  if (coverageMin !== undefined && states.length === 0) {
    return err(usageFailure('--coverage-min requires --state'));
  }
  const asked = await readInput(command, given, session.io);
  if (!asked.ok) return asked;
  const input = await resolveNames(session, command, asked.value);
  if (!input.ok) return input;
  const known = await readStates(session.io, states);
  if (!known.ok) return known;
  const report = await readReport(session, input.value);
  if (!report.ok) return report;
  const { items, groups } = report.value;
  const tampering = failureOfTampering(report.value);
  const placed = await placeRecords(session, items, { known: known.value, ...request });
  const kind = ResourceKind.safeParse(input.value.resource_kind).data;
  const records = sortRecords(placed);
  if (states.length === 0) return ok({ records, groups, tampering, comparison: undefined });
  const comparison = await compareStates(session, known.value, kind);
  if (!comparison.ok) return comparison;
  return ok({ records, groups, tampering, comparison: comparison.value });
}

/** State files contain addresses; the configuration has their source lines. */
async function placeRecords(
  { io }: Session,
  records: readonly ExplainedDriftRecord[],
  from: { readonly known: readonly StateResource[]; readonly config: string },
): Promise<readonly PlacedRecord[]> {
  if (from.known.length === 0) return records.map((record) => ({ record }));
  const finder = await createSourceFinder(io, from.config, { moduleSources: new Map() });
  const byId = new Map(from.known.map((resource) => [resource.id, resource]));
  const placed: PlacedRecord[] = [];
  for (const record of records) {
    const resource = byId.get(record.resource_id);
    const source = resource && (await finder(resource));
    const place = source && placeOf(source, record.fields[0]?.field);
    placed.push({
      record,
      ...(resource === undefined ? {} : { address: resource.address }),
      ...(place === undefined ? {} : { place }),
    });
  }
  return placed;
}

function failureOfCoverage(
  comparison: StateComparison | undefined,
  percentMin: number | undefined,
): Failure | undefined {
  if (comparison === undefined || percentMin === undefined) return undefined;
  if (comparison.percent >= percentMin) return undefined;
  return findingsFailure(
    `coverage is ${comparison.percent} %, below the minimum of ${percentMin} %`,
  );
}
