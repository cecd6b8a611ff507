/** Terraform with an environment of its own: state on the server, providers that are accepted. */
import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { err, ok, type Result } from '@novacron/contract/result';
import { messageOf as messageOfFailure } from '../../../failures/failure.ts';
import { installProviderHere } from '../../provider/install-provider-here.ts';
import { unpackSource } from '../source/source-archive.ts';
import { readArtifact, readServerAccess, type ServerAccess } from '../step/read-artifact.ts';
import { type Refusal, refuse } from '../step/refusal.ts';
import { type ProgramEnd, runProgram } from '../step/run-program.ts';
import type { StepContext } from '../step/step-context.ts';
import { checkPrograms } from './check-programs.ts';
import { checkProviders, REGISTRY_HOSTS, wholeAddress } from './check-providers.ts';
import {
  type Diagnostic,
  describeDiagnostic,
  readLine,
  type TerraformLine,
} from './diagnostics.ts';
import { hashPackage } from './hash-package.ts';
import { readState } from './read-state.ts';

/** A configuration that is initialized, with its providers checked. */
export interface Terraform {
  /** Directory of the configuration. */
  readonly directory: string;
  readonly lockFile: string;
  readonly state: string;
  /** Runs a command with JSON output, line by line. Refused: errors, in words. */
  readonly run: (
    args: readonly string[],
    options?: { readonly exitCodes?: readonly number[]; readonly onLine?: OnLine },
  ) => Promise<Result<TerraformEnd, Refusal>>;
  /** Reads a saved plan as JSON. */
  readonly show: (plan: string) => Promise<Result<string, Refusal>>;
}

type OnLine = (line: TerraformLine) => void;

/** How a command has ended. */
export interface TerraformEnd {
  readonly code: number;
  readonly warnings: readonly Diagnostic[];
}

/** Time limit of a command; the limit of the step is usually shorter. Unit: ms. */
const RUN_MS_MAX = 6 * 3_600_000;

const OUTPUT_BYTES_MAX = 256 * 2 ** 20;

/** It is read last of all files that replace settings: Terraform reads them by name. */
const OVERRIDE = '~novacron_override.tf';

/** Source address of NovaCron's provider, without a host. */
const OWN_SOURCE = 'novacron/novacron';

/** Waiting for another run that has the state locked. */
export const LOCK_TIMEOUT = '-lock-timeout=60s';

/**
 * Unpacks the source and initializes it.
 * @param lockText - lock file of the plan that is applied
 */
export async function openTerraform(
  context: StepContext,
  lockText?: Buffer,
): Promise<Result<Terraform, Refusal>> {
  const { settings, directory: work } = context;
  const { state } = settings;
  if (state === undefined) return refuse('The settings name no state.');
  const access = await readServerAccess(context);
  if (!access.ok) return access;
  const packed = await readArtifact(context, 'fetch.source');
  if (!packed.ok) return packed;
  const unpacked = await unpackSource(packed.value, join(work, 'source'));
  if (!unpacked.ok) return unpacked;
  const directory = join(work, 'source', settings.path);
  const overridden = await overrideBackend(directory, `${access.value.endpoint}${PATH}${state}`);
  if (!overridden.ok) return overridden;
  const lockFile = join(directory, '.terraform.lock.hcl');
  if (lockText !== undefined) await writeFile(lockFile, lockText);
  const own = await installOwn(context);
  if (!own.ok) return own;
  const cliConfig = join(work, 'cli.tfrc');
  await writeFile(cliConfig, await formatCliConfig(context));
  const env = environmentOf(context, { access: access.value, cliConfig });
  const terraform = createRunner(context, { directory, env, lockFile, state });
  const isLocked = existsSync(lockFile) ? ['-lockfile=readonly'] : [];
  context.say('Initializing the configuration.');
  const begun = await terraform.run(['init', '-json', '-input=false', ...isLocked]);
  if (!begun.ok) return begun;
  const installed = join(env.TF_DATA_DIR, 'providers');
  const checked = checkProviders(installed, { settings, own: own.value });
  if (!checked.ok) return checked;
  const modules = join(env.TF_DATA_DIR, 'modules');
  if (settings.programs === 'allow') return ok(terraform);
  const harmless = checkPrograms([join(work, 'source'), modules], work);
  return harmless.ok ? ok(terraform) : harmless;
}

const PATH = '/terraform-states/';

/** Puts the state on the server, whatever the configuration says. */
async function overrideBackend(directory: string, address: string): Promise<Result<void, Refusal>> {
  const later = (await readdir(directory)).find(
    (name) => name >= OVERRIDE && /override\.(tf|tofu)(\.json)?$/.test(name),
  );
  if (later !== undefined) {
    return refuse(`${later} would replace the settings of the state; give it another name.`);
  }
  const text = JSON.stringify(address);
  await writeFile(
    join(directory, OVERRIDE),
    `terraform {
  backend "http" {
    address        = ${text}
    lock_address   = ${text}
    unlock_address = ${text}
  }
}
`,
  );
  return ok(undefined);
}

/** Installs NovaCron's provider of this release into a mirror of its own. */
async function installOwn({ io, directory }: StepContext) {
  const mirror = mirrorIn(directory);
  const installed = await installProviderHere(io, { dir: mirror });
  if (!installed.ok) return refuse(messageOfFailure(installed.error));
  const address = `${REGISTRY_HOSTS.terraform}/${OWN_SOURCE}`;
  const versions = join(mirror, address);
  const [version = ''] = await readdir(versions);
  const [platform = ''] = await readdir(join(versions, version));
  // All platforms have the same files.
  const hash = hashPackage(join(versions, version, platform));
  return ok({ address, hash });
}

function mirrorIn(work: string): string {
  return join(work, 'mirror');
}

async function formatCliConfig({ settings, env, directory }: StepContext): Promise<string> {
  const own = JSON.stringify(`${REGISTRY_HOSTS.terraform}/${OWN_SOURCE}`);
  const { NOVACRON_PROVIDER_MIRROR: others = '' } = env;
  const addresses = Object.keys(settings.providers).map((each) =>
    wholeAddress(each, settings.source),
  );
  const reachable = await keepReachable(addresses);
  const fromMirror =
    others === ''
      ? ''
      : `  filesystem_mirror {
    path    = ${JSON.stringify(others)}
    exclude = [${own}]
  }
`;
  const direct =
    reachable.length === 0 ? '' : `  direct {\n    include = ${JSON.stringify(reachable)}\n  }\n`;
  return `disable_checkpoint = true
provider_installation {
  filesystem_mirror {
    path    = ${JSON.stringify(mirrorIn(directory))}
    include = [${own}]
  }
${fromMirror}${direct}}
`;
}

/** Time in which a registry has to answer. Unit: ms. */
const CONNECT_MS = 2_000;

const HTTPS_PORT = 443;

/** The addresses whose registry this step can reach: Terraform fails on those it cannot. */
async function keepReachable(addresses: readonly string[]): Promise<readonly string[]> {
  const hosts = [...new Set(addresses.map((address) => address.split('/')[0] ?? ''))];
  const answers = await Promise.all(hosts.map(canConnect));
  const reached = new Set(hosts.filter((_host, at) => answers[at]));
  return addresses.filter((address) => reached.has(address.split('/')[0] ?? ''));
}

function canConnect(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port: HTTPS_PORT, timeout: CONNECT_MS });
    const end = (reached: boolean) => {
      socket.destroy();
      resolve(reached);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}

function environmentOf(
  { env, directory }: StepContext,
  { access, cliConfig }: { readonly access: ServerAccess; readonly cliConfig: string },
) {
  return {
    PATH: env.PATH ?? '/usr/bin:/bin',
    HOME: directory,
    LC_ALL: 'C.UTF-8',
    TMPDIR: env.TMPDIR ?? '/tmp',
    CHECKPOINT_DISABLE: '1',
    TF_CLI_CONFIG_FILE: cliConfig,
    // A directory of the repository with this name may have providers.
    TF_DATA_DIR: join(directory, 'terraform-data'),
    TF_IN_AUTOMATION: '1',
    TF_INPUT: '0',
    TF_HTTP_USERNAME: 'novacron',
    TF_HTTP_PASSWORD: access.token,
    NOVACRON_ENDPOINT: access.endpoint,
    NOVACRON_API_KEY: access.token,
  };
}

function createRunner(
  context: StepContext,
  place: Pick<Terraform, 'directory' | 'lockFile' | 'state'> & {
    readonly env: Readonly<Record<string, string>>;
  },
): Terraform {
  const { settings, signal, say } = context;
  const program = settings.source === 'opentofu' ? 'tofu' : 'terraform';
  const { directory, env, state } = place;
  const common = { program, cwd: directory, env, outputBytesMax: OUTPUT_BYTES_MAX, signal };
  const start = (args: readonly string[], onLine?: (line: string) => void) =>
    runProgram({ ...common, args, timeoutMs: RUN_MS_MAX, ...(onLine && { onLine }) });
  return {
    directory,
    lockFile: place.lockFile,
    state,
    run: async (args, { exitCodes = [0], onLine } = {}) => {
      const diagnostics: Diagnostic[] = [];
      const ended = await start(args, (text) => {
        const line = readLine(text);
        if (line.diagnostic !== undefined) diagnostics.push(line.diagnostic);
        onLine?.(line);
      });
      const errors = diagnostics.filter(({ severity }) => severity === 'error');
      const warnings = diagnostics.filter(({ severity }) => severity === 'warning');
      if (exitCodes.includes(ended.code) && ended.endedBy === 'itself') {
        return ok({ code: ended.code, warnings });
      }
      if (errors.length > 1) for (const error of errors) say(describeDiagnostic(error));
      if (errors.some(({ summary }) => /state lock/i.test(summary))) {
        return explainLock(context, state);
      }
      return explain(ended, { errors, command: `${program} ${args[0]}`, state });
    },
    show: async (plan) => {
      const ended = await start(['show', '-json', plan]);
      if (ended.code === 0) return ok(ended.stdout.toString('utf8'));
      return explain(ended, { errors: [], command: `${program} show`, state });
    },
  };
}

/** Says who holds the lock: the words of Terraform's backend are about the run that waited. */
async function explainLock(context: StepContext, state: string): Promise<Result<never, Refusal>> {
  const read = await readState(context, state);
  if (!read.ok) return read;
  const { lock } = read.value;
  if (lock === null) return refuse(`The state ${state} was locked by another run. Try again.`);
  return refuse(
    `The state ${state} is locked by ${lock.who ?? lock.locked_by} since ${lock.locked_at} ` +
      `(${lock.operation ?? 'unknown operation'}). If that run has ended, remove its lock: ` +
      `novacron terraform-state unlock ${state} --lock-id ${lock.id}`,
  );
}

/** The errors of a command as one reason. */
function explain(
  { endedBy, stderr }: ProgramEnd,
  {
    errors,
    command,
    state,
  }: {
    readonly errors: readonly Diagnostic[];
    readonly command: string;
    readonly state: string;
  },
): Result<never, Refusal> {
  const [first, ...more] = errors;
  if (endedBy === 'missing') return refuse(`${command} cannot run: ${stderr}`);
  if (endedBy !== 'itself') return refuse(`${command} was ended: ${endedBy}`);
  if (first === undefined) return refuse(`${command} failed: ${stderr || 'without a message'}`);
  if (first.summary === 'Saved plan is stale') {
    return err({ kind: 'stale', reason: `The state ${state} has changed since the plan.` });
  }
  const others = more.length === 0 ? '' : ` (and ${more.length} more above)`;
  const hint = HINTS.find(([form]) => form.test(first.detail))?.[1] ?? '';
  return refuse(`${describeDiagnostic(first)}${others}${hint}`);
}

/** What to do about errors whose words do not say it. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /not found in any of the search locations/,
    ' Put the provider into the mirror of the runner (NOVACRON_PROVIDER_MIRROR), or name its ' +
      'registry in the hosts of the step and accept the provider.',
  ],
  [
    /novacron\/novacron .* doesn't match any of the checksums/s,
    " The repository's .terraform.lock.hcl is of another build of NovaCron's provider than the " +
      "runner's: run `terraform init` with this release, and commit the lock file.",
  ],
];
