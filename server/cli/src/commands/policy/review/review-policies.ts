/** `novacron policy review`: what policies say about a plan, and what a change of them changes. */

import { keysOf } from '@novacron/contract/closed-table';
import { ComplianceStandard } from '@novacron/contract/compliance/compliance';
import type { JsonObject } from '@novacron/contract/json';
import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import { err, ok, type Result } from '@novacron/contract/result';
import { listAll } from '../../../client/list-all.ts';
import type { Session } from '../../../client/session.ts';
import {
  type Failure,
  findingsFailure,
  unevaluatedFailure,
  usageFailure,
} from '../../../failures/failure.ts';
import type { CliIo } from '../../../io/cli-io.ts';
import { readTextFile } from '../../../io/read-text-file.ts';
import type { Outcome } from '../../../operations/run-command.ts';
import { countOf } from '../../../output/count-of.ts';
import { startWorkProgress } from '../../../output/work-progress.ts';
import { createSourceFinder, placeOf, type SourceFinder } from '../../../terraform/find-sources.ts';
import type { PlannedResource } from '../../../terraform/planned-resource.ts';
import { type ReviewedPlan, readPlan } from '../../../terraform/read-plan.ts';
import { type Archive, openArchives } from '../files/open-archives.ts';
import { inputOf, LENIENT_INPUT } from '../files/policy-input.ts';
import { problemLine, warningLine } from '../files/problem-line.ts';
import { readRegoBundles } from '../files/read-policies.ts';
import { applyWaivers } from './apply-waivers.ts';
import { askChecks } from './ask-checks.ts';
import { askPolicies, type Requester, toFindings } from './ask-policies.ts';
import { checkWaiverOwners } from './check-waiver-owners.ts';
import { compareVerdicts, type PlacedResource } from './compare-verdicts.ts';
import { loadArchive } from './load-archive.ts';
import { type LoadedPolicies, loadPolicies, type Reading } from './load-policies.ts';
import { priceChanges } from './price-changes.ts';
import { readArchivesAtRevision, readAtRevision } from './read-at-revision.ts';
import { type CodeOwners, readCodeOwners } from './read-code-owners.ts';
import { type ReviewFormat, renderReview } from './report/render-review.ts';
import {
  type FailOn,
  type Finding,
  isFailing,
  LEVELS,
  type Review,
  type ReviewPolicy,
} from './report/review-model.ts';

/** Plan to review. */
export interface ReviewRequest {
  /** File with what `terraform show -json` wrote. */
  readonly plan: string;
  /** Directory of the configuration. */
  readonly config: string;
  readonly policies: readonly string[];
  /** Bundles of OPA that are asked as well. */
  readonly archives: readonly string[];
  /** Standards whose checks judge the plan as well. */
  readonly standards: readonly string[];
  /** Revision in Git to compare the policies with. */
  readonly base?: string;
  /** Source of existing resources, for the comparison. */
  readonly live: 'plan' | 'server';
  /** Whether the server is asked what the plan costs. */
  readonly cost: boolean;
  readonly format: ReviewFormat;
  /** Findings at this level or above end with 1. */
  readonly failOn: FailOn;
  /** Whether comments of resources may waive findings. */
  readonly waivers: 'applied' | 'ignored';
  readonly asker: Requester;
  /** Whether fields and actions that the input does not have are no problems. */
  readonly allowUnknown?: boolean;
  readonly progress: 'shown' | 'hidden';
}

/** Input and output that the review uses. */
export type ReviewIo = Pick<
  CliIo,
  'listFiles' | 'readText' | 'readBytes' | 'stderr' | 'nowMs' | 'runGit' | 'version'
>;

/**
 * Reviews a plan. Failures: wrong usage; findings at or above `failOn`; nothing evaluated, where a
 * policy does not compile or the revision cannot be read.
 * @param session - only where resources of a server are compared, or costs are asked for
 */
export async function reviewPolicies(
  io: ReviewIo,
  request: ReviewRequest,
  session?: Session,
): Promise<Outcome> {
  const made = await makeReview(io, request, session);
  if (!made.ok) return { failure: made.error };
  const review = made.value;
  const document = renderReview(review, { ...request, version: io.version });
  const failing = countFailing(review, request.failOn);
  if (failing === 0) return { document };
  const which = `at or above ${request.failOn}`;
  return { document, failure: findingsFailure(`${countOf(failing, 'finding')} ${which}`) };
}

/** The review itself, for other reports. Failures: as above, without findings. */
export async function makeReview(
  io: ReviewIo,
  request: ReviewRequest,
  session?: Session,
): Promise<Result<Review, Failure>> {
  const read = await readInputs(io, request);
  if (!read.ok) return read;
  const { plan, head, base } = read.value;
  const stranger = findUnknownStandard(request.standards, head);
  if (stranger !== undefined) return err(stranger);
  const finder = await createSourceFinder(io, request.config, plan);
  const found = await findAll(io, { plan, policies: head, finder }, request);
  const compared = await compareAll(request, { plan, head, base, finder, session });
  if (!compared.ok) return compared;
  const isPriced = request.cost && session !== undefined;
  const priced = isPriced ? await priceChanges(session, plan.resources) : ok(undefined);
  if (!priced.ok) return priced;
  return ok({
    subject: 'change',
    passed: [],
    unasked: plan.unasked,
    unknownTypes: plan.unknownTypes,
    standards: request.standards,
    findings: found.findings,
    verdictChanges: compared.value,
    cost: priced.value,
    counts: {
      policies: head.length,
      resources: found.resources,
      others: plan.others,
      waived: found.findings.filter(({ waiver }) => waiver !== undefined).length,
    },
  });
}

/** The standards are NovaCron's, and those that the policies name. */
function findUnknownStandard(
  standards: readonly string[],
  policies: readonly ReviewPolicy[],
): Failure | undefined {
  const own = policies.flatMap(({ check }) => check?.standard ?? []);
  const known = [...ComplianceStandard.options, ...new Set(own)];
  const stranger = standards.find((name) => !known.includes(name));
  if (stranger === undefined) return undefined;
  return usageFailure(
    `there is no standard ${stranger}; choose among ${known.join(', ')}, or pass --policies ` +
      'with a policy that names it',
  );
}

interface Inputs {
  readonly plan: ReviewedPlan;
  readonly head: readonly ReviewPolicy[];
  readonly base: readonly ReviewPolicy[] | undefined;
}

async function readInputs(io: ReviewIo, request: ReviewRequest): Promise<Result<Inputs, Failure>> {
  const text = await readTextFile(io, request.plan, 'the plan');
  if (!text.ok) return text;
  const plan = readPlan(text.value);
  if (!plan.ok)
    return { ok: false, error: usageFailure(`cannot read ${request.plan}: ${plan.error}`) };
  const { policies, archives } = request;
  const texts = policies.length === 0 ? ok([]) : await readRegoBundles(io, policies, 'together');
  if (!texts.ok) return texts;
  const opened = await openArchives(io, archives);
  if (!opened.ok) return opened;
  const input = inputOf(request.allowUnknown);
  const reading = { nowMs: io.nowMs };
  const written = texts.value[0]?.modules ?? {};
  const head = prepare(written, opened.value, { ...reading, input, trial: 'tried' });
  if (!head.ok) return head;
  const { policies: found, warnings } = head.value;
  if (warnings.length > 0) io.stderr.write(warnings.map(warningLine).join(''));
  if (request.base === undefined) return ok({ plan: plan.value, head: found, base: undefined });
  const earlier = policies.length === 0 ? ok({}) : await readAtRevision(io, request.base, policies);
  if (!earlier.ok) return earlier;
  const packed =
    archives.length === 0 ? ok([]) : await readArchivesAtRevision(io, request.base, opened.value);
  if (!packed.ok) return packed;
  // What a server has accepted goes on there.
  const accepted = { ...reading, input: LENIENT_INPUT, trial: 'untried' } as const;
  const base = prepare(earlier.value, packed.value, accepted);
  return base.ok ? ok({ plan: plan.value, head: found, base: base.value.policies }) : base;
}

function prepare(
  texts: Readonly<Record<string, string>>,
  archives: readonly Archive[],
  reading: Reading,
): Result<LoadedPolicies, Failure> {
  const written = loadPolicies(texts, reading);
  const packed = archives.map((archive) => loadArchive(archive, reading));
  const problems = [written, ...packed].flatMap((each) => (each.ok ? [] : each.error));
  if (problems.length === 0) {
    const loaded = [written, ...packed].flatMap((each) => (each.ok ? [each.value] : []));
    const found = loaded.flatMap((each) => each.policies);
    const policies = found.sort((a, b) => (a.name < b.name ? -1 : 1));
    return ok({ policies, warnings: loaded.flatMap(({ warnings }) => warnings) });
  }
  const lines = problems.map(problemLine).join('');
  return { ok: false, error: unevaluatedFailure(`${lines}the review did not run`) };
}

async function findAll(
  io: ReviewIo,
  given: {
    readonly plan: ReviewedPlan;
    readonly policies: readonly ReviewPolicy[];
    readonly finder: SourceFinder;
  },
  request: ReviewRequest,
): Promise<{ readonly findings: readonly Finding[]; readonly resources: number }> {
  const { plan, policies, finder } = given;
  const changed = plan.resources.filter(({ change }) => change !== 'none');
  const work = { what: 'reviewing', total: changed.length, shown: request.progress };
  const progress = startWorkProgress(io, work);
  const findings: Finding[] = [];
  let owners: Promise<CodeOwners | undefined> | undefined;
  for (const [index, resource] of changed.entries()) {
    progress.show(index);
    const { standards, asker } = request;
    const own = [
      ...askPolicies(policies, resource, asker).flatMap((verdict) =>
        toFindings(verdict, resource, standards),
      ),
      ...askChecks(resource, { standards, time: asker.time }),
    ];
    const source = await finder(resource);
    const placed =
      source === undefined
        ? own
        : own.map((each) => ({ ...each, place: placeOf(source, each.attribute) }));
    if (source === undefined || request.waivers === 'ignored') {
      findings.push(...placed);
      continue;
    }
    const { address } = resource;
    const today = request.asker.time.slice(0, 'YYYY-MM-DD'.length);
    const waived = applyWaivers(placed, { source, address, today });
    findings.push(...waived);
    if (!waived.some(({ waiver }) => waiver !== undefined)) continue;
    owners ??= readCodeOwners(io);
    const ownersOf = await owners;
    if (ownersOf !== undefined) findings.push(...checkWaiverOwners(waived, ownersOf));
  }
  progress.end();
  const rank = ({ level }: Finding) => LEVELS.indexOf(level);
  return { findings: findings.sort((a, b) => rank(a) - rank(b)), resources: changed.length };
}

async function compareAll(
  request: ReviewRequest,
  given: Inputs & { readonly finder: SourceFinder; readonly session: Session | undefined },
): Promise<Result<Review['verdictChanges'], Failure>> {
  const { plan, head, base, finder, session } = given;
  if (base === undefined) return ok(undefined);
  const placed: PlacedResource[] = [];
  for (const resource of plan.resources) {
    const source = await finder(resource);
    const place = source && placeOf(source, undefined);
    const scope = resource.change === 'none' ? 'live' : 'plan';
    if (scope === 'plan' || request.live === 'plan') placed.push({ resource, scope, place });
  }
  const isLive = request.live === 'server' && session !== undefined;
  const live = isLive ? await listLive(session) : ok([]);
  if (!live.ok) return live;
  return ok(compareVerdicts([...placed, ...live.value], { base, head }, request.asker));
}

/** Everything that the server has, as it is. */
async function listLive(session: Session): Promise<Result<readonly PlacedResource[], Failure>> {
  const placed: PlacedResource[] = [];
  for (const kind of keysOf(RESOURCE_DEFINITIONS)) {
    const items = await listAll(session, { operation: `${kind}.list`, input: {} });
    if (!items.ok) return items;
    for (const item of items.value) {
      // Built-in resources are not reviewed.
      if (item.built_in === true) continue;
      // It was parsed from the JSON of an answer.
      const fields = item as JsonObject;
      const name = String(item.name);
      const resource: PlannedResource = {
        address: `${kind} ${name}`,
        moduleAddress: '',
        computed: {},
        plannedPerHour: null,
        type: RESOURCE_DEFINITIONS[kind].type,
        label: name,
        kind,
        id: String(item.id),
        change: 'none',
        before: fields,
        after: fields,
        unknown: [],
      };
      placed.push({ resource, scope: 'live', place: undefined });
    }
  }
  return ok(placed);
}

/** Counts failures; a new denial counts as a warning. */
function countFailing({ findings, verdictChanges = [] }: Review, failOn: FailOn): number {
  const failing = findings.filter(
    ({ level, waiver }) => waiver === undefined && isFailing(level, failOn),
  ).length;
  const denied = verdictChanges.filter(({ now }) => now === 'denied').length;
  return failing + (isFailing('warning', failOn) ? denied : 0);
}
