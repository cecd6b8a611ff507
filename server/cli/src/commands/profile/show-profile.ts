/** `novacron profile show`. */
import { err, ok, type Result } from '@novacron/contract/result';
import { findProfile, profileMeant, profilesPath, readProfiles } from '../../client/profiles.ts';
import type { Failure } from '../../failures/failure.ts';
import type { Document } from '../../output/render-output.ts';
import { noProfile, type ProfileContext } from './profile-context.ts';

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
