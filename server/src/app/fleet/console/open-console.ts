/** Opens the console of a VM with a ticket, and relays it between a client and the node's agent. */

import {
  CONSOLE_CHUNK_BYTES_MAX,
  CONSOLE_WAIT_MS_MAX,
  ConsoleReply,
  type ConsoleRequest,
} from '@novacron/contract/agent/agent-console';
import { consoleSubject } from '@novacron/contract/agent/agent-subjects';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { VmRow } from '../../../ports/tables/tables.ts';
import { hashSecret } from '../../access/identity/hash-secret.ts';
import { auditChange } from '../../kernel/audit/audit.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { findResource } from '../../kernel/resource-rows/find-resource.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { findConsoleNode, ticketHolder } from './create-ticket.ts';

/** A console that nothing passes through for so long is closed. Unit: ms. */
export const CONSOLE_IDLE_MS = 1_800_000;

/** Time limit for the agent's answer, in addition to its wait for output. Unit: ms. */
const REPLY_MS_MAX = 5_000;

const SESSION_BYTES = 16;

/** Takes what the guest writes. */
export interface ConsoleClient {
  /** Resolves when the client has room for more: until then nothing more is read. */
  readonly output: (bytes: Uint8Array) => Promise<void>;
  /** Output that the client missed, because it or the network was slow. */
  readonly lost: (bytes: number) => void;
}

/** Reason why a console ended. */
export type ConsoleEnd = 'machine-stopped' | 'idle' | 'closed' | Problem;

/** An open console. */
export interface ConsoleSession {
  readonly vm: { readonly id: string; readonly name: string };
  readonly node: string;
  /** Relays output until the console ends; called once. It audits the end, and never rejects. */
  readonly relay: (client: ConsoleClient) => Promise<ConsoleEnd>;
  /** Sends what was typed, in the order of the calls. */
  readonly write: (bytes: Uint8Array) => Promise<void>;
  readonly close: () => void;
}

/**
 * Redeems a ticket and opens the console.
 * Problems: `conflict` for a ticket that is not valid, and where the agent refuses; `unavailable`.
 */
export async function openConsole(
  deps: CapabilityDeps,
  ticket: string,
  context: CallContext,
): Promise<Result<ConsoleSession, Problem>> {
  const redeemed = await redeemTicket(deps, ticket, context);
  if (!redeemed.ok) return redeemed;
  const { row, claim } = redeemed.value;
  const node = await findConsoleNode(deps, row);
  if (!node.ok) return node;
  const session = Buffer.from(deps.secretRandom.bytes(SESSION_BYTES)).toString('base64url');
  const agent = createAgentLink(deps, node.value.name);
  const opened = await agent({
    kind: 'open',
    session,
    vm_id: row.id,
    opened_by: context.principal.name,
    control_plane: claim,
  });
  if (!opened.ok) return opened;
  const relayed = new Relay({ deps, context, row, node: node.value.name, agent, session });
  const audited = await relayed.audit('vm.console_opened', {});
  if (audited.ok) return ok(relayed);
  relayed.close();
  return audited;
}

async function redeemTicket(deps: CapabilityDeps, ticket: string, context: CallContext) {
  const { store, controlPlane } = deps;
  const { tenantId } = context.principal;
  const principalId = ticketHolder(context.principal);
  const id = hashSecret(ticket);
  const [found] = await store.read({ from: 'console_tickets', where: { id } });
  const claim = await controlPlane.claimFor(undefined);
  if (!claim.ok) return claim;
  const isGood =
    found !== undefined &&
    found.principal_id === principalId &&
    found.tenant_id === tenantId &&
    found.expires_at_ms > deps.clock.nowMs() &&
    claim.value !== 'other' &&
    found.control_plane_id === claim.value.id;
  if (!isGood) return err(ticketRefused());
  // Of two that come with the same ticket, the store lets one remove it.
  const otherwise = ticketRefused();
  const done = await commitChanges({ store }, [
    { kind: 'delete', from: 'console_tickets', id, otherwise },
  ]);
  if (!done.ok) return done;
  const vm = await findResource(store, 'vm', { tenantId, id: found.vm_id });
  return vm.ok ? ok({ row: vm.value, claim: claim.value }) : vm;
}

function ticketRefused(): Problem {
  return problem('conflict', {
    detail:
      'The console ticket is not valid: it was already used, has expired, or belongs to another ' +
      'caller or control plane.',
    remedy: 'Request a new one (vm.console) and connect immediately with the same API key.',
  });
}

type AgentLink = (
  request: ConsoleRequest,
  waitMs?: number,
) => Promise<Result<ConsoleReply & { kind: 'done' | 'output' }, Problem>>;

function createAgentLink({ bus }: Pick<CapabilityDeps, 'bus'>, node: string): AgentLink {
  return async (request, waitMs = 0) => {
    const timeoutMs = waitMs + REPLY_MS_MAX;
    const answer = await bus.request(consoleSubject(node), request, { timeoutMs });
    if (!answer.ok) return answer;
    const reply = ConsoleReply.safeParse(answer.value);
    if (reply.success && reply.data.kind !== 'refused') return ok(reply.data);
    const detail = reply.success
      ? String(reply.data.message)
      : `The agent of node ${node} sent an invalid response.`;
    return err(
      problem('conflict', {
        detail,
        remedy: 'Open the console again when no one else is using it.',
        data: { node },
      }),
    );
  };
}

interface RelayParts {
  readonly deps: CapabilityDeps;
  readonly context: CallContext;
  readonly row: VmRow;
  readonly node: string;
  readonly agent: AgentLink;
  readonly session: string;
}

/** Owns a session at an agent. */
class Relay implements ConsoleSession {
  readonly vm: ConsoleSession['vm'];
  readonly node: string;
  readonly #parts: RelayParts;
  readonly #startedAtMs: number;
  #activeAtMs: number;
  #bytesIn = 0;
  #bytesOut = 0;
  #end: ConsoleEnd | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(parts: RelayParts) {
    this.#parts = parts;
    const { row, node, deps } = parts;
    this.vm = { id: row.id, name: row.name };
    this.node = node;
    this.#startedAtMs = deps.clock.nowMs();
    this.#activeAtMs = this.#startedAtMs;
  }

  readonly relay = async (client: ConsoleClient): Promise<ConsoleEnd> => {
    const { deps, session, agent } = this.#parts;
    while (this.#end === undefined) {
      const request = { kind: 'read', session, wait_ms: CONSOLE_WAIT_MS_MAX } as const;
      const reply = await agent(request, CONSOLE_WAIT_MS_MAX);
      if (this.#end !== undefined) break;
      if (!reply.ok) this.#finish(reply.error);
      else if (reply.value.kind === 'output') await this.#pass(reply.value, client);
      if (deps.clock.nowMs() - this.#activeAtMs >= CONSOLE_IDLE_MS) this.#finish('idle');
    }
    const end = this.#end ?? 'closed';
    const changes = {
      reason: typeof end === 'string' ? end : end.code,
      bytes_in: this.#bytesIn,
      bytes_out: this.#bytesOut,
      duration_ms: deps.clock.nowMs() - this.#startedAtMs,
    };
    const done = await this.audit('vm.console_closed', changes);
    const fields = { vm: this.vm.id, node: this.node, ...changes };
    if (!done.ok) deps.logger.error({ ...fields, problem: done.error }, 'no audit of a console');
    return end;
  };

  readonly write = (bytes: Uint8Array): Promise<void> => {
    const chunks = Array.from(
      { length: Math.ceil(bytes.byteLength / CONSOLE_CHUNK_BYTES_MAX) },
      (_, index) =>
        bytes.subarray(index * CONSOLE_CHUNK_BYTES_MAX).subarray(0, CONSOLE_CHUNK_BYTES_MAX),
    );
    for (const chunk of chunks) this.#writing = this.#writing.then(() => this.#send(chunk));
    return this.#writing;
  };

  readonly close = (): void => {
    this.#finish('closed');
  };

  readonly audit = (operation: string, changes: Readonly<Record<string, unknown>>) => {
    const { deps, context } = this.#parts;
    const entry = { operation, outcome: 'done', resourceKind: 'vm', target: this.vm } as const;
    // The form of the audit log: what each field was, and is.
    const said = Object.entries({ node: this.node, ...changes }).map(
      ([name, is]) => [name, { was: null, is }] as const,
    );
    return commitChanges(deps, [
      auditChange(deps, context, { ...entry, changes: Object.fromEntries(said) }),
    ]);
  };

  async #pass(output: ConsoleReply & { kind: 'output' }, client: ConsoleClient): Promise<void> {
    const bytes = Buffer.from(output.data, 'base64');
    if (output.lost_bytes > 0) client.lost(output.lost_bytes);
    if (bytes.byteLength > 0) {
      this.#activeAtMs = this.#parts.deps.clock.nowMs();
      this.#bytesOut += bytes.byteLength;
      await client.output(bytes);
    }
    if (output.ended === 'yes') this.#finish('machine-stopped');
  }

  /**
   * Sends input at most once: if it may already have been typed, the session ends instead of a
   * retry.
   */
  async #send(chunk: Uint8Array): Promise<void> {
    if (this.#end !== undefined) return;
    const { deps, agent, session } = this.#parts;
    this.#activeAtMs = deps.clock.nowMs();
    const data = Buffer.from(chunk).toString('base64');
    const reply = await agent({ kind: 'write', session, data });
    if (reply.ok) this.#bytesIn += chunk.byteLength;
    else this.#finish(reply.error);
  }

  #finish(end: ConsoleEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    // It answers the read that waits; an agent that is away closes the session by itself.
    const { agent, session } = this.#parts;
    if (end !== 'machine-stopped') void agent({ kind: 'close', session });
  }
}
