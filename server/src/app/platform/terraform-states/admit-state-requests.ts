/** Admits what Terraform asks of a state over HTTP. */
import type { Allowed } from '@novacron/contract/operations-table/permissions';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, type Result } from '@novacron/contract/result';
import { ResourceName } from '@novacron/contract/schema/resource';
import { mayCall, readsOnly } from '../../access/identity/may-call.ts';
import { checkTenantAccess } from '../../access/tenants/tenant-access.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { CapabilityDeps } from '../deps.ts';
import { lockState, unlockState } from './lock-state.ts';
import { refuseState, type StateRefusal } from './state-row.ts';
import { openState, type SentState, writeState } from './write-state.ts';

/** A content to send; undefined where the state was never written. */
export type OpenedState = Awaited<ReturnType<typeof openState>>;

/** States over HTTP. Every refusal says whether another run holds the lock. */
export interface TerraformStates {
  readonly open: (
    asked: { readonly name: string; readonly version: number | undefined },
    context: CallContext,
  ) => Promise<Result<OpenedState, StateRefusal>>;
  readonly write: (sent: SentState, context: CallContext) => Promise<Result<void, StateRefusal>>;
  readonly lock: (
    asked: { readonly name: string; readonly lock: unknown },
    context: CallContext,
  ) => Promise<Result<void, StateRefusal>>;
  readonly unlock: (
    asked: { readonly name: string; readonly lockId: string },
    context: CallContext,
  ) => Promise<Result<void, StateRefusal>>;
}

/** What admits a caller besides its permissions. */
interface StateGates {
  readonly limit: (context: CallContext) => Problem | undefined;
  readonly onForbidden: (context: CallContext, refusal: Problem) => Promise<void>;
}

/** Makes it. */
export function admitStateRequests(deps: CapabilityDeps, gates: StateGates): TerraformStates {
  const admitted =
    <Asked extends { readonly name: string }, Answer>(
      needed: Allowed,
      run: (asked: Asked, context: CallContext) => Promise<Result<Answer, StateRefusal>>,
    ) =>
    async (asked: Asked, context: CallContext): Promise<Result<Answer, StateRefusal>> => {
      const refusal = await refuse(deps, gates, { needed, name: asked.name }, context);
      return refusal === undefined
        ? run(asked, context)
        : err({ kind: 'problem', problem: refusal });
    };
  return {
    open: admitted('terraform_state.read', async (asked, context) => {
      return { ok: true, value: await openState(deps, asked, context) } as const;
    }),
    // A plan locks the state, and does not write it.
    write: admitted('terraform_state.write', async (sent, context) =>
      context.principal.access === 'read'
        ? err({ kind: 'problem', problem: readsOnly('terraform_state.write') })
        : writeState(deps, sent, context),
    ),
    lock: admitted('terraform_state.write', (asked, context) => lockState(deps, asked, context)),
    unlock: admitted('terraform_state.write', (asked, context) =>
      unlockState(deps, asked, context),
    ),
  };
}

async function refuse(
  deps: CapabilityDeps,
  { limit, onForbidden }: StateGates,
  { needed, name }: { readonly needed: Allowed; readonly name: string },
  context: CallContext,
): Promise<Problem | undefined> {
  const limited = limit(context);
  if (limited !== undefined) return limited;
  const served = await checkTenantAccess(deps, 'terraform_state.get', {}, context.principal);
  const forbidden = served.ok
    ? (refusePermission(needed, context) ?? refuseState(context, name))
    : served.error;
  if (forbidden !== undefined) {
    await onForbidden(context, forbidden);
    return forbidden;
  }
  return ResourceName.safeParse(name).success ? undefined : wrongName(name);
}

function refusePermission(needed: Allowed, { principal }: CallContext): Problem | undefined {
  if (mayCall(principal, needed)) return undefined;
  return problem('forbidden', {
    detail: `${principal.name} has no permission ${needed}.`,
    remedy: 'Ask an administrator for a role with this permission, such as operator.',
  });
}

function wrongName(name: string): Problem {
  return problem('validation-failed', {
    detail: `${JSON.stringify(name)} cannot be the name of a state.`,
    remedy:
      'Use 1 to 63 letters, digits, dots, dashes and underscores in the address of the backend.',
    fields: [
      { path: ['name'], message: 'must have 1 to 63 letters, digits, dots, dashes or underscores' },
    ],
  });
}
