/**
 * The server's signature of a policy that it accepted, and its verification. The signature is
 * stored in `compiled_json`, which is written again with each text.
 */
import { createHash } from 'node:crypto';
import { canonicalJson } from '@novacron/contract/json';
import type { OrchestrationPolicy } from '@novacron/contract/kinds/orchestration-policy/document';
import type { PolicyVersionSignature } from '@novacron/contract/kinds/policy/policy-signing';
import type { CompiledRule } from '../../ports/policy-runtime.ts';
import type { PolicySignatures } from '../../ports/policy-signatures.ts';
import type { FieldValues } from './changed-fields.ts';

/** The stored form of a policy text: of a rule in Rego, or of an orchestration document. */
export type Compiled = CompiledRule | OrchestrationPolicy;

/** A text with its version number. */
export interface AcceptedText {
  readonly tenantId: string;
  readonly policyId: string;
  readonly version: number;
  /** The rule, or the document. */
  readonly rule: string;
}

/** The fields of `compiled_json` besides {@link Compiled}. */
interface Seal {
  readonly key: string;
  /** Over the text, because a version consists of it alone. */
  readonly text: string;
  /** Over all fields of the policy except the rule and whether it is enabled. */
  readonly settings: string;
}

type Signed = Compiled & { readonly seal?: Seal };

/** A key with its id. */
export interface SigningKey {
  readonly id: string;
  readonly publicKey: string;
  readonly privateKey: string;
}

/** Dependencies of signature verification. */
export interface Trust {
  readonly signatures: PolicySignatures;
  /** Public keys that are valid, by id. */
  readonly keys: ReadonlyMap<string, string>;
}

/** Signs. @returns the text for `compiled_json` */
export function signText(
  compiled: Compiled,
  accepted: AcceptedText,
  by: {
    readonly signatures: PolicySignatures;
    readonly key: SigningKey;
    /** The policy after the change; `enabled` may change without the server, as a way out. */
    readonly desired: FieldValues;
  },
): string {
  const { signatures, key, desired } = by;
  const bare = withoutSeal(compiled);
  const seal: Seal = {
    key: key.id,
    text: signatures.sign(key.privateKey, textStatement(accepted, bare)),
    settings: signatures.sign(key.privateKey, settingsStatement(accepted, desired)),
  };
  return JSON.stringify({ ...bare, seal } satisfies Signed);
}

/** Explains why the integrity check of a text fails; undefined if it passes. */
export function faultOfText(
  compiledJson: string,
  accepted: AcceptedText,
  trust: Trust,
): string | undefined {
  const { seal, bare } = readSigned(compiledJson);
  return faultOf(seal, 'text', textStatement(accepted, bare), trust);
}

/** The same for all fields of the policy. */
export function faultOfSettings(
  compiledJson: string,
  accepted: AcceptedText,
  { desired, ...trust }: Trust & { readonly desired: FieldValues },
): string | undefined {
  const { seal } = readSigned(compiledJson);
  return faultOf(seal, 'settings', settingsStatement(accepted, desired), trust);
}

/** The stored text without its signature. */
export function compiledOf(compiledJson: string): Compiled {
  return readSigned(compiledJson).bare;
}

/** The signature of a text in a form that people can verify. */
export function signatureOf(
  compiledJson: string,
  accepted: AcceptedText,
): PolicyVersionSignature | null {
  const { seal, bare } = readSigned(compiledJson);
  if (seal === undefined) return null;
  // Written by `signText`, with the id of a row.
  const key_id = seal.key as PolicyVersionSignature['key_id'];
  return { key_id, statement: textStatement(accepted, bare), value: seal.text };
}

function faultOf(
  seal: Seal | undefined,
  part: 'text' | 'settings',
  statement: string,
  { signatures, keys }: Trust,
): string | undefined {
  if (seal === undefined) {
    return 'it has no signature of the server, which signs every accepted policy';
  }
  const what = part === 'text' ? 'its rule is' : 'its settings are';
  const signature = { key: seal.key, value: seal[part] };
  return faultOfSignature(signature, statement, { signatures, keys, what });
}

/**
 * Explains why a signature is not a valid server signature of a statement; undefined if it is.
 * @param what - the beginning of the sentence that says what is not as accepted
 */
export function faultOfSignature(
  { key, value }: { readonly key: string; readonly value: string },
  statement: string,
  { signatures, keys, what }: Pick<Trust, 'signatures' | 'keys'> & { readonly what: string },
): string | undefined {
  const publicKey = keys.get(key);
  if (publicKey === undefined) {
    return `its signature is of the key ${key}, which is not a valid key of the server`;
  }
  if (signatures.verify(publicKey, statement, value)) return undefined;
  return `${what} not what the server accepted and signed with the key ${key}`;
}

function readSigned(compiledJson: string): {
  readonly seal: Seal | undefined;
  readonly bare: Compiled;
} {
  // Written from what was accepted, by this file.
  const signed: Signed = JSON.parse(compiledJson);
  return { seal: signed.seal, bare: withoutSeal(signed) };
}

function withoutSeal({ seal: _seal, ...bare }: Signed): Compiled {
  // Without the signature, a signed text is the compiled one.
  return bare as Compiled;
}

function textStatement({ rule, ...accepted }: AcceptedText, compiled: Compiled): string {
  return canonicalJson({
    statement: 'novacron.policy-text.v1',
    tenant: accepted.tenantId,
    policy: accepted.policyId,
    version: accepted.version,
    rule_sha256: sha256(rule),
    compiled_sha256: sha256(canonicalJson(compiled)),
  });
}

function settingsStatement(accepted: AcceptedText, desired: FieldValues): string {
  const { rule: _rule, document: _document, enabled: _enabled, ...settings } = desired;
  return canonicalJson({
    statement: 'novacron.policy-settings.v1',
    tenant: accepted.tenantId,
    policy: accepted.policyId,
    version: accepted.version,
    settings_sha256: sha256(canonicalJson(settings)),
  });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
