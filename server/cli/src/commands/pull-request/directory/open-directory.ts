/** Plans a directory as a sync of GitOps does: checked files, checked providers, a plan. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GitopsStepSettings } from '@novacron/contract/automation/gitops-step';
import { ok, type Result } from '@novacron/contract/result';
import type { CliIo, Environment } from '../../../io/cli-io.ts';
import { readSource } from '../../gitops/read-source.ts';
import { packSource } from '../../gitops/source/source-archive.ts';
import { type Refusal, refuse } from '../../gitops/step/refusal.ts';
import type { StepContext } from '../../gitops/step/step-context.ts';
import { decideGates } from '../../gitops/terraform/decide-gates.ts';
import { type MadePlan, makePlan } from '../../gitops/terraform/make-plan.ts';
import { openTerraform, type Terraform } from '../../gitops/terraform/open-terraform.ts';
import { countChanges, readChanges } from '../../gitops/terraform/read-changes.ts';
import { checkFork } from '../checkout/check-fork.ts';
import type { AffectedDirectories, AffectedDirectory } from '../checkout/find-directories.ts';
import type { Checkout } from '../checkout/open-checkout.ts';

/** A directory to plan, and its surroundings. */
export interface DirectoryRequest {
  readonly directory: AffectedDirectory;
  readonly found: AffectedDirectories;
  readonly checkout: Checkout;
  readonly isFork: boolean;
  /** `apply`: with the key of applies, which may lock the state. */
  readonly purpose: 'plan' | 'apply';
  readonly env: Environment;
  readonly io: CliIo;
  readonly signal: AbortSignal;
}

/** A directory that is planned. */
export interface OpenedDirectory {
  readonly context: StepContext;
  readonly terraform: Terraform;
  readonly made: MadePlan;
}

/** Plans it and does the work with it; its files are removed afterwards. */
export async function withDirectory<T>(
  request: DirectoryRequest,
  work: (opened: OpenedDirectory) => Promise<Result<T, Refusal>>,
): Promise<Result<T, Refusal>> {
  const place = await mkdtemp(join(tmpdir(), 'novacron-pull-request-'));
  try {
    const context = await openContext(request, place);
    if (!context.ok) return context;
    const terraform = await openTerraform(context.value);
    if (!terraform.ok) return terraform;
    const lock = request.purpose === 'plan' ? 'none' : 'waited-for';
    const made = await makePlan(context.value, terraform.value, lock);
    if (!made.ok) return made;
    const { plan } = made.value;
    const gates = decideGates(plan.configuration, {
      settings: context.value.settings,
      counts: countChanges(plan),
      changes: readChanges(plan),
    });
    if (!gates.ok) return gates;
    return await work({ context: context.value, terraform: terraform.value, made: made.value });
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

/** Reviewers see each deletion, and a pull request may delete everything. */
const ALL_ALLOWED = {
  rewind: true,
  prune: { allowed: true, count_max: Number.MAX_SAFE_INTEGER, ratio_max: 1 },
};

/** Variables of keys. */
const KEYS = { plan: 'NOVACRON_API_KEY', apply: 'NOVACRON_DEPLOY_KEY' } as const;

/**
 * Puts the files and the key into place. Of the environment, steps get what they need by name:
 * tokens of the code host are not among it.
 */
async function openContext(
  request: DirectoryRequest,
  place: string,
): Promise<Result<StepContext, Refusal>> {
  const { directory, found, checkout, isFork, purpose, env, io, signal } = request;
  const key = env[KEYS[purpose]] ?? '';
  if (key === '') return refuse(`Set ${KEYS[purpose]} to the API key of this command.`);
  const { path, source: kind, state, variables } = directory;
  const source = await readSource({ path, source: kind }, checkout.commit, checkout);
  if (!source.ok) return source;
  const accepted = isFork ? checkFork(source.value.entries) : ok(undefined);
  if (!accepted.ok) return accepted;
  const packed = await packSource(source.value.entries);
  if (!packed.ok) return packed;
  const keyFile = join(place, 'key');
  await writeFile(keyFile, key, { mode: 0o600 });
  const artifacts = join(place, 'artifacts');
  await mkdir(join(artifacts, 'load'), { recursive: true });
  await writeFile(join(artifacts, 'load', 'fetch.source'), packed.value);
  const { providers, programs } = found.settings;
  const settings = GitopsStepSettings.parse({
    repository: checkout.root,
    revision: checkout.commit,
    last_commit: null,
    path,
    source: kind,
    state,
    variables,
    // Providers of others could read secrets of the pipeline, and send them away.
    ...(isFork ? {} : { providers, programs }),
    ...ALL_ALLOWED,
  });
  const directoryOfWork = join(place, 'work');
  await mkdir(directoryOfWork);
  return ok({
    settings,
    env: {
      PATH: env.PATH,
      TMPDIR: env.TMPDIR,
      NOVACRON_ENDPOINT: env.NOVACRON_ENDPOINT,
      NOVACRON_PROVIDER_MIRROR: env.NOVACRON_PROVIDER_MIRROR,
      NOVACRON_API_KEY_FILE: keyFile,
    },
    io,
    directory: directoryOfWork,
    artifacts,
    say: (line) => io.stderr.write(`${directory.name}: ${line}\n`),
    signal,
  });
}
