// Builtins of OPA that are refused by name, and why.

const NETWORK = 'it talks to the network, and a policy must answer from its input alone';
const HOST = 'it reveals the machine that decides, and a policy must answer from its input alone';

/**
 * Builtins that are no part of version 1 of the language, with what replaces them. Source: those
 * marked as deprecated in OPA's table.
 */
export const DEPRECATED_BUILTINS: ReadonlyMap<string, string> = new Map([
  ['any', '"true in xs"'],
  ['all', '"every x in xs { x }"'],
  ['re_match', 'regex.match'],
  ['net.cidr_overlap', 'net.cidr_contains'],
  ['set_diff', 'the operator -'],
  ['cast_array', '"[x | some x in xs]"'],
  ['cast_set', '"{x | some x in xs}"'],
  ['cast_string', 'is_string'],
  ['cast_boolean', 'is_boolean'],
  ['cast_null', 'is_null'],
  ['cast_object', 'is_object'],
]);

/** Refused builtins with the reason, as a clause. */
export const REFUSED_BUILTINS: ReadonlyMap<string, string> = new Map([
  ['http.send', NETWORK],
  ['net.lookup_ip_addr', NETWORK],
  ['opa.runtime', HOST],
]);

/**
 * Number of arguments of each refused builtin: a test that replaces a builtin may write its result
 * as an extra argument.
 */
export const REFUSED_ARITIES: ReadonlyMap<string, number> = new Map([
  ['http.send', 1],
  ['net.lookup_ip_addr', 1],
  ['opa.runtime', 0],
]);
