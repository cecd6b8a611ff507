/** The configuration of nats-server: the authority, and the permissions of each certificate. */

import {
  announceSubject,
  answerSubject,
  commandSubject,
  completionSubject,
  consoleSubject,
  consoleTailSubject,
  guestSubject,
  healthSubject,
  inspectSubject,
  keyRequestSubject,
  keySubject,
  leaseSubject,
  machineSubject,
  outcomeSubject,
  poolHeartbeatSubject,
  progressSubject,
  usageSubject,
} from '@novacron/contract/agent/agent-subjects';
import {
  inboxPrefixOf,
  nodeIdentity,
  runnerIdentity,
  SERVER_IDENTITY,
} from '@novacron/contract/agent/enrollment';
import { runnerPermissions } from '@novacron/contract/automation/runner-subjects';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { EnrollmentDeps } from './deps.ts';
import { enrolledBy } from './enrolled.ts';
import { ensureAuthority, noCertificates } from './ensure-authority.ts';

interface Permissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

type Text = Result<{ readonly text: string }, Problem>;

/** The certificate of the authority, created when it is first needed. */
export async function showAuthority(deps: EnrollmentDeps): Promise<Text> {
  const { certificates } = deps;
  if (certificates === undefined) return err(noCertificates());
  const authority = await ensureAuthority({ ...deps, certificates });
  return authority.ok ? ok({ text: authority.value.certificatePem }) : authority;
}

/** The configuration, with a user for each enrollment that is active or may become active. */
export async function configureBus(
  deps: EnrollmentDeps,
  input: ParsedInputOf<'bus.configuration'>,
): Promise<Text> {
  const rows = await deps.store.read({
    from: 'enrollments',
    where: { status: { in: ['pending', 'active'] } },
  });
  const nowMs = deps.clock.nowMs();
  const users = rows.filter((row) => row.status === 'active' || row.expires_at_ms > nowMs);
  const texts = users.map((row) => {
    const { kind, name } = enrolledBy(row);
    return kind === 'node'
      ? userText(nodeIdentity(name, row.id), nodePermissions(name))
      : userText(runnerIdentity(name, row.id), runnerPermissions(name));
  });
  return ok({ text: `${head(input.tls_dir)}${texts.join('')}  ]\n}\n` });
}

function head(tlsDir: string): string {
  const dir = tlsDir.replace(/\/$/, '');
  return `# Written by: novacron admin bus configuration.
# Write it again after each enrollment and revocation, and reload: nats-server --signal reload.
# Include it in a configuration that has a listener and JetStream.
tls {
  cert_file: "${dir}/server.crt"
  key_file: "${dir}/server.key"
  # novacron admin bus authority
  ca_file: "${dir}/novacron-ca.crt"
  verify_and_map: true
}
authorization {
  users: [
    { user: "${SERVER_IDENTITY}" }
`;
}

/**
 * An agent publishes for its node, subscribes to its node's subjects, and answers at subjects of
 * its node. It has no `allow_responses`: who may publish and receive on the same subject could send
 * itself a request with any reply subject, and then publish there.
 */
function nodePermissions(node: string): Permissions {
  const publish = [
    announceSubject(node),
    completionSubject(node),
    inspectSubject(node),
    progressSubject(node),
    usageSubject(node),
    machineSubject(node),
    keyRequestSubject(node),
    `${answerSubject(node)}.>`,
    // Answers to another process of the same node, which asks whether there is one.
    `${inboxPrefixOf(node)}.>`,
  ];
  const subscribe = [
    commandSubject(node),
    outcomeSubject(node),
    inspectSubject(node),
    leaseSubject(node),
    keySubject(node),
    consoleSubject(node),
    guestSubject(node),
    healthSubject(node),
    consoleTailSubject(node),
    poolHeartbeatSubject(node),
    announceSubject(node),
    `${inboxPrefixOf(node)}.>`,
  ];
  return { publish, subscribe };
}

function userText(identity: string, { publish, subscribe }: Permissions): string {
  return `    { user: "${identity}"
      permissions: {
        publish: { allow: ${JSON.stringify(publish)} }
        subscribe: { allow: ${JSON.stringify(subscribe)} }
      }
    }
`;
}
