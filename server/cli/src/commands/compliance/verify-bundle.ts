/** `novacron compliance verify`: checks a bundle of evidence without a server. */

import { createHash, createPublicKey, verify } from 'node:crypto';
import {
  bytesOfEnd,
  bytesOfRecord,
  EVIDENCE_START,
  EvidenceRecord,
  SignedRoot,
} from '@novacron/contract/compliance/evidence';
import { equalJson } from '@novacron/contract/json';
import { err, ok, type Result } from '@novacron/contract/result';
import { type Failure, findingsFailure, usageFailure } from '../../failures/failure.ts';
import type { CliIo } from '../../io/cli-io.ts';
import { messageOf } from '../../io/message-of.ts';
import type { Outcome } from '../../operations/outcome.ts';
import { countOf } from '../../output/count-of.ts';
import { compareAnchors, readAnchors, spansOf } from './compare-anchors.ts';

/** More faults are no help. */
const FAULTS_MAX = 20;

const KEY_PREFIX = 'ed25519:';

/** What a bundle is compared with. */
export interface VerifyOptions {
  readonly key?: string;
  readonly anchor?: string;
}

/**
 * Checks a bundle.
 * @param key - the public key that has to have signed; undefined: the one in the bundle
 * @param anchor - a file with ends of the evidence that were kept elsewhere
 */
export async function verifyBundle(
  io: Pick<CliIo, 'readText'>,
  file: string,
  { key: trustedKey, anchor }: VerifyOptions,
): Promise<Outcome> {
  const text = await readText(io, file);
  if (!text.ok) return { failure: text.error };
  const kept = anchor === undefined ? undefined : await readText(io, anchor);
  if (kept?.ok === false) return { failure: kept.error };
  const anchors = kept && readAnchors(kept.value);
  if (typeof anchors === 'string') return { failure: usageFailure(`${anchor} ${anchors}`) };
  const { faults: found, signed, records } = examine(text.value, trustedKey);
  const isRead = found.length === 0 && signed !== undefined && anchors !== undefined;
  const anchored = isRead
    ? compareAnchors(anchors, { root: signed.root, records })
    : { faults: [], lines: [] };
  const faults = [...found, ...anchored.faults];
  if (faults.length > 0 || signed === undefined) {
    const more = faults.length > FAULTS_MAX ? [`and ${faults.length - FAULTS_MAX} more`] : [];
    const lines = [...faults.slice(0, FAULTS_MAX), ...more];
    return {
      document: { kind: 'lines', value: { lines } },
      failure: findingsFailure(
        found.length > 0
          ? `${file} is not as the server signed it`
          : `${file} does not fit ${anchor}`,
      ),
    };
  }
  const lines = [...describe(signed, records, trustedKey), ...anchored.lines];
  return { document: { kind: 'lines', value: { lines } } };
}

async function readText(
  io: Pick<CliIo, 'readText'>,
  file: string,
): Promise<Result<string, Failure>> {
  try {
    return ok(await io.readText(file));
  } catch (cause) {
    return err(usageFailure(`cannot read ${file}: ${messageOf(cause)}`));
  }
}

function describe(
  { root, key_id, public_key }: SignedRoot,
  records: readonly EvidenceRecord[],
  trustedKey: string | undefined,
): readonly string[] {
  const isTrusted = trustedKey !== undefined;
  const verdict = isTrusted ? 'unchanged' : 'as the key below signed';
  const what = `${countOf(records.length, 'record')} of ${root.standard}`;
  const known = new Set(records.map(({ position }) => position));
  const leftOut = leftOutOf(known, root.head_position);
  return [
    ...(isTrusted ? [] : ['not checked who signed it: pass --key with the key that you trust']),
    `${what} from ${root.from} to ${root.to}, ${verdict}`,
    `signed at ${root.made_at} by ${key_id}, ${public_key}`,
    ...(leftOut === '' ? [] : [`records ${leftOut} are left out: the chain is not checked there`]),
    `end of the evidence: position ${root.head_position}, hash ${root.head_hash}`,
  ];
}

/** The positions up to the end that a bundle does not have. */
function leftOutOf(known: ReadonlySet<number>, end: number): string {
  const ends = [0, ...known, end + 1];
  const spans = ends.flatMap((next, at): readonly (readonly [number, number])[] => {
    const first = (ends[at - 1] ?? 0) + 1;
    return at > 0 && next > first ? [[first, next - 1]] : [];
  });
  return spansOf(spans);
}

interface Examined {
  readonly faults: readonly string[];
  readonly signed: SignedRoot | undefined;
  readonly records: readonly EvidenceRecord[];
}

function examine(text: string, trustedKey: string | undefined): Examined {
  const lines = text.split('\n').filter((line) => line !== '');
  const faults: string[] = [];
  const signed = readLine(lines.at(-1) ?? '', SignedRoot);
  if (signed === undefined)
    faults.push('the last line is not a signed end: the file is truncated, or not a bundle');
  const found = lines.slice(0, signed === undefined ? undefined : -1);
  if (signed !== undefined && !isAsWritten(lines.at(-1) ?? '', signed)) {
    faults.push(`line ${lines.length} is not as the server writes it`);
  }
  const records = found.flatMap((line, at) => {
    const record = readLine(line, EvidenceRecord);
    if (record === undefined) faults.push(`line ${at + 1} is not a record`);
    else if (!isAsWritten(line, record)) {
      faults.push(`line ${at + 1} is not as the server writes it`);
    }
    return record ?? [];
  });
  faults.push(...faultsOfRecords(records));
  if (signed !== undefined) {
    faults.push(...faultsOfRoot(signed, records), ...faultsOfSignature(signed, trustedKey));
  }
  return { faults, signed, records };
}

function readLine<T>(
  line: string,
  schema: { readonly safeParse: (value: unknown) => { readonly data?: T | undefined } },
): T | undefined {
  try {
    return schema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/** Two members of one name, or one that schemas leave out, are read but not hashed. */
function isAsWritten(line: string, value: unknown): boolean {
  const read: unknown = JSON.parse(line);
  return JSON.stringify(read) === line && equalJson(read, value);
}

function faultsOfRecords(records: readonly EvidenceRecord[]): readonly string[] {
  return records.flatMap((record, at) => {
    const { position, previous, hash } = record;
    const before = records[at - 1];
    const name = `record ${position} (${record.check}, ${record.subject_name})`;
    if (sha256(bytesOfRecord(record)) !== hash) {
      return [`${name} was changed: its hash is of other content`];
    }
    if (before !== undefined && position <= before.position) {
      return [`${name} is out of order: it follows record ${before.position}`];
    }
    const isFirst = position === 1 && previous !== EVIDENCE_START;
    const isNext = before?.position === position - 1 && previous !== before.hash;
    return isFirst || isNext ? [`${name} does not continue the record before it`] : [];
  });
}

function faultsOfRoot({ root }: SignedRoot, records: readonly EvidenceRecord[]): readonly string[] {
  if (records.length !== root.records) {
    return [`the file has ${countOf(records.length, 'record')}; the server signed ${root.records}`];
  }
  const digest = sha256(records.map(({ hash }) => hash).join(''));
  if (digest !== root.digest) return ['the records are not those that the server signed'];
  const last = records.at(-1);
  const isBehind = last !== undefined && last.position > root.head_position;
  const isOther = last?.position === root.head_position && last.hash !== root.head_hash;
  return isBehind || isOther ? ['the end of the evidence is not its last record'] : [];
}

function faultsOfSignature(
  { signature, ...end }: SignedRoot,
  trustedKey: string | undefined,
): readonly string[] {
  if (trustedKey !== undefined && trustedKey !== end.public_key) {
    return [`it is signed by ${end.public_key}, not by ${trustedKey}`];
  }
  return isSigned(end.public_key, bytesOfEnd(end), signature)
    ? []
    : ['the signature of the end is not valid'];
}

function isSigned(publicKey: string, text: string, signature: string): boolean {
  if (!publicKey.startsWith(KEY_PREFIX)) return false;
  const bytes = Buffer.from(signature, 'base64');
  if (bytes.toString('base64') !== signature) return false;
  try {
    const x = publicKey.slice(KEY_PREFIX.length);
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    return verify(null, Buffer.from(text), key, bytes);
  } catch {
    // What is not a key signs nothing.
    return false;
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
