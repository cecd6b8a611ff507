// All builtins that run on the host, and the way they are called.

import { type RegoValue, typeOf } from '../values/rego-value.ts';
import { AWS_BUILTINS } from './crypto/aws.ts';
import { CRYPTO_BUILTINS } from './crypto/crypto.ts';
import { X509_BUILTINS } from './crypto/x509.ts';
import { X509_CHAIN_BUILTINS } from './crypto/x509-chain.ts';
import { BUILTINS } from './declarations/builtin-table.ts';
import { ENCODING_BUILTINS } from './encoding/encoding.ts';
import { URI_BUILTINS } from './encoding/uri.ts';
import { YAML_BUILTINS } from './encoding/yaml.ts';
import { GRAPHQL_BUILTINS } from './graphql/graphql.ts';
import { BuiltinFailure, type HostBuiltin, type HostContext } from './host/host-builtin.ts';
import { DOCUMENT_BUILTINS } from './json/documents.ts';
import { JSON_PATH_BUILTINS } from './json/json-path.ts';
import { JSON_SCHEMA_BUILTINS } from './json/json-schema.ts';
import { JWT_BUILTINS } from './jwt/jwt.ts';
import { JWT_SIGN_BUILTINS } from './jwt/jwt-sign.ts';
import { JWT_VERIFY_BUILTINS } from './jwt/jwt-verify.ts';
import { NET_BUILTINS } from './net/net.ts';
import { NUMBER_BUILTINS } from './numbers/numbers.ts';
import { RANDOM_BUILTINS } from './numbers/random.ts';
import { UNIT_BUILTINS } from './numbers/units.ts';
import { PROBE_BUILTINS } from './probe.ts';
import { REGEX_BUILTINS } from './regex/regex.ts';
import { REGO_BUILTINS } from './rego/rego.ts';
import { STRING_BUILTINS } from './strings/strings.ts';
import { TIME_BUILTINS } from './time/time.ts';

const ALL: ReadonlyMap<string, HostBuiltin> = new Map(
  [
    AWS_BUILTINS,
    RANDOM_BUILTINS,
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
    URI_BUILTINS,
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
      throw new BuiltinFailure(`operand ${index + 1} is not of type ${wanted}`, 'eval_type_error');
    }
  }
  return builtin(args, context);
}
