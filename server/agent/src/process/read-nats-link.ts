/** The credentials of the message bus as the process of heartbeats gets them: without files. */
import { readFileSync } from 'node:fs';
import type { NatsLink, NatsTls } from '@novacron/bus/nats-link';
import { toNatsLink } from '@novacron/bus/nats-settings';
import type { LinkTls } from '@novacron/contract/link-tls';

/** Reads the files. Throws where one cannot be read, or an address is not one of NATS. */
export function readNatsLink(options: {
  readonly servers: readonly string[];
  readonly tls: LinkTls | undefined;
  readonly inboxPrefix: string | undefined;
}): NatsLink {
  const link = toNatsLink(options.servers, options);
  if (!link.ok) throw new Error(link.error.detail);
  const { tls, ...rest } = link.value;
  return tls === undefined ? rest : { ...rest, tls: withContent(tls) };
}

function withContent({ caFile, certFile, keyFile, ...rest }: NatsTls): NatsTls {
  return {
    ...rest,
    ...(caFile === undefined ? {} : { ca: readFileSync(caFile, 'utf8') }),
    ...(certFile === undefined ? {} : { cert: readFileSync(certFile, 'utf8') }),
    ...(keyFile === undefined ? {} : { key: readFileSync(keyFile, 'utf8') }),
  };
}
