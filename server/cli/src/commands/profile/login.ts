/** `novacron login`: checks a key, and saves it with its server as a profile. */
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
  PROFILE_DEFAULT,
  type ProfileBook,
  profileMeant,
  readProfiles,
  writeProfiles,
} from '../../client/profiles.ts';
import { callOperation, withSession } from '../../client/session.ts';
import {
  findFlagKey,
  givenEndpoint,
  type Settings,
  TIMEOUT_SECONDS_DEFAULT,
} from '../../client/settings.ts';
import { type Failure, usageFailure } from '../../failures/failure.ts';
import type { Fields } from '../../output/fields.ts';
import type { Document } from '../../output/render-output.ts';
import { PLAIN_STYLE } from '../../output/style.ts';
import type { ProfileContext } from './profile-context.ts';

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
    traceEnv: env,
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
