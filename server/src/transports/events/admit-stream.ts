import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, type Result } from '@novacron/contract/result';
import { mayCall } from '../../app/access/identity/may-call.ts';
import type { CallContext } from '../../app/kernel/context/call-context.ts';
import type { Core } from '../dispatch/dispatch.ts';

/**
 * Lets only those hear events who may list them, and whose tenant has streams.
 * Problems: `forbidden`, `feature-disabled`.
 */
export async function admitStream(
  { application }: Core,
  context: CallContext,
): Promise<Result<void, Problem>> {
  const { principal } = context;
  if (mayCall(principal, 'event.list')) return application.requireFeature('event_streams', context);
  const refusal = problem('forbidden', {
    detail: `Your role ${principal.role} does not allow event.list, which streams require.`,
    remedy: 'Ask an admin to add it to the role, or use an API key with another role.',
    data: { needed_operation: 'event.list', role: principal.role },
  });
  await application.recordForbidden('event.list', context, refusal);
  return err(refusal);
}
