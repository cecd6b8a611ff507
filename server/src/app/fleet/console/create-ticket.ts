/** Makes the ticket that opens the console of a VM once. */

import type { OutputOf, ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Change } from '../../../ports/store.ts';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { VmRow } from '../../../ports/tables/tables.ts';
import { hashSecret } from '../../access/identity/hash-secret.ts';
import { auditChange } from '../../kernel/audit/audit.ts';
import type { CallContext, Principal } from '../../kernel/context/call-context.ts';
import { findResource } from '../../kernel/resource-rows/find-resource.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import { isOutOfReach, lostProblem } from '../../kernel/write/refuse-lost-node.ts';
import { refuseByPolicy } from '../../kernel/write/write-object.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { capabilitiesOf } from '../../resources/vm/machine/configure-steps.ts';
import { notPlaced } from '../../resources/vm/migrate/refuse-migration.ts';
import { requireRunning } from '../../resources/vm/power/prepare-vm-halt.ts';
import { desiredOf, observedOf } from '../../rows/answer-resource.ts';
import { replan } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';

/** A client connects at once; a ticket that leaks into a log is worth nothing soon. Unit: ms. */
const TICKET_MS = 60_000;

/** Prefix of tickets, so that leaked ones can be searched for. */
const TICKET_PREFIX = 'nct_';
const TICKET_BYTES = 32;

/** Expired tickets that are removed with each new one. */
const SWEPT_MAX = 100;

/**
 * Makes a ticket. Problems: `not-found`, `conflict` where the VM does not run or its agent does not
 * relay consoles, those of policies and of the store.
 */
export async function createConsoleTicket(
  deps: CapabilityDeps,
  { id }: ParsedInputOf<'vm.console'>,
  context: CallContext,
): Promise<Result<OutputOf<'vm.console'>, Problem>> {
  const { tenantId } = context.principal;
  const principalId = ticketHolder(context.principal);
  const found = await findResource(deps.store, 'vm', { tenantId, id });
  if (!found.ok) return found;
  const row = found.value;
  const target = { id: row.id, name: row.name };
  const desired = desiredOf(row);
  const refusal = await refuseByPolicy(deps, context, {
    operation: 'vm.console',
    resourceKind: 'vm',
    target,
    before: desired,
    wanted: desired,
  });
  if (refusal !== undefined) return err(refusal);
  const node = await findConsoleNode(deps, row);
  if (!node.ok) return node;
  const claim = await deps.controlPlane.claimFor(undefined);
  if (!claim.ok) return claim;
  if (claim.value === 'other') return err(replan('The control plane'));
  const bytes = deps.secretRandom.bytes(TICKET_BYTES);
  const ticket = `${TICKET_PREFIX}${Buffer.from(bytes).toString('base64url')}`;
  const nowMs = deps.clock.nowMs();
  const stored = {
    id: hashSecret(ticket),
    tenant_id: tenantId,
    vm_id: row.id,
    principal_id: principalId,
    control_plane_id: claim.value.id,
    expires_at_ms: nowMs + TICKET_MS,
  };
  const done = await commitChanges(deps, [
    ...(await expiredTickets(deps, nowMs)),
    {
      kind: 'insert',
      into: 'console_tickets',
      row: stored,
      otherwise: replan('The console ticket'),
    },
    auditChange(deps, context, {
      operation: 'vm.console',
      outcome: 'done',
      resourceKind: 'vm',
      target,
      changes: {},
    }),
  ]);
  if (!done.ok) return done;
  const expires_at = toTimestamp(stored.expires_at_ms);
  return ok({ vm_id: row.id, node: node.value.name, path: CONSOLE_PATH, ticket, expires_at });
}

/** Returns the holder of a ticket: a session of a browser, or a principal with any credential. */
export function ticketHolder({ id, session }: Principal): string {
  return session?.id ?? id;
}

/** WebSocket path at which a client connects with its ticket. */
export const CONSOLE_PATH = '/console';

/** The node of a VM whose console can be opened. Problems: `conflict`. */
export async function findConsoleNode(
  { store }: Pick<CapabilityDeps, 'store'>,
  row: VmRow,
): Promise<Result<NodeRow, Problem>> {
  const stopped = requireRunning(row, 'show its console');
  if (stopped !== undefined) return err(stopped);
  const name = String(observedOf(row).node);
  const [node] = await store.read({ from: 'nodes', where: { name } });
  if (node === undefined) return err(notPlaced(row));
  if (isOutOfReach(node)) return err(lostProblem(node, row.id));
  return capabilitiesOf(node).console === 'yes' ? ok(node) : err(noConsole(row, node));
}

async function expiredTickets(
  { store }: Pick<CapabilityDeps, 'store'>,
  nowMs: number,
): Promise<readonly Change[]> {
  const where = { expires_at_ms: { below: nowMs } };
  const rows = await store.read({ from: 'console_tickets', where, limit: SWEPT_MAX });
  return rows.map(({ id }) => ({ kind: 'drop', from: 'console_tickets', id }));
}

function noConsole(row: VmRow, { name, driver }: NodeRow): Problem {
  return problem('conflict', {
    detail:
      `The console of the VM ${row.name} cannot be opened: the agent of node ${name} ` +
      `(driver ${driver}) does not relay consoles.`,
    remedy: `Upgrade the agent of ${name}.`,
    data: { node: name },
  });
}
