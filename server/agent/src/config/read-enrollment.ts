/** The enrollment that the command line asks for, whole or not at all. */
import { readFileSync } from 'node:fs';
import { EnrollmentToken } from '@novacron/contract/agent/enrollment';
import { isLoopbackHost } from '@novacron/contract/link-tls';
import type { FieldProblem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { isOn, placeOf, type SaidValues, textOf, wrong } from './read-agent-flags.ts';

/** A token, and who takes it. */
export interface EnrollmentOrder {
  readonly token: string;
  readonly server: string;
  /** Authority of that server, PEM; those that Node knows when absent. */
  readonly serverCa: string | undefined;
}

type Read<T> = Result<T, readonly FieldProblem[]>;

/** Reads it; tokens are not repeated in what is wrong about them. */
export function readEnrollment(said: SaidValues): Read<EnrollmentOrder | undefined> {
  const [token, server] = [textOf(said, 'enroll'), textOf(said, 'server')];
  if (token === undefined) {
    const lone = (['server', 'server-ca'] as const).find((name) => said.values.has(name));
    if (lone === undefined) return ok(undefined);
    return err([wrong(placeOf(said, lone), 'needs --enroll beside it')]);
  }
  const place = placeOf(said, 'enroll');
  if (!EnrollmentToken.safeParse(token).success) {
    return err([wrong(place, 'must be a token of novacron admin enrollment create: nce_…')]);
  }
  if (server === undefined) return err([wrong(place, 'needs --server beside it')]);
  if (!isSafeServer(server) && !isOn(said, 'insecure-links')) {
    const message = 'must be https://HOST:PORT; http is for this machine only';
    return err([wrong(placeOf(said, 'server'), message)]);
  }
  const serverCa = readCa(said);
  return serverCa.ok ? ok({ token, server, serverCa: serverCa.value }) : serverCa;
}

function isSafeServer(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname));
}

function readCa(said: SaidValues): Read<string | undefined> {
  const file = textOf(said, 'server-ca');
  if (file === undefined) return ok(undefined);
  try {
    return ok(readFileSync(file, 'utf8'));
  } catch (cause) {
    const message = `cannot be read: ${Object(cause).message ?? cause}`;
    return err([wrong(placeOf(said, 'server-ca'), message)]);
  }
}
