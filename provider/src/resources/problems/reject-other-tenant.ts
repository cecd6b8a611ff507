/**
 * Rejects a state that is shown to the wrong server, or with the key of another tenant: nothing of
 * it is found there, so that Terraform would drop all of it, although it still exists. A server
 * that was restored from a backup has the tenants that it had.
 */
import type { Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import type { PrivateState } from '../../framework/private-state.ts';
import type { ReadKind, Session } from '../../rpc/session.ts';

/** Private state key of the tenant with whose key an object was read last. */
const TENANT_KEY = 'tenant';

interface Context {
  readonly client: Pick<Session, 'tenant'>;
  readonly privateState: PrivateState;
}

/** Records where an object was read. */
export function rememberTenant({ client, privateState }: Context): void {
  const tenant = client.tenant();
  if (tenant !== undefined) privateState.set(TENANT_KEY, tenant);
}

/** An object of the state, and what is done to it. */
interface Asked {
  readonly id: string;
  readonly doing: string;
}

/**
 * Reports an object that is not there because another tenant, which may be one of another server,
 * is asked for it.
 * @returns whether the tenant is the one that had it
 */
export function rejectOtherTenant(
  context: Context & { readonly diagnostics: Diagnostics },
  { id, doing }: Asked,
): boolean {
  const others = othersOf(context);
  if (others === undefined) return true;
  const { had, tenant } = others;
  context.diagnostics.error({
    summary: `Another server or tenant: ${doing}`,
    detail:
      `The state has ${id} from tenant ${had}, but this provider uses a key of tenant ${tenant}, ` +
      'which does not have it. Terraform would drop it from the state, although it may still ' +
      'exist.\n\n' +
      'Correct `endpoint` or `api_key` of the provider, or the `provider` argument of the ' +
      'resource. If the other server or tenant is gone, remove its resources from the state with ' +
      '`terraform state rm`.',
  });
  return false;
}

/**
 * Does the same for a plan, which may have been made without a read: an object of another tenant
 * is looked for.
 */
export async function rejectUnseen(
  context: Context & {
    readonly client: Pick<Session, 'find'>;
    readonly diagnostics: Diagnostics;
    readonly signal: AbortSignal;
  },
  { kind, ...asked }: Asked & { readonly kind: ReadKind },
): Promise<boolean> {
  if (othersOf(context) === undefined) return true;
  const found = await context.client.find(kind, asked.id, context.signal);
  // The preview of the change reports what keeps it from being read.
  return !found.ok || found.value !== undefined || rejectOtherTenant(context, asked);
}

/** The tenant that had an object and the one of the key, where they differ. */
function othersOf({ client, privateState }: Context) {
  const had = privateState.get(TENANT_KEY);
  const tenant = client.tenant();
  if (typeof had !== 'string' || tenant === undefined || had === tenant) return undefined;
  return { had, tenant };
}
