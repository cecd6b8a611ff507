/**
 * Profiles: servers with the API key for each, by name, as `novacron login` keeps them. They are in
 * one file that only its user may read.
 */
import { isAbsolute, join } from 'node:path';
import { err, ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import { type Failure, usageFailure } from '../failures/failure.ts';
import type { CliIo, Environment } from '../io/cli-io.ts';
import { explainFileTrouble } from '../io/explain-file-trouble.ts';
import type { Sourced } from './endpoint.ts';

/** One server and how it knows us. */
export interface Profile {
  readonly endpoint: string;
  readonly apiKey: string;
}

/** All profiles. */
export interface ProfileBook {
  /** The one that is used when nothing is said. */
  readonly current: string | undefined;
  readonly profiles: ReadonlyMap<string, Profile>;
}

/** The world's part in profiles. */
export type ProfileIo = Pick<CliIo, 'readText' | 'writePrivateText' | 'homeDir'>;

/** The profile that a first login makes. */
export const PROFILE_DEFAULT = 'default';

const ProfileFile = z.looseObject({
  current: z.string().nullish(),
  profiles: z.record(z.string(), z.looseObject({ endpoint: z.string(), api_key: z.string() })),
});

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/**
 * Returns the path of the profiles: XDG Base Directory Specification, which ignores relative paths.
 */
export function profilesPath(env: Environment, io: Pick<CliIo, 'homeDir'>): string {
  const base = env.XDG_CONFIG_HOME ?? '';
  const config = isAbsolute(base) ? base : join(io.homeDir(), '.config');
  return join(config, 'novacron', 'profiles.json');
}

/** Reads all profiles; without a file there are none. Failures: a file that is damaged. */
export async function readProfiles(
  env: Environment,
  io: ProfileIo,
): Promise<Result<ProfileBook, Failure>> {
  const path = profilesPath(env, io);
  try {
    const { current, profiles } = ProfileFile.parse(JSON.parse(await io.readText(path)));
    const entries = Object.entries(profiles).map(
      ([name, { endpoint, api_key: apiKey }]) => [name, { endpoint, apiKey }] as const,
    );
    return ok({ current: current ?? undefined, profiles: new Map(entries) });
  } catch (cause) {
    if (Object(cause).code === 'ENOENT') return ok({ current: undefined, profiles: new Map() });
    // Its text may quote the file, and the file holds keys.
    const isContent = cause instanceof z.ZodError || Object(cause).name === 'SyntaxError';
    const why = isContent ? 'it is damaged' : explainFileTrouble(cause);
    const remedy = 'fix or delete the file, then run `novacron login`';
    return err(usageFailure(`cannot read the profiles in ${path}: ${why}; ${remedy}`));
  }
}

/** Replaces the file of all profiles. Failures: a place that cannot be written. */
export async function writeProfiles(
  env: Environment,
  io: ProfileIo,
  book: ProfileBook,
): Promise<Result<void, Failure>> {
  const path = profilesPath(env, io);
  const profiles = Object.fromEntries(
    [...book.profiles].map(([name, { endpoint, apiKey }]) => [name, { endpoint, api_key: apiKey }]),
  );
  const text = `${JSON.stringify({ current: book.current ?? null, profiles }, null, 2)}\n`;
  try {
    await io.writePrivateText(path, text);
    return ok(undefined);
  } catch (cause) {
    return err(usageFailure(`cannot write the profiles to ${path}: ${explainFileTrouble(cause)}`));
  }
}

/** The name of the profile that is meant: a flag wins over the environment, it over `use`. */
export function profileMeant(
  book: ProfileBook,
  flags: { readonly profile?: string },
  env: Environment,
): Sourced<string> | undefined {
  if (flags.profile !== undefined) return { value: flags.profile, source: '--profile' };
  const { NOVACRON_PROFILE: named = '' } = env;
  if (named !== '') return { value: named, source: 'NOVACRON_PROFILE' };
  if (book.current === undefined) return undefined;
  return { value: book.current, source: 'the profile in use' };
}

/** Finds a profile. Failures: wrong usage for a name that no profile has. */
export function findProfile(
  book: ProfileBook,
  { value: name, source }: Sourced<string>,
): Result<Profile, Failure> {
  const profile = book.profiles.get(name);
  if (profile !== undefined) return ok(profile);
  const names = [...book.profiles.keys()].join(', ');
  const others =
    names === '' ? 'no profiles exist; run `novacron login`' : `existing profiles: ${names}`;
  return err(usageFailure(`profile ${JSON.stringify(name)} not found (${source}); ${others}`));
}

/** Checks a name for a new profile. Failures: wrong usage. */
export function checkProfileName({ value, source }: Sourced<string>): Result<string, Failure> {
  if (NAME.test(value)) return ok(value);
  const form = '1 to 64 letters, digits, dots, dashes or underscores';
  return err(usageFailure(`the profile name ${JSON.stringify(value)} (${source}) must be ${form}`));
}
