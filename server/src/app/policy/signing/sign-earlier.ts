/**
 * Signs, once for each store, the policies of releases without signatures. From then on a policy
 * without a signature has been tampered with, and it is refused.
 */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { Change } from '../../../ports/store.ts';
import { auditChange } from '../../kernel/audit/audit.ts';
import type { PortsOf } from '../../kernel/context/deps.ts';
import { platformContext } from '../../kernel/operations/platform-caller.ts';
import { keyIdOf } from '../../rows/sign-text.ts';
import { isReadable } from '../../rows/stored-policies.ts';
import type { PolicyDeps } from '../deps.ts';
import { coverAll, currentKey, type KeyDeps, readKeys } from './server-keys.ts';
import { signPolicies } from './sign-policies.ts';

/** The operation name in the audit log, whose entry lists each policy that was signed. */
const OPERATION = 'policy.sign_earlier';

/**
 * Runs at a start, before requests are served, where it has not been done. A start that is killed
 * leaves it to the next one. Where signatures or the audit log say that it was done, but no key
 * does, keys were removed from the store: then nothing is signed, and existing policies are
 * refused. The same holds for a damaged key: what it stated is not known.
 */
export async function signEarlierPolicies(
  deps: PortsOf<PolicyDeps>,
): Promise<Result<void, Problem>> {
  const { policySignatures: signatures, store, logger } = deps;
  if (signatures === undefined) return ok(undefined);
  const keyDeps: KeyDeps = { ...deps, signatures };
  const known = await readKeys(store);
  if (known.damaged.length > 0) {
    logger.error({ keys: known.damaged }, 'keys that signed policies are damaged');
  }
  if (known.covers === 'all') return ok(undefined);
  const made = await currentKey(keyDeps);
  if (!made.ok) return made;
  const key = made.value;
  const { keys, everIds } = await readKeys(store);
  if (await wasDone(deps, everIds)) {
    logger.error({ key: key.id }, 'keys that signed policies are missing: nothing is signed again');
  } else {
    const { signed, refused } = await signPolicies(store, {
      key,
      which: 'unsigned',
      trust: { signatures, keys, unsigned: 'stands' },
      note: (row) => [auditOf(deps, row, key.id)],
    });
    if (signed > 0) logger.info({ signed, key: key.id }, 'policies of earlier releases are signed');
    if (refused.length > 0) logger.error({ refused }, 'policies fail the integrity check');
  }
  const done = await store.commit([coverAll(key, replaced())]);
  // Another server that starts at the same time may have been faster.
  if (!done.ok && (await readKeys(store)).covers === 'all') return ok(undefined);
  return done;
}

/** Whether there is evidence besides the keys. */
async function wasDone(
  { store }: PortsOf<PolicyDeps>,
  known: ReadonlySet<string>,
): Promise<boolean> {
  const [entry] = await store.read({ from: 'audit', where: { operation: OPERATION }, limit: 1 });
  if (entry !== undefined && !known.has(keyNamedIn(entry.changes_json))) return true;
  const policies = await store.read({ from: 'orchestration_policies', damaged: 'blank' });
  return policies.filter(isReadable).some(({ compiled_json }) => {
    const id = keyIdOf(compiled_json);
    return id !== undefined && !known.has(id);
  });
}

function auditOf(
  deps: PortsOf<PolicyDeps>,
  row: Parameters<typeof kindOf>[0] & {
    readonly tenant_id: string;
    readonly id: string;
    readonly name: string;
  },
  keyId: string,
): Change {
  return auditChange(deps, platformContext(deps, row.tenant_id, 'platform'), {
    operation: OPERATION,
    outcome: 'done',
    resourceKind: kindOf(row),
    target: { id: row.id, name: row.name },
    changes: { signing_key: { was: null, is: keyId } },
  });
}

function kindOf({ steers }: { readonly steers: number | null }) {
  return steers === null ? 'policy' : 'orchestration_policy';
}

function keyNamedIn(changes: string): string {
  // Written by `auditOf`.
  const { signing_key }: { signing_key: { is: string } } = JSON.parse(changes);
  return signing_key.is;
}

function replaced(): Problem {
  return problem('conflict', {
    detail: 'The key that signs policies was changed while earlier policies were signed.',
    remedy: 'Start the server again.',
  });
}
