/** `novacron profile list`. */
import { ok, type Result } from '@novacron/contract/result';
import { profileMeant, readProfiles } from '../../client/profiles.ts';
import type { Failure } from '../../failures/failure.ts';
import type { Document } from '../../output/render-output.ts';
import type { ProfileContext } from './profile-context.ts';

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
