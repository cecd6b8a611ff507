/**
 * Signatures of policies: authors sign the text of a rule, and the server signs what it accepted.
 * Source of the form: Ed25519 (RFC 8032), a public key written as in a JWK (RFC 8037).
 */
import { z } from 'zod';
import { PolicyAuthorId, PolicySigningKeyId } from '../../ids.ts';
import { newName } from '../../schema/new-name.ts';
import { PrincipalName, Timestamp } from '../../schema/resource.ts';

const NAME_LENGTH_MAX = 128;

/** A public key of Ed25519: 32 bytes in base64url. */
export const Ed25519Key = z
  .string()
  .regex(/^ed25519:[A-Za-z0-9_-]{43}$/, 'must be ed25519: and 43 characters of base64url');

const PEM = /^-----BEGIN PUBLIC KEY-----\n[A-Za-z0-9+/=\n]+-----END PUBLIC KEY-----\n?$/;

/** A public key of an author: of Ed25519, or in PEM where OPA signs bundles with RSA or ECDSA. */
const AuthorKey = z.union(
  [Ed25519Key, z.string().max(4096, { abort: true }).regex(PEM, 'must be a public key in PEM')],
  { error: 'must be ed25519: and 43 characters of base64url, or a public key in PEM' },
);

/** Fields of a request to trust an author. */
export const PolicyAuthorCreate = z.strictObject({
  name: newName(
    z
      .string()
      .max(NAME_LENGTH_MAX, { abort: true })
      .regex(
        /^[^\s\p{C}](?:[^\p{C}]*[^\s\p{C}])?$/u,
        'must be one line of text that begins and ends without a space',
      ),
  ).describe('Owner of the key'),
  public_key: AuthorKey.describe(
    'Output of `novacron policy keygen`, or a public key in PEM that signs OPA bundles',
  ),
});

/** A person or program whose signature on a rule is accepted. */
export const PolicyAuthor = z.looseObject({
  id: PolicyAuthorId,
  name: z.string(),
  public_key: AuthorKey,
  created_at: Timestamp,
  created_by: PrincipalName,
});
export type PolicyAuthor = z.infer<typeof PolicyAuthor>;

/** A key that the server signs policies with, or once did. */
export const PolicySigningKey = z.looseObject({
  id: PolicySigningKeyId,
  public_key: Ed25519Key,
  state: z.enum(['signs', 'retired']).describe('Signatures of a `retired` key are not accepted'),
  created_at: Timestamp,
  retired_at: Timestamp.nullable(),
});
export type PolicySigningKey = z.infer<typeof PolicySigningKey>;

/** Server's signature of an accepted text. */
export const PolicyVersionSignature = z.looseObject({
  key_id: PolicySigningKeyId,
  statement: z
    .string()
    .describe('Signed statement, canonical JSON: tenant, policy, version, hashes'),
  value: z.string().describe('Ed25519 signature of the statement, base64'),
});
export type PolicyVersionSignature = z.infer<typeof PolicyVersionSignature>;

/** An author's signature, as the last line of a rule has it. */
export interface RuleSignature {
  /** The public key, `ed25519:…`. */
  readonly key: string;
  /** Ed25519 over {@link bytesOfRule}, base64. */
  readonly value: string;
}

const MARK = '# novacron-signature:';

const LINE = /(?:^|\n)# novacron-signature: (ed25519:[A-Za-z0-9_-]{43}) ([A-Za-z0-9+/]{86}==)\n?$/;

/** A rule, and what its author put beneath it. */
export interface SignedRule {
  /** The text without the line; ends with a line break where it has a signature. */
  readonly text: string;
  /** `malformed`: there is a line that looks like one, elsewhere or written otherwise. */
  readonly signature: RuleSignature | 'malformed' | undefined;
}

/** Takes a rule and its signature apart. */
export function splitRule(rule: string): SignedRule {
  const found = LINE.exec(rule);
  const [, key, value] = found ?? [];
  if (found === null || key === undefined || value === undefined) {
    const looksSigned = rule.split('\n').some((line) => line.startsWith(MARK));
    return { text: rule, signature: looksSigned ? 'malformed' : undefined };
  }
  const text = rule.slice(0, found.index + (found[0].startsWith('\n') ? 1 : 0));
  const isTwice = text.split('\n').some((line) => line.startsWith(MARK));
  return { text, signature: isTwice ? 'malformed' : { key, value } };
}

/** Puts a rule and a signature together; one that was there already is replaced. */
export function joinRule(text: string, { key, value }: RuleSignature): string {
  return `${textToSign(text)}${MARK} ${key} ${value}\n`;
}

/** Returns the text to sign: the rule without earlier signatures, with a line break at its end. */
export function textToSign(rule: string): string {
  const lines = rule.split('\n').filter((line) => !line.startsWith(MARK));
  return `${lines.join('\n').replace(/\n+$/, '')}\n`;
}

/** Stands before every text that is signed, so that a signature made for else is none here. */
const DOMAIN = 'novacron policy rule v1\n';

/** The bytes that an author signs, as text: UTF-8. */
export function bytesOfRule(text: string): string {
  return `${DOMAIN}${text}`;
}
