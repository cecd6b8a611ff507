/**
 * Previews a draft of a policy: judges existing resources, open plans and recorded decisions by it,
 * and reports whose verdict would change. It changes nothing. A call judges a part and returns the
 * place where the next one begins, so that it is bounded in time and memory, reports its progress,
 * and ends when its client does not go on. Source of the idea: dry runs of Gatekeeper's audit, and
 * replays of Open Policy Agent's decision logs.
 */
import { listNames } from '@novacron/contract/formats/list-names';
import {
  type PolicyPreview,
  type PolicyPreviewChange,
  PreviewSource,
} from '@novacron/contract/kinds/policy/policy-preview';
import type { OperationName, ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { SUBJECT_KINDS } from '@novacron/contract/policy-input/subject-fields';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { mergeChanges } from '@novacron/engine/policy/rules/merge-changes';
import { steadyMs } from '@novacron/runtime/clock';
import { forbiddenCall, mayCall } from '../../access/identity/may-call.ts';
import { type CallContext, waitAside } from '../../kernel/context/call-context.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { tryPolicy } from '../../policy/decide/try-policy.ts';
import { readWaivers } from '../../policy/waivers/waivers.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { countParts } from './count-parts.ts';
import { judgeRecords } from './judge-records.ts';
import { budgetOf, type JudgedPage, judgeSubjects } from './judge-subjects.ts';
import { createPageSizes } from './page-sizes.ts';
import type { PageReader, PreviewPage, PreviewScope } from './preview-page.ts';
import {
  behindSource,
  type PreviewPlace,
  readPlace,
  startOf,
  writePlace,
} from './preview-place.ts';
import { readDataDraft } from './read-data-draft.ts';
import { readDecisionsPage } from './read-decisions.ts';
import { type ReadDraft, readDraft } from './read-draft.ts';
import { readPlansPage } from './read-plans.ts';
import { readResourcesPage } from './read-resources.ts';

/** No further page of a part is begun after this long. Unit: ms. */
const PART_MS_MAX = 500;

/** No further page of a part is begun with more changes than this. */
const CHANGES_MAX = 1_000;

const DAY_MS = 86_400_000;

/** Paths that a notice names. */
const NAMED_MAX = 5;

/**
 * Answers `policy.preview`. Problems: `forbidden` without the right to ask policies, `not-found`,
 * `validation-failed`, `rule-invalid`, and `rate-limited` where the previews of the tenant have
 * used up their time on this server.
 */
export async function previewPolicy(
  deps: CapabilityDeps,
  input: ParsedInputOf<'policy.preview'>,
  context: CallContext,
): Promise<Result<PolicyPreview, Problem>> {
  const { principal } = context;
  if (!mayCall(principal, 'policy_decision.ask')) {
    return err(forbiddenCall('policy_decision.ask', 'viewer', principal));
  }
  const begin = input.position === undefined ? undefined : readPlace(input.position);
  if (begin?.ok === false) return begin;
  const overBudget = deps.decisions.previewBudgets.of(principal.tenantId).refuse();
  if (overBudget !== undefined) return err(overBudget);
  const [first = 'resources'] = sorted(input.sources);
  const place = begin?.value ?? startOf(first);
  const isFirst = begin === undefined;
  if (isAboutData(input)) return previewData(deps, { ...input, place, first, isFirst }, context);
  const read = await readDraft(deps, input, context);
  if (!read.ok) return read;
  const notices = isFirst ? await noticesOf(deps, context, read.value) : ok([]);
  if (!notices.ok) return notices;
  const { draft, others, trial } = read.value;
  const parts = { draft, others, policyId: trial.id, days: input.days };
  const scope = await toScope(deps, context, parts);
  const { next, ...part } = await judgePart(scope, context, { place, sources: input.sources });
  return ok({
    ...part,
    notices: [...notices.value],
    next_position: next === undefined ? null : writePlace(next),
  });
}

type DataInput = ParsedInputOf<'policy.preview'> & {
  readonly data: NonNullable<ParsedInputOf<'policy.preview'>['data']>;
};

function isAboutData(input: ParsedInputOf<'policy.preview'>): input is DataInput {
  return input.data !== undefined && input.id === undefined && !('rule' in input.draft);
}

/** Judges the policies that read drafts of documents, one in each part or in several. */
async function previewData(
  deps: CapabilityDeps,
  {
    data: drafts,
    days,
    sources,
    place,
    first,
    isFirst,
  }: DataInput & {
    readonly place: PreviewPlace;
    readonly first: PreviewSource;
    readonly isFirst: boolean;
  },
  context: CallContext,
): Promise<Result<PolicyPreview, Problem>> {
  const { reader } = place;
  const read = await readDataDraft(deps, { drafts, reader }, context);
  if (!read.ok) return read;
  const { policy, draft, others, faulty, readers } = read.value;
  const notices = isFirst ? [...noReaders(drafts, readers), ...leftOut(faulty)] : [];
  if (policy === undefined) return ok(emptyPart(place, notices));
  const scope = await toScope(deps, context, { draft, others, policyId: policy.id, days });
  const { next, ...part } = await judgePart(scope, context, { place, sources });
  const after = reader + 1 < readers ? { ...startOf(first), reader: reader + 1 } : undefined;
  const then = next === undefined ? after : { ...next, reader };
  return ok({
    ...part,
    changes: part.changes.map((change) => ({ ...change, policy: policy.name })),
    notices,
    next_position: then === undefined ? null : writePlace(then),
  });
}

function emptyPart({ source }: PreviewPlace, notices: string[]): PolicyPreview {
  const progress = { source, resource_kind: null, at: null };
  return { changes: [], judged: [], unjudged: [], notices, progress, next_position: null };
}

function noReaders(drafts: DataInput['data'], readers: number): readonly string[] {
  if (readers > 0) return [];
  const paths = drafts.map(({ path }) => `data.${path}`);
  return [`no enabled policy reads ${listNames(paths, NAMED_MAX)}: no decision changes`];
}

function sorted(sources: readonly PreviewSource[]): readonly PreviewSource[] {
  return PreviewSource.options.filter((each) => sources.includes(each));
}

/** Returns the faults of the draft itself: it is checked like a policy before it is stored. */
async function noticesOf(
  deps: CapabilityDeps,
  context: CallContext,
  { trial, faulty }: ReadDraft,
): Promise<Result<readonly string[], Problem>> {
  // A trial of a draft that does not end takes seconds, and nothing waits for a preview.
  const { budget } = budgetOf({ deps, tenantId: context.principal.tenantId });
  const terms = { lane: 'background', budget } as const;
  const tried = await tryPolicy(deps, context, { ...trial, terms });
  if (!tried.ok) return tried;
  return ok([
    ...tried.value,
    ...(trial.spec.scope === 'platform'
      ? ['the policy applies to all tenants, but only your own resources are evaluated']
      : []),
    ...leftOut(faulty),
  ]);
}

function leftOut(faulty: readonly string[]): readonly string[] {
  return faulty.map(
    (name) =>
      `the policy ${name} was changed outside of the server and is excluded from the comparison`,
  );
}

async function toScope(
  deps: CapabilityDeps,
  context: CallContext,
  {
    draft,
    others,
    policyId,
    days,
  }: Pick<ReadDraft, 'draft' | 'others'> & {
    readonly policyId: string | null;
    readonly days: number;
  },
): Promise<PreviewScope> {
  const { tenantId } = context.principal;
  const nowMs = deps.clock.nowMs();
  const permissions = new Map<OperationName, Promise<boolean>>();
  return {
    deps,
    tenantId,
    judge: {
      draft,
      policyId,
      waivers: await readWaivers(deps.store, { tenantId }),
      nowMs,
    },
    others,
    sinceMs: nowMs - days * DAY_MS,
    mayRead: (operation) => {
      const known = permissions.get(operation) ?? mayRead(deps, context, operation);
      permissions.set(operation, known);
      return known;
    },
  };
}

/** A preview shows what its caller could list: by its role, and by policies that decide reads. */
async function mayRead(
  deps: CapabilityDeps,
  context: CallContext,
  operation: OperationName,
): Promise<boolean> {
  if (!mayCall(context.principal, operation)) return false;
  const noun = operation.slice(0, operation.indexOf('.'));
  const { problem } = await deps.verdicts.decide(context, {
    operation,
    resourceKind: SUBJECT_KINDS.find((kind) => kind === noun) ?? 'operation',
    target: { id: '', name: '' },
    before: null,
    wanted: null,
    unknown: [],
    moment: 'read',
  });
  return problem === undefined;
}

const READERS: Readonly<Record<PreviewSource, PageReader>> = {
  resources: readResourcesPage,
  plans: readPlansPage,
  decisions: readDecisionsPage,
};

/** Judges everything of a page: it has subjects or records. */
function judgePage(scope: PreviewScope, { subjects, records }: PreviewPage): Promise<JudgedPage> {
  return records.length > 0 ? judgeRecords(scope, records) : judgeSubjects(scope, subjects);
}

/** A part without what the preview says of it as a whole. */
interface JudgedPart extends Pick<PolicyPreview, 'judged' | 'unjudged' | 'progress'> {
  readonly changes: PolicyPreviewChange[];
  /** Start of the next part; undefined after the last part. */
  readonly next: PreviewPlace | undefined;
}

type JudgedAndAhead = readonly [JudgedPage, PreviewPage | undefined];

/** Judges pages until the time of a part is over. */
async function judgePart(
  scope: PreviewScope,
  context: CallContext,
  {
    place: begin,
    sources,
  }: { readonly place: PreviewPlace; readonly sources: readonly PreviewSource[] },
): Promise<JudgedPart> {
  const { clock } = scope.deps;
  const untilMs = steadyMs(clock) + PART_MS_MAX;
  const changes: PolicyPreviewChange[] = [];
  const parts = countParts();
  const sizes = createPageSizes(() => steadyMs(clock));
  const read = (at: PreviewPlace): Promise<PreviewPage> =>
    READERS[at.source](scope, at, sizes.next());
  let place = begin;
  let next: PreviewPlace | undefined = begin;
  let page: PreviewPage | undefined = await read(begin);
  while (page !== undefined && next !== undefined) {
    place = next;
    next = page.next ?? behindSource(place.source, sources);
    // The next page is read while the thread of the policies is at work on this one.
    const judging = judgePage(scope, page);
    const reading: Promise<PreviewPage> | undefined = next === undefined ? undefined : read(next);
    const both: Promise<JudgedAndAhead> = Promise.all([judging, reading]);
    const [judged, ahead] = await waitAside(context, both);
    changes.push(...judged.changes);
    parts.add(place.source, page, judged);
    page = ahead;
    sizes.judged();
    if (steadyMs(clock) > untilMs || changes.length > CHANGES_MAX || context.signal.aborted) break;
    await context.turn?.next();
  }
  const { source, kind, atMs } = next ?? place;
  return {
    changes: [...mergeChanges(changes)],
    ...parts.result(),
    progress: {
      source,
      resource_kind: source === 'resources' ? kind : null,
      at: atMs === null ? null : toTimestamp(atMs),
    },
    next,
  };
}
