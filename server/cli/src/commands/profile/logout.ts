/** `novacron logout`: removes a profile and its key from this machine. */
import { err, ok, type Result } from '@novacron/contract/result';
import { findProfile, profileMeant, readProfiles, writeProfiles } from '../../client/profiles.ts';
import type { Failure } from '../../failures/failure.ts';
import type { Document } from '../../output/render-output.ts';
import { noProfile, type ProfileContext } from './profile-context.ts';

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
