// Builtins over YAML, as Go's sigs.k8s.io/yaml reads and writes it: by way of JSON.

import type { ScalarTag } from 'yaml';
import { toJsonText } from '../../values/json-value.ts';
import {
  isArray,
  isNumber,
  isObject,
  isSet,
  type RegoValue,
  typeOf,
} from '../../values/rego-value.ts';
import { asString, BuiltinFailure, exceed, fail, type HostBuiltins } from '../host/host-builtin.ts';
import { loadYaml } from '../host/lazy-packages.ts';
import { parseJson } from '../json/json-text.ts';

/** Aliases may multiply a text by no more than this. */
const ALIASES_MAX = 100;

/** Go's reader follows YAML 1.1 where it takes these words for booleans. */
const WORDS: ScalarTag[] = [
  [/^(?:y|Y|yes|Yes|YES|on|On|ON)$/, true] as const,
  [/^(?:n|N|no|No|NO|off|Off|OFF)$/, false] as const,
].map(([test, value]) => ({
  tag: 'tag:yaml.org,2002:bool',
  default: true,
  test,
  resolve: () => value,
}));

/**
 * YAML as JSON text with exact integers; of several documents the first, and of a key that is there
 * twice the last. Throws a BuiltinFailure where it is not YAML, or aliases multiply it.
 */
export function yamlToJson(text: string): string {
  const [document] = loadYaml().parseAllDocuments(text, {
    intAsBigInt: true,
    logLevel: 'silent',
    merge: true,
    schema: 'core',
    customTags: WORDS,
    uniqueKeys: false,
  });
  if (document === undefined || !('toJS' in document)) return 'null';
  const [problem] = document.errors;
  if (problem) return fail(`yaml: ${problem.message}`);
  return jsonOf(toPlain(document));
}

function unmarshal(text: string): RegoValue {
  return parseJson(yamlToJson(text));
}

function toPlain(document: {
  readonly toJS: (options: { maxAliasCount: number }) => unknown;
}): unknown {
  try {
    return document.toJS({ maxAliasCount: ALIASES_MAX });
  } catch (cause) {
    if (!(cause instanceof ReferenceError)) throw cause;
    const refuse = cause.message.startsWith('Excessive alias') ? exceed : fail;
    return refuse(`yaml: ${cause.message}`);
  }
}

function jsonOf(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return `[${value.map(jsonOf).join()}]`;
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return fail(`yaml: ${value} is not a JSON number`);
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const pairs = Object.entries(value).map(
    ([key, each]) => `${JSON.stringify(key)}:${jsonOf(each)}`,
  );
  return `{${pairs.join()}}`;
}

// What the writer of YAML takes: objects with keys that are strings, exact integers.
function plainOf(value: RegoValue): unknown {
  if (isArray(value)) return value.map(plainOf);
  if (isSet(value)) return value.items.map(plainOf);
  if (isObject(value)) {
    const nameOf = (key: RegoValue) => (typeof key === 'string' ? key : toJsonText(key));
    return Object.fromEntries(
      value.pairs.map(([key, each]) => [nameOf(key), plainOf(each)] as const),
    );
  }
  if (!isNumber(value) || typeof value === 'number') return value;
  return /^-?\d+$/.test(value.text) ? BigInt(value.text) : Number(value.text);
}

/** The builtins over YAML. */
export const YAML_BUILTINS: HostBuiltins = {
  'yaml.marshal': ([value]) =>
    loadYaml().stringify(plainOf(value ?? null), {
      indentSeq: false,
      lineWidth: 0,
      version: '1.1',
    }),
  'yaml.unmarshal': ([text]) => unmarshal(asString(text)),
  'yaml.is_valid': ([text]) => {
    if (text === undefined || typeOf(text) !== 'string') return false;
    try {
      unmarshal(asString(text));
      return true;
    } catch (cause) {
      if (cause instanceof BuiltinFailure && cause.kind !== 'resource_error') return false;
      throw cause;
    }
  },
};
