/** Reads existing resources as the check of violations asks about them. */
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { ResourceRow } from '../../../ports/tables/tables.ts';
import { mapReadable } from '../../rows/answer-resource.ts';
import { KIND_WHERE, RESOURCE_TABLES } from '../../rows/resource-tables.ts';
import { planCreateQuestions, planResourceQuestions } from '../violations/ask-about-resources.ts';
import type { PreviewSubject } from './judge-subjects.ts';
import type { PreviewPage, PreviewScope } from './preview-page.ts';
import { behindKind, type PreviewPlace } from './preview-place.ts';

/** Reads the next page of resources. */
export async function readResourcesPage(
  scope: PreviewScope,
  place: PreviewPlace,
  limit: number,
): Promise<PreviewPage> {
  const { kind } = place;
  if (isOfTypeAccess(scope)) return { ...EMPTY, unjudged: [ACCESS_POLICY], next: undefined };
  if (!(await scope.mayRead(`${kind}.list`))) {
    return { ...EMPTY, unjudged: [notPermitted(kind)], next: behindKind(place) };
  }
  const rows = await readKind(scope, place, limit);
  const subjects = mapReadable(rows, (row) => toSubject(scope, kind, row));
  const last = rows.at(-1);
  const isLast = last === undefined || rows.length < limit;
  return {
    subjects,
    records: [],
    unjudged: unreadable(rows.length - subjects.length),
    next: isLast ? behindKind(place) : { ...place, after: last.id },
  };
}

const EMPTY = { subjects: [], records: [] } as const;

/** It is about callers, of which a resource has none. */
function isOfTypeAccess({ judge: { draft } }: PreviewScope): boolean {
  return (draft.after ?? draft.before)?.type === 'access';
}

const ACCESS_POLICY = {
  source: 'resources',
  reason: 'access_policy',
  count: null,
  detail: 'Policies of type access evaluate callers, and a stored resource has no caller.',
} as const;

function notPermitted(kind: ResourceKind): PreviewPage['unjudged'][number] {
  return {
    source: 'resources',
    reason: 'not_permitted',
    count: null,
    detail: `You may not call ${kind}.list.`,
  };
}

function unreadable(count: number): PreviewPage['unjudged'] {
  if (count === 0) return [];
  const detail = 'Their rows in the store are damaged.';
  return [{ source: 'resources', reason: 'unreadable', count, detail }];
}

async function readKind(
  { deps, tenantId }: PreviewScope,
  { kind, after }: PreviewPlace,
  limit: number,
): Promise<readonly ResourceRow[]> {
  const from: (typeof RESOURCE_TABLES)[ResourceKind] = RESOURCE_TABLES[kind];
  const where = { ...KIND_WHERE[kind], tenant_id: tenantId, id: { above: after } };
  return deps.store.read({ from, where, damaged: 'blank', limit });
}

function toSubject({ deps }: PreviewScope, kind: ResourceKind, row: ResourceRow): PreviewSubject {
  const { question } = planResourceQuestions(deps, kind, row, []);
  const terms = { principal: 'person', unknownFields: [], maskedPaths: [] } as const;
  const creates = planCreateQuestions(deps, kind, row, []);
  return {
    asked: { question, ...terms },
    otherwise: creates.map((each) => ({ question: each.question, ...terms })),
    about: {
      source: 'resources',
      operation: question.operation,
      resource_kind: kind,
      resource_id: row.id,
      resource_name: row.name,
      user_id: null,
      count: 1,
      last_at: null,
    },
  };
}
