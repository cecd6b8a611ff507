/** The link to the message bus: its addresses, and what protects it. */
import { readFileSync } from 'node:fs';
import { isLoopbackHost, type LinkTls, type TlsVersion } from '@novacron/contract/link-tls';
import type { FieldProblem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { isOn, placeOf, type SaidValues, textOf, wrong } from './read-agent-flags.ts';

/** Addresses and connection settings of the bus. */
export interface BusLink {
  readonly servers: readonly string[];
  readonly tls: LinkTls;
}

type Read<T> = Result<T, readonly FieldProblem[]>;

/** Reads the link; what leads to another machine without TLS is refused. */
export function readBusLink(said: SaidValues): Read<BusLink> {
  const servers = readServers(said);
  const tls = readTls(said);
  const troubles = [servers, tls].flatMap((each) => (each.ok ? [] : each.error));
  if (!servers.ok || !tls.ok) return err(troubles);
  if (!isOn(said, 'insecure-links') && isPlain(servers.value, tls.value)) {
    const message =
      'leads to another machine without TLS, and everything would cross the network in clear: ' +
      'write tls://HOST:PORT, or say --insecure-links if something else protects it';
    return err([wrong(placeOf(said, 'bus'), message)]);
  }
  return ok({ servers: servers.value, tls: tls.value });
}

/** Addresses may contain passwords, so the error does not repeat the value. */
function readServers(said: SaidValues): Read<readonly string[]> {
  const text = textOf(said, 'bus');
  if (text === undefined) return err([wrong('--bus', 'is missing, such as nats://127.0.0.1:4222')]);
  const servers = text.split(',').map((address) => address.trim());
  if (servers.every(isNatsAddress)) return ok(servers);
  const message = 'must be nats://HOST:PORT, several with commas between them';
  return err([wrong(placeOf(said, 'bus'), message)]);
}

function isNatsAddress(address: string): boolean {
  if (!/^(nats|tls):\/\//.test(address) || !URL.canParse(address)) return false;
  return new URL(address).hostname !== '';
}

const FILES = ['bus-ca', 'bus-cert', 'bus-key'] as const;

const TLS_VERSIONS: Readonly<Record<string, TlsVersion | undefined>> = {
  1.3: 'TLSv1.3',
  1.2: 'TLSv1.2',
};

function readTls(said: SaidValues): Read<LinkTls> {
  const troubles = FILES.flatMap((name) => checkFile(said, name));
  const [caFile, certFile, keyFile] = FILES.map((name) => textOf(said, name));
  if (certFile !== undefined && keyFile === undefined) {
    troubles.push(wrong(placeOf(said, 'bus-cert'), 'needs --bus-key beside it'));
  }
  if (keyFile !== undefined && certFile === undefined) {
    troubles.push(wrong(placeOf(said, 'bus-key'), 'needs --bus-cert beside it'));
  }
  const written = textOf(said, 'tls-min-version') ?? '1.3';
  const minVersion = TLS_VERSIONS[written];
  if (minVersion === undefined) {
    const message = `must be 1.3 or 1.2, not ${JSON.stringify(written)}`;
    troubles.push(wrong(placeOf(said, 'tls-min-version'), message));
  }
  if (minVersion === undefined || troubles.length > 0) return err(troubles);
  return ok({
    minVersion,
    ...(caFile === undefined ? {} : { caFile }),
    ...(certFile === undefined ? {} : { certFile }),
    ...(keyFile === undefined ? {} : { keyFile }),
  });
}

function checkFile(said: SaidValues, name: (typeof FILES)[number]): FieldProblem[] {
  const file = textOf(said, name);
  if (file === undefined) return [];
  try {
    readFileSync(file);
    return [];
  } catch (cause) {
    return [wrong(placeOf(said, name), `cannot be read: ${Object(cause).message ?? cause}`)];
  }
}

/** One address with TLS, or a file for it, and every connection has it. */
function isPlain(servers: readonly string[], tls: LinkTls): boolean {
  const urls = servers.map((server) => new URL(server));
  const hasFiles = tls.caFile !== undefined || tls.certFile !== undefined;
  if (hasFiles || urls.some(({ protocol }) => protocol === 'tls:')) return false;
  return urls.some(({ hostname }) => !isLoopbackHost(hostname));
}
