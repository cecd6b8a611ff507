/** A session with the server, with the key of the step. */
import { ok, type Result } from '@novacron/contract/result';
import { type Session, withSession } from '../../../client/session.ts';
import { resolveSettings } from '../../../client/settings.ts';
import type { Failure } from '../../../failures/failure.ts';
import { readServerAccess } from './read-artifact.ts';
import { type Refusal, refuse } from './refusal.ts';
import type { StepContext } from './step-context.ts';

/** Works with a session. Refused: what the server refuses, in its words. */
export async function withServer<T>(
  context: Pick<StepContext, 'env' | 'io'>,
  work: (session: Session) => Promise<Result<T, Failure>>,
): Promise<Result<T, Refusal>> {
  const access = await readServerAccess(context);
  if (!access.ok) return access;
  const { endpoint, token } = access.value;
  const env = { NOVACRON_ENDPOINT: endpoint, NOVACRON_API_KEY: token };
  const settings = await resolveSettings({ quiet: true }, env, context.io);
  if (!settings.ok) return refuse(wordsOf(settings.error));
  const done = await withSession(context.io, settings.value, work);
  return done.ok ? ok(done.value) : refuse(wordsOf(done.error));
}

function wordsOf(failure: Failure): string {
  return failure.kind === 'problem'
    ? `${failure.problem.detail} ${failure.problem.remedy}`
    : failure.message;
}
