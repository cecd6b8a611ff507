/** Reads writes that plans have asked about and that are not applied yet. */
import { PolicyInput } from '@novacron/contract/admission/policy-verdict';
import { equalJson, type JsonObject } from '@novacron/contract/json';
import { RESOURCE_KINDS, type ResourceKind } from '@novacron/contract/schema/resource-kind';
import { findMaskedPaths } from '@novacron/engine/policy/rules/find-masked-paths';
import type { PlannedWriteRow } from '../../../ports/tables/preview-tables.ts';
import type { ResourceRow } from '../../../ports/tables/tables.ts';
import { maskInput } from '../../policy/log/decision-log.ts';
import { mapReadable } from '../../rows/answer-resource.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import { KIND_WHERE, RESOURCE_TABLES } from '../../rows/resource-tables.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { planResourceQuestions } from '../violations/ask-about-resources.ts';
import type { PreviewSubject } from './judge-subjects.ts';
import type { PreviewPage, PreviewScope } from './preview-page.ts';
import type { PreviewPlace } from './preview-place.ts';

/** A planned write as it is stored. */
interface StoredQuestion {
  readonly input: JsonObject;
  readonly unknown_fields: readonly string[];
}

/** Reads the next page of planned writes. */
export async function readPlansPage(
  scope: PreviewScope,
  place: PreviewPlace,
  limit: number,
): Promise<PreviewPage> {
  const { deps, tenantId, sinceMs } = scope;
  const rows = await deps.store.read({
    from: 'planned_writes',
    where: { tenant_id: tenantId, id: { above: place.after } },
    damaged: 'blank',
    limit,
  });
  const recent = rows.filter(({ created_at_ms }) => created_at_ms >= sinceMs);
  const subjects: PreviewSubject[] = [];
  const unjudged: PreviewPage['unjudged'][number][] = [];
  for (const kind of RESOURCE_KINDS) {
    const own = recent.filter(({ resource_kind }) => resource_kind === kind);
    if (own.length === 0) continue;
    if (!(await scope.mayRead(`${kind}.list`))) {
      const detail = `You may not call ${kind}.list.`;
      unjudged.push({ source: 'plans', reason: 'not_permitted', count: own.length, detail });
      continue;
    }
    subjects.push(...(await openWrites(scope, kind, own)));
  }
  const last = rows.at(-1);
  const isLast = last === undefined || rows.length < limit;
  return {
    subjects,
    records: [],
    unjudged,
    next: isLast ? undefined : { ...place, after: last.id },
  };
}

/** The writes that are neither applied nor overtaken by another change of their resource. */
async function openWrites(
  scope: PreviewScope,
  kind: ResourceKind,
  planned: readonly PlannedWriteRow[],
): Promise<readonly PreviewSubject[]> {
  const { deps, tenantId } = scope;
  const from: (typeof RESOURCE_TABLES)[ResourceKind] = RESOURCE_TABLES[kind];
  const of = { ...KIND_WHERE[kind], tenant_id: tenantId };
  const names = planned.flatMap(({ resource_id, resource_name }) =>
    resource_id === '' ? [resource_name] : [],
  );
  const ids = planned.flatMap(({ resource_id }) => (resource_id === '' ? [] : [resource_id]));
  const [named, known]: readonly (readonly ResourceRow[])[] = await Promise.all([
    deps.store.read({ from, where: { ...of, name: { in: names } }, damaged: 'blank' }),
    deps.store.read({ from, where: { ...of, id: { in: ids } }, damaged: 'blank' }),
  ]);
  const taken = new Set(named?.map(({ name }) => name));
  const byId = new Map(known?.map((row) => [row.id, row]));
  return planned.flatMap((row) => {
    const stored = parseStored<StoredQuestion>(row.question_json);
    const question = PolicyInput.safeParse(stored?.input);
    if (stored === undefined || !question.success) return [];
    const isNew = row.resource_id === '';
    const isOpen = isNew
      ? !taken.has(row.resource_name)
      : isAsPlanned(scope, kind, { row: byId.get(row.resource_id), before: question.data.before });
    if (!isOpen) return [];
    const asked = {
      question: question.data,
      principal: 'person',
      unknownFields: stored.unknown_fields,
      maskedPaths: findMaskedPaths(stored.input),
    } as const;
    return [{ asked, about: aboutOf(row) }];
  });
}

/** Whether a resource is as the plan has found it: else the plan was applied, or is stale. */
function isAsPlanned(
  { deps }: PreviewScope,
  kind: ResourceKind,
  found: { readonly row: ResourceRow | undefined; readonly before: JsonObject | null },
): boolean {
  if (found.row === undefined) return false;
  const [now] = mapReadable([found.row], (row) => planResourceQuestions(deps, kind, row, []));
  return now !== undefined && equalJson(maskInput(now.question).before, found.before);
}

function aboutOf(row: PlannedWriteRow): PreviewSubject['about'] {
  return {
    source: 'plans',
    operation: row.operation,
    resource_kind: row.resource_kind,
    resource_id: row.resource_id === '' ? null : row.resource_id,
    resource_name: row.resource_name === '' ? null : row.resource_name,
    user_id: row.user_id,
    count: 1,
    last_at: toTimestamp(row.created_at_ms),
  };
}
