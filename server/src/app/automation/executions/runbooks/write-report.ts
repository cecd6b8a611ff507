/** Writes the report of an execution. */
import type { ExecutionReport } from '@novacron/contract/automation/execution-report';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import {
  planReport,
  type ReportMoment,
} from '@novacron/engine/automation/workflows/report/plan-report';
import {
  writeHtmlReport,
  writeMarkdownReport,
} from '@novacron/engine/automation/workflows/report/write-report';
import { explainEntry } from '@novacron/engine/sagas/log/explain-entry';
import { isStepEntry } from '@novacron/engine/sagas/log/log-entry';
import type { TimedEntry } from '@novacron/engine/sagas/log/step-times';
import { toApproval } from '../../../access/approvals/read-approvals.ts';
import { makersOf, personOf } from '../../../access/identity/person-of.ts';
import type { CallContext } from '../../../kernel/context/call-context.ts';
import { readTimedLog } from '../../../kernel/operations/answer-operation.ts';
import type { CapabilityDeps } from '../../../platform/deps.ts';
import { findTimestamp, toTimestamp } from '../../../rows/to-timestamp.ts';
import { findExecution, getExecution } from '../read-executions.ts';

/** Approvals that a report names: more than the steps that a definition may have. */
const APPROVALS_MAX = 1_000;

const WRITERS = { markdown: writeMarkdownReport, html: writeHtmlReport } as const;

/** Writes a report, also of an execution that still runs. Problems: `not-found`. */
export async function writeReport(
  deps: CapabilityDeps,
  { id, format }: ParsedInputOf<'execution.report'>,
  context: CallContext,
): Promise<Result<ExecutionReport, Problem>> {
  const found = await getExecution(deps, id, context);
  if (!found.ok) return found;
  const row = await findExecution(deps, id, context);
  if (!row.ok) return row;
  const execution = found.value;
  const { workflow_id, version, kind, workflow } = execution;
  const { approvals, versions } = await deps.store.snapshot({
    approvals: {
      from: 'approvals',
      where: { operation_id: id },
      orderBy: { column: 'id', direction: 'asc' },
      limit: APPROVALS_MAX,
    },
    versions: { from: 'workflow_versions', where: { workflow_id }, damaged: 'blank' },
  });
  const person = await personOf(deps, context.principal);
  const makers = await makersOf(deps, context.principal);
  const author = versions.find((each) => each.version === version);
  const { secrets = [] } = deps.definitions.read(row.value).execution ?? {};
  const report = planReport({
    execution,
    author:
      author === undefined
        ? undefined
        : { name: author.created_by, at: toTimestamp(author.created_at_ms) },
    secrets: secrets.map(({ name, version: of }) => `${name}@${of}`),
    approvals: approvals.map((each) =>
      toApproval(each, { subject: {}, principal: context.principal, person, makers }),
    ),
    timeline: (await readTimedLog(deps.store, id)).map(toMoment),
  });
  return ok({ execution_id: execution.id, workflow, kind, format, text: WRITERS[format](report) });
}

function toMoment({ entry, atMs }: TimedEntry): ReportMoment {
  const step = isStepEntry(entry) ? entry.step : '';
  return { at: findTimestamp(atMs) ?? 'unknown', step, what: explainEntry(entry) };
}
