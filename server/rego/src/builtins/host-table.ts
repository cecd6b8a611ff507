// All builtins that run on the host, and the way they are called.

import { type RegoValue, typeOf } from '../value.ts';
import { AWS_BUILTINS } from './aws.ts';
import { CHANCE_BUILTINS } from './chance.ts';
import { CRYPTO_BUILTINS } from './crypto.ts';
import { DOCUMENT_BUILTINS } from './document.ts';
import { ENCODING_BUILTINS } from './encoding.ts';
import { GRAPHQL_BUILTINS } from './graphql.ts';
import { BuiltinFailure, type HostBuiltin, type HostContext } from './host-builtin.ts';
import { JSON_PATH_BUILTINS } from './json-path.ts';
import { JSON_SCHEMA_BUILTINS } from './json-schema.ts';
import { JWT_BUILTINS } from './jwt.ts';
import { JWT_SIGN_BUILTINS } from './jwt-sign.ts';
import { JWT_VERIFY_BUILTINS } from './jwt-verify.ts';
import { NET_BUILTINS } from './net.ts';
import { NUMBER_BUILTINS } from './number.ts';
import { PROBE_BUILTINS } from './probe.ts';
import { REGEX_BUILTINS } from './regex.ts';
import { REGO_BUILTINS } from './rego.ts';
import { STRING_BUILTINS } from './string.ts';
import { BUILTINS } from './table.ts';
import { TIME_BUILTINS } from './time.ts';
import { UNIT_BUILTINS } from './units.ts';
import { X509_BUILTINS } from './x509.ts';
import { X509_CHAIN_BUILTINS } from './x509-chain.ts';
import { YAML_BUILTINS } from './yaml.ts';

const ALL: ReadonlyMap<string, HostBuiltin> = new Map(
  [
    AWS_BUILTINS,
    CHANCE_BUILTINS,
    CRYPTO_BUILTINS,
    DOCUMENT_BUILTINS,
    ENCODING_BUILTINS,
    GRAPHQL_BUILTINS,
    JSON_PATH_BUILTINS,
    JSON_SCHEMA_BUILTINS,
    JWT_BUILTINS,
    JWT_SIGN_BUILTINS,
    JWT_VERIFY_BUILTINS,
    NET_BUILTINS,
    NUMBER_BUILTINS,
    PROBE_BUILTINS,
    REGEX_BUILTINS,
    REGO_BUILTINS,
    STRING_BUILTINS,
    TIME_BUILTINS,
    UNIT_BUILTINS,
    X509_BUILTINS,
    X509_CHAIN_BUILTINS,
    YAML_BUILTINS,
  ].flatMap((builtins) => Object.entries(builtins)),
);

/** The names of all builtins that run on the host. */
export function hostBuiltinNames(): readonly string[] {
  return [...ALL.keys()];
}

/**
 * Calls a builtin. Operands of a type that the table does not allow, and operands without a result,
 * throw a `BuiltinFailure`.
 */
export function callHostBuiltin(
  name: string,
  args: readonly RegoValue[],
  context: HostContext,
): RegoValue | undefined {
  const builtin = ALL.get(name);
  if (!builtin) throw new BuiltinFailure(`there is no builtin ${name}`);
  const types = BUILTINS.get(name)?.args ?? [];
  for (const [index, allowed] of types.entries()) {
    const value = args[index];
    if (value === undefined || (allowed.length > 0 && !allowed.includes(typeOf(value)))) {
      const wanted = allowed.join(' or ');
      throw new BuiltinFailure(`operand ${index + 1} is no ${wanted}`, 'eval_type_error');
    }
  }
  return builtin(args, context);
}
