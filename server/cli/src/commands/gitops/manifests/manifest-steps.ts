/** The steps of applications whose source is documents, as `novacron apply` takes them. */
import { createHash } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  GitopsApplyResult,
  GitopsChange,
  GitopsPlanResult,
  GitopsVerifyResult,
} from '@novacron/contract/automation/gitops-step';
import { canonicalJson } from '@novacron/contract/json';
import { err, ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import type { Session } from '../../../client/session.ts';
import { type Failure, findingsFailure, usageFailure } from '../../../failures/failure.ts';
import { pause } from '../../../io/cli-io.ts';
import { applyManifests } from '../../apply/apply-manifests.ts';
import { diffManifests } from '../../apply/diff-manifests.ts';
import { type Manifest, titleOf } from '../../apply/manifest.ts';
import { readManifests } from '../../apply/read-manifests.ts';
import { examineHealth } from '../health/examine-health.ts';
import { unpackSource } from '../source/source-archive.ts';
import { wholeList } from '../step/fit-result.ts';
import { readArtifact } from '../step/read-artifact.ts';
import { type Refusal, refuse } from '../step/refusal.ts';
import type { StepContext } from '../step/step-context.ts';
import { withServer } from '../step/with-server.ts';
import { summarize } from '../terraform/summarize.ts';

/** A document that differs from the server, as `novacron diff` reports it. */
const Difference = z.looseObject({
  kind: z.string(),
  name: z.string(),
  action: z.enum(['create', 'update']),
  changes: z.array(z.looseObject({ field: z.string(), before: z.json(), after: z.json() })),
});
type Difference = z.infer<typeof Difference>;

/** Plans what the documents change. Resources that no document describes stay. */
export async function planDocuments(
  context: StepContext,
): Promise<Result<GitopsPlanResult, Refusal>> {
  const compared = await inDocuments(context, async (session, place) => {
    const tried = await applyManifests(session, { places: [place], mode: 'dry-run', options: {} });
    if (tried.failure !== undefined) return err(tried.failure);
    return compare(session, place);
  });
  if (!compared.ok) return compared;
  const { differences } = compared.value;
  if (context.settings.prune.allowed) {
    context.say('Nothing is pruned: resources that no document describes stay.');
  }
  const countOf = (action: Difference['action']) =>
    differences.filter((each) => each.action === action).length;
  const counts = {
    create: countOf('create'),
    update: countOf('update'),
    replace: 0,
    delete: 0,
    managed: compared.value.manifests.length - countOf('create'),
  };
  const changes = differences.map(changeOf);
  return ok({
    digest: digestOf(differences),
    counts,
    needs_approval: [],
    summary: summarize(counts, changes),
    changes: wholeList(changes),
    drift: wholeList([]),
    notices: wholeList([]),
    state: null,
  });
}

/** Applies the documents, unless anything has changed since the plan. */
export async function applyDocuments(
  context: StepContext,
  digest: string,
): Promise<Result<GitopsApplyResult, Refusal>> {
  const now = await inDocuments(context, compare);
  if (!now.ok) return now;
  if (digestOf(now.value.differences) !== digest) {
    const reason = 'The resources have changed since the plan, or it is not the approved one.';
    return err({ kind: 'stale', reason });
  }
  return inDocuments(context, async (session, place) => {
    const done = await applyManifests(session, {
      places: [place],
      mode: 'apply',
      options: {},
      betweenWaves: (titles) => awaitHealth(context, titles),
    });
    if (done.failure !== undefined) return err(done.failure);
    const endings = z.array(Ending).parse(done.document?.value);
    const countOf = (result: string) => endings.filter((each) => each.result === result).length;
    const applied = { create: countOf('created'), update: countOf('updated'), delete: 0 };
    return ok({ applied, serial: null });
  });
}

/** Time in which a wave has to become healthy before the next one. Unit: ms. */
const WAVE_MS_MAX = 600_000;

/** Time between two looks at it. Unit: ms. */
const WAVE_LOOK_MS = 1_000;

/** Waits until the resources of the waves that were applied are healthy. */
async function awaitHealth(
  context: StepContext,
  titles: ReadonlySet<string>,
): Promise<Result<void, Failure>> {
  const { io, say, signal } = context;
  const untilMs = io.nowMs() + WAVE_MS_MAX;
  for (let turn = 0; ; turn += 1) {
    const examined = await examineHealth(context, (resource) => titles.has(titleOf(resource)));
    if (!examined.ok) return err(findingsFailure(examined.error.reason));
    const [first] = examined.value.unhealthy;
    if (first === undefined) return ok(undefined);
    const words = `${first.resource} is ${first.reason}`;
    if (turn === 0) say(`Waiting for the wave to be healthy: ${words}`);
    if (io.nowMs() >= untilMs || signal.aborted) {
      return err(findingsFailure(`Later waves were not tried: ${words}`));
    }
    await pause(io.timers, WAVE_LOOK_MS, signal);
  }
}

/** What has become of a document, as `novacron apply` reports it. */
const Ending = z.looseObject({ result: z.string() });

/** Whether the server is as the documents say, and whether what they describe works. */
export async function verifyDocuments(
  context: StepContext,
): Promise<Result<GitopsVerifyResult, Refusal>> {
  const compared = await inDocuments(context, compare);
  if (!compared.ok) return compared;
  const { differences, manifests } = compared.value;
  const titles = new Set(manifests.map(titleOf));
  const examined = await examineHealth(context, (resource) => titles.has(titleOf(resource)));
  if (!examined.ok) return examined;
  return ok({
    in_sync: differences.length === 0,
    out_of_sync: wholeList(differences.map(({ kind, name }) => titleOf({ noun: kind, name }))),
    health: examined.value.health,
    unhealthy: wholeList(examined.value.unhealthy),
    resource_ids: wholeList(examined.value.ids),
  });
}

/** Unpacks the documents into a directory of its own, and works with them and the server. */
async function inDocuments<T>(
  context: StepContext,
  work: (session: Session, place: string) => Promise<Result<T, Failure>>,
): Promise<Result<T, Refusal>> {
  const packed = await readArtifact(context, 'fetch.source');
  if (!packed.ok) return packed;
  const directory = await mkdtemp(join(context.directory, 'documents-'));
  const unpacked = await unpackSource(packed.value, directory);
  if (!unpacked.ok) return unpacked;
  const place = join(directory, context.settings.path);
  const done = await withServer(context, (session) => work(session, place));
  // Messages name files as the repository does.
  return done.ok ? done : refuse(done.error.reason.replaceAll(`${directory}/`, ''));
}

interface Comparison {
  readonly manifests: readonly Manifest[];
  readonly differences: readonly Difference[];
}

async function compare(session: Session, place: string): Promise<Result<Comparison, Failure>> {
  const manifests = await readManifests(session.io, [place]);
  if (!manifests.ok) return manifests;
  const { document, failure } = await diffManifests(session, [place]);
  if (document === undefined) return err(failure ?? usageFailure('nothing was compared'));
  const differences = z.array(Difference).parse(document.value);
  return ok({ manifests: manifests.value, differences });
}

function digestOf(differences: readonly Difference[]): string {
  return createHash('sha256').update(canonicalJson(differences)).digest('hex');
}

function changeOf({ kind, name, action, changes }: Difference): GitopsChange {
  const shown = (value: unknown) => (value === null ? null : JSON.stringify(value));
  return {
    address: titleOf({ noun: kind, name }),
    action,
    reason: null,
    fields: changes.map(({ field, before, after }) => ({
      path: field,
      before: shown(before),
      after: shown(after),
    })),
    node: null,
    cost_per_hour: null,
  };
}
