/** `novacron profile use`. */
import { ok, type Result } from '@novacron/contract/result';
import { findProfile, readProfiles, writeProfiles } from '../../client/profiles.ts';
import type { Failure } from '../../failures/failure.ts';
import type { Document } from '../../output/render-output.ts';
import type { ProfileContext } from './profile-context.ts';

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
