/** `novacron login`, `logout` and `profile`: which servers this user knows, and with which key. */
import { err, ok, type Result } from '@novacron/contract/result';
import { checkApiKey } from '../../client/api-key.ts';
import {
  ENDPOINT_DEFAULT,
  endpointText,
  parseEndpoint,
  type Sourced,
} from '../../client/endpoint.ts';
import {
  checkProfileName,
  findProfile,
  PROFILE_DEFAULT,
  type ProfileBook,
  profileMeant,
  profilesPath,
  readProfiles,
  writeProfiles,
} from '../../client/profiles.ts';
import { callOperation, withSession } from '../../client/session.ts';
import {
  findFlagKey,
  type GlobalFlags,
  givenEndpoint,
  type Settings,
  TIMEOUT_SECONDS_DEFAULT,
  traceparentOf,
} from '../../client/settings.ts';
import { type Failure, usageFailure } from '../../failures/failure.ts';
import type { CliIo, Environment } from '../../io/cli-io.ts';
import type { Fields } from '../../output/fields.ts';
import type { Document } from '../../output/render-output.ts';
import { PLAIN_STYLE } from '../../output/style.ts';

/** What the commands about profiles work with. */
export interface ProfileContext {
  readonly flags: GlobalFlags;
  readonly env: Environment;
  readonly io: CliIo;
}

/**
 * Asks the server who the key's owner is, and keeps both as a profile that is used from now on.
 * Failures: wrong usage, everything that the server may say; then nothing is kept.
 */
export async function login(context: ProfileContext): Promise<Result<Document, Failure>> {
  const { flags, env, io } = context;
  const before = await readProfiles(env, io);
  if (!before.ok) return before;
  const meant = profileMeant(before.value, flags, env) ?? { value: PROFILE_DEFAULT, source: '' };
  const name = checkProfileName(meant);
  if (!name.ok) return name;
  const found = endpointFor(before.value, name.value, context);
  const endpoint = parseEndpoint(found);
  if (!endpoint.ok) return endpoint;
  const key = await askForKey(context, endpoint.value);
  if (!key.ok) return key;
  const identity = await verify(context, {
    endpoint: { value: endpoint.value, source: found.source },
    apiKey: { kind: 'key', ...key.value },
  });
  if (!identity.ok) return identity;
  const profile = { endpoint: endpointText(endpoint.value), apiKey: key.value.value };
  // The person may have taken their time: what others wrote meanwhile stays.
  const book = await readProfiles(env, io);
  if (!book.ok) return book;
  const profiles = new Map([...book.value.profiles, [name.value, profile]]);
  const written = await writeProfiles(env, io, { current: name.value, profiles });
  if (!written.ok) return written;
  warnOfVariables(context, name.value);
  const value = { profile: name.value, endpoint: profile.endpoint, ...identity.value };
  return ok({ kind: 'one', value });
}

function endpointFor(
  book: ProfileBook,
  name: string,
  { flags, env }: ProfileContext,
): Sourced<string> {
  const address = book.profiles.get(name)?.endpoint;
  const known =
    address === undefined ? undefined : { value: address, source: `the profile ${name}` };
  // A profile that is named and known keeps its server, whatever the environment holds.
  const fromEnvironment = flags.profile !== undefined && known !== undefined ? {} : env;
  return (
    givenEndpoint(flags, fromEnvironment) ??
    known ?? { value: ENDPOINT_DEFAULT, source: 'the default' }
  );
}

async function askForKey(
  { flags, io }: ProfileContext,
  endpoint: URL,
): Promise<Result<Sourced<string>, Failure>> {
  const fromFlag = await findFlagKey(flags, io);
  if (!fromFlag.ok) return fromFlag;
  if (fromFlag.value !== undefined) return ok(fromFlag.value);
  const typed = await io.readSecret(`API key for ${endpointText(endpoint)}: `);
  if (typed === undefined) return err({ kind: 'interrupted', message: 'interrupted' });
  const key = checkApiKey(typed, 'standard input');
  if (!key.ok) return key;
  if (key.value !== undefined) return ok({ value: key.value, source: 'standard input' });
  return err(
    usageFailure('standard input contains no API key; use --api-key-file FILE to read a file'),
  );
}

function verify(
  { flags, env, io }: ProfileContext,
  whom: Pick<Settings, 'endpoint' | 'apiKey'>,
): Promise<Result<Fields, Failure>> {
  const settings: Settings = {
    ...whom,
    output: flags.output ?? 'table',
    style: PLAIN_STYLE,
    timeoutMs: (flags.timeout ?? TIMEOUT_SECONDS_DEFAULT) * 1000,
    progress: 'hidden',
    traceparent: traceparentOf(env),
  };
  return withSession(io, settings, (session) => callOperation(session, 'identity.whoami', {}));
}

function warnOfVariables({ env, io }: ProfileContext, name: string): void {
  for (const variable of ['NOVACRON_API_KEY', 'NOVACRON_ENDPOINT', 'NOVACRON_PROFILE']) {
    const value = env[variable] ?? '';
    if (value !== '' && !(variable === 'NOVACRON_PROFILE' && value === name)) {
      io.stderr.write(`warning: ${variable} is set and overrides the profile ${name}\n`);
    }
  }
}

/** Forgets a profile and its key. Failures: wrong usage for a profile that is not there. */
export async function logout(context: ProfileContext): Promise<Result<Document, Failure>> {
  const { flags, env, io } = context;
  const book = await readProfiles(env, io);
  if (!book.ok) return book;
  const meant = profileMeant(book.value, flags, env);
  if (meant === undefined) return err(noProfile());
  const profile = findProfile(book.value, meant);
  if (!profile.ok) return profile;
  const name = meant.value;
  const profiles = new Map([...book.value.profiles].filter(([other]) => other !== name));
  const current = book.value.current === name ? undefined : book.value.current;
  const written = await writeProfiles(env, io, { current, profiles });
  if (!written.ok) return written;
  const { endpoint } = profile.value;
  const line = `Removed the profile ${name}. Its API key is still valid at ${endpoint}.`;
  return ok({ kind: 'lines', value: { lines: [line] } });
}

/** Lists the profiles, never with their keys. */
export async function listProfiles(context: ProfileContext): Promise<Result<Document, Failure>> {
  const { flags, env, io } = context;
  const book = await readProfiles(env, io);
  if (!book.ok) return book;
  const meant = profileMeant(book.value, flags, env)?.value;
  const value = [...book.value.profiles].map(([name, { endpoint }]) => ({
    profile: name,
    endpoint,
    in_use: name === meant,
  }));
  return ok({ kind: 'list', noun: 'profile', value, words: 'profiles' });
}

/** Selects the current profile. Failures: an unknown name. */
export async function chooseProfile(
  { env, io }: ProfileContext,
  name: string,
): Promise<Result<Document, Failure>> {
  const book = await readProfiles(env, io);
  if (!book.ok) return book;
  const profile = findProfile(book.value, { value: name, source: 'profile use' });
  if (!profile.ok) return profile;
  const written = await writeProfiles(env, io, { ...book.value, current: name });
  if (!written.ok) return written;
  const line = `Switched to the profile ${name}: ${profile.value.endpoint}`;
  return ok({ kind: 'lines', value: { lines: [line] } });
}

/** Shows one profile, never with its key. Failures: an unknown name, or none to be shown. */
export async function showProfile(
  { flags, env, io }: ProfileContext,
  name: string | undefined,
): Promise<Result<Document, Failure>> {
  const book = await readProfiles(env, io);
  if (!book.ok) return book;
  const used = profileMeant(book.value, flags, env);
  const meant = name === undefined ? used : { value: name, source: 'profile show' };
  if (meant === undefined) return err(noProfile());
  const profile = findProfile(book.value, meant);
  if (!profile.ok) return profile;
  const value = {
    profile: meant.value,
    endpoint: profile.value.endpoint,
    in_use: meant.value === used?.value,
    file: profilesPath(env, io),
  };
  return ok({ kind: 'one', value });
}

function noProfile(): Failure {
  return usageFailure('no current profile; run `novacron login` or `novacron profile use`');
}
