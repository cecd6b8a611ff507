/** Gets an agent or a runner its certificate, and keeps it from expiring. */
import { sign } from 'node:crypto';
import type { TlsVersion } from '@novacron/contract/link-tls';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Clock } from '@novacron/runtime/clock';
import type { Logger } from '@novacron/runtime/logger';
import type { Timers } from '@novacron/runtime/timers';
import type { EnrollmentOrder } from '../config/read-enrollment.ts';
import { askServer } from './ask-server.ts';
import {
  findRequest,
  hashToken,
  type Identity,
  keepRequest,
  readIdentity,
  readKey,
  writeIdentity,
} from './identity-files.ts';
import { makeRequest } from './make-request.ts';

/** A certificate is renewed when this much of its life has passed. */
const RENEW_AFTER_RATIO = 2 / 3;

/** Interval between checks whether renewal is due, and between retries after a failure. */
const RENEW_LOOK_MS = 3_600_000;

/** Dependencies for getting an identity. */
export interface IdentityParts {
  readonly dataDir: string;
  /** Kind of identity; a node's is its agent's. */
  readonly kind: 'node' | 'runner';
  /** The name of the node or of the runner. */
  readonly node: string;
  readonly order: EnrollmentOrder | undefined;
  readonly minVersion: TlsVersion;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * The identity: the one that is there, or the one that the token is traded for. A token that
 * was traded already is of no more use and does no harm, so that the same command starts it again.
 * @returns undefined where nothing was ever enrolled; the problem that the server answered
 */
export async function prepareIdentity(
  parts: IdentityParts,
): Promise<Result<Identity | undefined, Problem>> {
  const { dataDir, kind, node, order, minVersion, clock } = parts;
  const known = readIdentity(dataDir);
  const isNew = order !== undefined && known?.tokenHash !== hashToken(order.token);
  if (!isNew) {
    if (known === undefined) return ok(undefined);
    if (known.node !== node) return err(otherName(known.node, parts));
    if (known.expiresAtMs <= clock.nowMs()) return err(expired(parts));
    return ok(known);
  }
  const { token, server, serverCa } = order;
  const tokenHash = hashToken(token);
  // The server may have answered a start that died before it kept the certificate.
  const made = findRequest(dataDir, { node, tokenHash }) ?? (await makeRequest(node));
  keepRequest(dataDir, { node, tokenHash, ...made });
  const answer = await askServer({ server, serverCa, minVersion }, 'redeem', {
    token,
    [kind]: node,
    request: made.requestPem,
  });
  if (!answer.ok) return answer;
  const { certificate: certificatePem, authority: authorityPem } = answer.value;
  writeIdentity(dataDir, {
    node,
    server,
    serverCa,
    tokenHash,
    keyPem: made.keyPem,
    certificatePem,
    authorityPem,
  });
  parts.logger.info({ node, expiresAt: answer.value.expires_at }, 'enrolled');
  return ok(readIdentity(dataDir));
}

/** Whether it is time to renew. */
function isRenewalDue(
  { startsAtMs, expiresAtMs }: Pick<Identity, 'startsAtMs' | 'expiresAtMs'>,
  nowMs: number,
): boolean {
  return nowMs >= startsAtMs + (expiresAtMs - startsAtMs) * RENEW_AFTER_RATIO;
}

/** Trades the certificate for a later one, if it is time. The next connection shows it. */
export async function renewIdentity(
  parts: Omit<IdentityParts, 'order'>,
): Promise<Result<'renewed' | 'not due', Problem>> {
  const { dataDir, node, minVersion, clock, logger } = parts;
  const known = readIdentity(dataDir);
  if (known === undefined || !isRenewalDue(known, clock.nowMs())) return ok('not due');
  const { server, serverCa, tokenHash, certificatePem: certificate } = known;
  const { keyPem, requestPem: request } = await makeRequest(node);
  const signature = sign('sha256', Buffer.from(request), readKey(known)).toString('base64');
  const answer = await askServer({ server, serverCa, minVersion }, 'renew', {
    certificate,
    request,
    signature,
  });
  if (!answer.ok) return answer;
  writeIdentity(dataDir, {
    node,
    server,
    serverCa,
    tokenHash,
    keyPem,
    certificatePem: answer.value.certificate,
    authorityPem: answer.value.authority,
  });
  logger.info({ node, expiresAt: answer.value.expires_at }, 'the certificate is renewed');
  return ok('renewed');
}

/**
 * Renews from time to time.
 * @returns a function that stops it
 */
export function keepIdentity(
  parts: Omit<IdentityParts, 'order'> & { readonly timers: Timers },
): () => void {
  const { timers, logger, node } = parts;
  let stopped = false;
  let cancel = (): void => {};
  async function look(): Promise<void> {
    const done = await renewIdentity(parts);
    if (!done.ok) logger.warn({ node, problem: done.error }, 'the certificate is not renewed');
    if (!stopped) cancel = timers.after(RENEW_LOOK_MS, () => void look());
  }
  void look();
  return () => {
    stopped = true;
    cancel();
  };
}

type Named = Pick<IdentityParts, 'kind' | 'node'>;

function otherName(enrolled: string, { kind, node }: Named): Problem {
  const [what, who] = kind === 'node' ? ['the agent of node', 'agent'] : ['the runner', kind];
  const other = kind === 'node' ? `of ${node}` : node;
  return problem('conflict', {
    detail: `The data directory belongs to ${what} ${enrolled}, not ${other}.`,
    remedy: `Give each ${who} a data directory of its own: --data-dir.`,
  });
}

function expired({ kind, node }: Named): Problem {
  const what = kind === 'node' ? 'agent' : kind;
  return problem('unauthenticated', {
    detail: `The certificate of ${kind} ${node} has expired.`,
    remedy:
      `Enroll the ${what} again with --enroll: ` +
      `novacron admin enrollment create --${kind} ${kind.toUpperCase()}.`,
  });
}
