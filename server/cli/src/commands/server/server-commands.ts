/** Commands that work on this machine instead of calling a server. */
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { type Failure, problemFailure, usageFailure } from '../../failures/failure.ts';
import type { CliIo, Environment } from '../../io/cli-io.ts';
import { loadFunction } from '../../io/load-function.ts';
import type { Fields } from '../../output/fields.ts';
import type { Document } from '../../output/render-output.ts';
import type { EmergencyKeyWords } from './add-emergency-key.ts';

type RunServer = (argv: readonly string[], env: Environment, io: CliIo) => Promise<number>;

type DisablePolicyOnThisMachine = (request: {
  readonly dataDir?: string;
  readonly store?: string;
  readonly name: string;
  readonly user: string;
}) => Promise<Result<{ readonly message: string }, Problem>>;

type DescribeConfiguration = (
  argv: readonly string[],
  env: Environment,
) => Result<readonly Fields[], Problem>;

type CopyDataDir = (request: {
  readonly dataDir?: string;
  readonly file: string;
  readonly store?: string;
}) => Promise<Result<{ readonly lines: readonly string[] }, Problem>>;

type InstallProvider = (request: {
  readonly dir?: string;
  readonly cliConfig?: string;
}) => Promise<Result<{ readonly lines: readonly string[] }, Problem>>;

/**
 * Hands over to the server's own command line.
 * @param argv - everything behind `server`, untouched
 * @returns the server's exit code
 */
export async function runServerCommand(
  argv: readonly string[],
  env: Environment,
  io: CliIo,
): Promise<Result<number, Failure>> {
  const place = { specifier: '@novacron/server/main', name: 'runServer' };
  const runServer = await loadFunction<RunServer>(io, place);
  return runServer.ok ? ok(await runServer.value(argv, env, io)) : runServer;
}

/**
 * Shows what a server would be configured with here, and where each value comes from.
 * @param argv - flags of `novacron server`
 */
export async function showConfiguration(
  io: CliIo,
  argv: readonly string[],
  env: Environment,
): Promise<Result<Document, Failure>> {
  const place = {
    specifier: '@novacron/server/config/describe-configuration',
    name: 'describeConfiguration',
  };
  const describe = await loadFunction<DescribeConfiguration>(io, place);
  if (!describe.ok) return describe;
  const settings = describe.value(argv, env);
  // As the server itself takes it: wrong usage.
  if (!settings.ok) return err(usageFailure(settings.error.detail));
  return ok({ kind: 'list', noun: 'setting', value: settings.value });
}

/** Disables a policy in the store itself, so that no policy can lock out its repair. */
export async function breakGlass(
  io: CliIo,
  request: {
    readonly name: string;
    readonly dataDir: string | undefined;
    readonly store: string | undefined;
  },
): Promise<Result<Document, Failure>> {
  const place = { specifier: '@novacron/server/break-glass', name: 'disablePolicyOnThisMachine' };
  const disable = await loadFunction<DisablePolicyOnThisMachine>(io, place);
  if (!disable.ok) return disable;
  const done = await disable.value({
    name: request.name,
    user: io.userName(),
    ...(request.dataDir === undefined ? {} : { dataDir: request.dataDir }),
    ...(request.store === undefined ? {} : { store: request.store }),
  });
  if (!done.ok) return err(problemFailure(done.error));
  return ok({ kind: 'lines', value: { lines: [done.value.message] } });
}

type CreateKeyOnThisMachine = (request: {
  readonly dataDir?: string;
  readonly store?: string;
  readonly tenant?: string;
  readonly name: string;
  readonly role: string;
  readonly user: string;
}) => Promise<Result<Fields, Problem>>;

/** Creates an API key in the store itself, when no key can create one any more. */
export async function createEmergencyKey(
  io: CliIo,
  { name, role, tenant, dataDir, store }: EmergencyKeyWords,
): Promise<Result<Document, Failure>> {
  if (name === undefined) return err(usageFailure('missing: --name'));
  if (role === undefined) return err(usageFailure('missing: --role'));
  const place = { specifier: '@novacron/server/break-glass', name: 'createKeyOnThisMachine' };
  const create = await loadFunction<CreateKeyOnThisMachine>(io, place);
  if (!create.ok) return create;
  const done = await create.value({
    name,
    role,
    user: io.userName(),
    ...(tenant === undefined ? {} : { tenant }),
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(store === undefined ? {} : { store }),
  });
  if (!done.ok) return err(problemFailure(done.error));
  io.stderr.write('Save this secret; it is not shown again\n');
  return ok({ kind: 'written', value: done.value });
}

/** Backs up a data directory of this machine, or makes one from a backup. */
export async function copyDataDir(
  io: CliIo,
  request: {
    readonly kind: 'backup' | 'restore';
    readonly dataDir: string | undefined;
    readonly file: string;
    /** Of a restore: the database that the store goes into. */
    readonly store?: string;
  },
): Promise<Result<Document, Failure>> {
  const { kind, dataDir, ...places } = request;
  const name = kind === 'backup' ? 'backUpThisMachine' : 'restoreThisMachine';
  const copy = await loadFunction<CopyDataDir>(io, {
    specifier: '@novacron/server/break-glass',
    name,
  });
  if (!copy.ok) return copy;
  const done = await copy.value({ ...places, ...(dataDir === undefined ? {} : { dataDir }) });
  if (!done.ok) return err(problemFailure(done.error));
  return ok({ kind: 'lines', value: { lines: [...done.value.lines] } });
}

/** Installs the Terraform provider of this release into a local mirror. */
export async function installProviderHere(
  io: CliIo,
  request: { readonly dir?: string; readonly cliConfig?: string },
): Promise<Result<Document, Failure>> {
  const place = { specifier: '@novacron/provider/install-provider', name: 'installProvider' };
  const install = await loadFunction<InstallProvider>(io, place);
  if (!install.ok) return install;
  const done = await install.value(request);
  if (!done.ok) return err(problemFailure(done.error));
  return ok({ kind: 'lines', value: { lines: [...done.value.lines] } });
}
