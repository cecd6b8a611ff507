/**
 * The server's signature of a data document that policies read, and its verification. The key is
 * the one that signs policies.
 */
import { createHash } from 'node:crypto';
import { canonicalJson } from '@novacron/contract/json';
import { PolicyVersionSignature } from '@novacron/contract/kinds/policy/policy-signing';
import type { PolicySignatures } from '../../../ports/policy-signatures.ts';
import type { PolicyDataVersionRow } from '../../../ports/tables/policy/policy-data-rows.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import { faultOfSignature, type SigningKey, type Trust } from '../../rows/sign-text.ts';

/** A document with its version number. */
export interface AcceptedDocument {
  readonly tenantId: string;
  /** Id of the document, which all of its versions share. */
  readonly dataId: string;
  readonly path: string;
  readonly version: number;
  /** JSON without spaces. */
  readonly document: string;
}

/** The content of `seal_json`. */
interface DocumentSeal {
  /** Id of the key. */
  readonly key: string;
  readonly value: string;
}

/** Signs. @returns the text for `seal_json` */
export function signDocument(
  accepted: AcceptedDocument,
  { signatures, key }: { readonly signatures: PolicySignatures; readonly key: SigningKey },
): string {
  const value = signatures.sign(key.privateKey, statementOf(accepted));
  return JSON.stringify({ key: key.id, value } satisfies DocumentSeal);
}

/** Explains why the integrity check of a document fails; undefined if it passes. */
export function faultOfDocument(
  sealJson: string | null,
  accepted: AcceptedDocument,
  trust: Pick<Trust, 'signatures' | 'keys'>,
): string | undefined {
  const seal = readSeal(sealJson);
  if (seal === undefined) return 'it has no signature of the server, which signs every document';
  return faultOfSignature(seal, statementOf(accepted), { ...trust, what: 'it is' });
}

/** The signature of a document in a form that people can verify; null where it has none. */
export function signatureOfDocument(
  sealJson: string | null,
  accepted: AcceptedDocument,
): PolicyVersionSignature | null {
  const seal = readSeal(sealJson);
  if (seal === undefined) return null;
  const statement = statementOf(accepted);
  return PolicyVersionSignature.parse({ key_id: seal.key, statement, value: seal.value });
}

/** The SHA-256 of a document, hexadecimal. */
export function hashOfDocument(document: string): string {
  return createHash('sha256').update(document).digest('hex');
}

/** The document of a stored version. */
export function acceptedVersion(row: PolicyDataVersionRow): AcceptedDocument {
  const { tenant_id: tenantId, data_id: dataId, path, version, document } = row;
  return { tenantId, dataId, path, version, document };
}

function readSeal(sealJson: string | null): DocumentSeal | undefined {
  const seal = sealJson === null ? undefined : parseStored<Partial<DocumentSeal>>(sealJson);
  if (seal?.key === undefined || seal.value === undefined) return undefined;
  return { key: seal.key, value: seal.value };
}

function statementOf({ tenantId, dataId, path, version, document }: AcceptedDocument): string {
  return canonicalJson({
    statement: 'novacron.policy-data.v1',
    tenant: tenantId,
    data: dataId,
    path,
    version,
    document_sha256: hashOfDocument(document),
  });
}
