/**
 * Address of the server and connection settings. A flag wins over the environment, the environment
 * over the profile in use, the profile over the default. A profile selected with `--profile` counts
 * as a flag: it names a specific server, whatever the environment contains.
 */
import { err, ok, type Result } from '@novacron/contract/result';
import { type Failure, usageFailure } from '../failures/failure.ts';
import type { CliIo, Environment } from '../io/cli-io.ts';
import { readTextFile } from '../io/read-text-file.ts';
import type { OutputFormat } from '../output/render-output.ts';
import { type ColorChoice, type Style, type StyleWorld, styleOf } from '../output/style.ts';
import { checkApiKey } from './api-key.ts';
import { ENDPOINT_DEFAULT, parseEndpoint, type Sourced } from './endpoint.ts';
import {
  findProfile,
  type Profile,
  type ProfileIo,
  profileMeant,
  readProfiles,
} from './profiles.ts';

/** Default request timeout. Unit: seconds. */
export const TIMEOUT_SECONDS_DEFAULT = 30;

/** The flags that every command takes, as commander parsed them. */
export interface GlobalFlags {
  readonly endpoint?: string;
  readonly apiKey?: string;
  readonly apiKeyFile?: string;
  readonly profile?: string;
  readonly output?: OutputFormat;
  readonly color?: ColorChoice;
  /** Unit: seconds. */
  readonly timeout?: number;
  readonly quiet?: boolean;
}

/** Flags, environment and profile, checked. */
export interface Settings {
  /** Without a slash at its end. */
  readonly endpoint: Sourced<URL>;
  readonly apiKey: KeyFound;
  readonly output: OutputFormat;
  readonly style: Style;
  readonly timeoutMs: number;
  readonly progress: 'shown' | 'hidden';
  /** Variables that say which trace the command's requests belong to, and where spans go. */
  readonly traceEnv: Environment;
}

/** The API key, or what to say where there is none. */
export type KeyFound =
  | { readonly kind: 'key'; readonly value: string; readonly source: string }
  | { readonly kind: 'none' }
  /** A key that belongs to another server. */
  | { readonly kind: 'withheld'; readonly profile: string; readonly endpoint: string };

interface NamedProfile extends Profile {
  readonly name: string;
  /** Whether this command line names it. */
  readonly isAsked: boolean;
}

/** Puts everything together. Failures: wrong usage, with the setting at fault and its source. */
export async function resolveSettings(
  flags: GlobalFlags,
  allEnv: Environment,
  io: ProfileIo & StyleWorld,
): Promise<Result<Settings, Failure>> {
  const env = flags.profile === undefined ? allEnv : withoutServer(allEnv);
  const keyGiven = await findGivenKey(flags, env, io);
  if (!keyGiven.ok) return keyGiven;
  const endpointGiven = givenEndpoint(flags, env);
  const isComplete = keyGiven.value !== undefined && endpointGiven !== undefined;
  const profile =
    isComplete && flags.profile === undefined ? ok(undefined) : await readProfile(flags, env, io);
  if (!profile.ok) return profile;
  const endpoint = parseEndpointOf(endpointGiven, profile.value);
  if (!endpoint.ok) return endpoint;
  return ok({
    endpoint: endpoint.value,
    apiKey: keyGiven.value ?? keyOfProfile(profile.value, endpoint.value.value),
    output: flags.output ?? 'table',
    style: styleOf(io, allEnv, flags.color),
    timeoutMs: (flags.timeout ?? TIMEOUT_SECONDS_DEFAULT) * 1000,
    progress: flags.quiet === true ? 'hidden' : 'shown',
    traceEnv: allEnv,
  });
}

function withoutServer(env: Environment): Environment {
  const { NOVACRON_ENDPOINT: _endpoint, NOVACRON_API_KEY: _apiKey, ...others } = env;
  const { NOVACRON_API_KEY_FILE: _file, ...rest } = others;
  return rest;
}

/** The address that was given for this command, or for this environment. */
export function givenEndpoint(flags: GlobalFlags, env: Environment): Sourced<string> | undefined {
  if (flags.endpoint !== undefined) return { value: flags.endpoint, source: '--endpoint' };
  const { NOVACRON_ENDPOINT: value = '' } = env;
  return value === '' ? undefined : { value, source: 'NOVACRON_ENDPOINT' };
}

/** The key that flags give. Failures: wrong usage. */
export async function findFlagKey(
  flags: GlobalFlags,
  io: Pick<CliIo, 'readText'>,
): Promise<Result<Sourced<string> | undefined, Failure>> {
  const { apiKey, apiKeyFile } = flags;
  if (apiKeyFile === undefined) return keyFrom(apiKey ?? '', '--api-key');
  if (apiKey !== undefined)
    return err(usageFailure('--api-key and --api-key-file cannot be used together'));
  const text = await readTextFile(io, apiKeyFile, 'the API key');
  if (!text.ok) return text;
  if (text.value.trim() === '') {
    return err(usageFailure(`the file ${apiKeyFile} contains no API key`));
  }
  return keyFrom(text.value, `the file ${apiKeyFile}`);
}

async function findGivenKey(
  flags: GlobalFlags,
  env: Environment,
  io: Pick<CliIo, 'readText'>,
): Promise<Result<KeyFound | undefined, Failure>> {
  const fromFlag = await findFlagKey(flags, io);
  if (!fromFlag.ok) return fromFlag;
  const found = fromFlag.value === undefined ? await findKeyInEnv(env, io) : fromFlag;
  if (!found.ok) return found;
  return ok(found.value === undefined ? undefined : { kind: 'key', ...found.value });
}

/** The key of the environment: itself, or in a file, as steps of workflows have it. */
function findKeyInEnv(env: Environment, io: Pick<CliIo, 'readText'>) {
  const { NOVACRON_API_KEY: key = '', NOVACRON_API_KEY_FILE: file = '' } = env;
  if (key !== '' || file === '') return keyFrom(key, 'NOVACRON_API_KEY');
  return findFlagKey({ apiKeyFile: file }, io);
}

function keyFrom(text: string, source: string): Result<Sourced<string> | undefined, Failure> {
  const key = checkApiKey(text, source);
  if (!key.ok) return key;
  return ok(key.value === undefined ? undefined : { value: key.value, source });
}

async function readProfile(
  flags: GlobalFlags,
  env: Environment,
  io: ProfileIo,
): Promise<Result<NamedProfile | undefined, Failure>> {
  const book = await readProfiles(env, io);
  if (!book.ok) return book;
  const meant = profileMeant(book.value, flags, env);
  if (meant === undefined) return ok(undefined);
  const profile = findProfile(book.value, meant);
  if (!profile.ok) return profile;
  return ok({ ...profile.value, name: meant.value, isAsked: flags.profile !== undefined });
}

function parseEndpointOf(
  given: Sourced<string> | undefined,
  profile: NamedProfile | undefined,
): Result<Sourced<URL>, Failure> {
  const fromProfile =
    profile === undefined
      ? { value: ENDPOINT_DEFAULT, source: 'the default' }
      : { value: profile.endpoint, source: `the profile ${profile.name}` };
  const found = given ?? fromProfile;
  const endpoint = parseEndpoint(found);
  return endpoint.ok ? ok({ value: endpoint.value, source: found.source }) : endpoint;
}

/** A key goes to its own server only, unless the command names another one for it. */
function keyOfProfile(profile: NamedProfile | undefined, endpoint: URL): KeyFound {
  if (profile === undefined) return { kind: 'none' };
  const { name, apiKey, isAsked } = profile;
  const own = parseEndpoint({ value: profile.endpoint, source: name });
  if (isAsked || (own.ok && own.value.href === endpoint.href)) {
    return { kind: 'key', value: apiKey, source: `the profile ${name}` };
  }
  return { kind: 'withheld', profile: name, endpoint: profile.endpoint };
}
