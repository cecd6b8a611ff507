/** Keeps secrets out of the log: by the name of a field, and by the look of a key in any text. */

import { SECRET_FIELDS } from '@novacron/contract/kinds/secret-fields';

/** Replacement of a secret. */
const REDACTED = '[redacted]';

/** Deeper than anything that is logged on purpose. */
const DEPTH_MAX = 8;

/** Fields that hold secrets wherever they are found, in small letters. */
const SECRET_NAMES = ['authorization', 'cookie', 'api_key', 'secret', 'password', 'token'];

const REDACTED_NAMES: ReadonlySet<string> = new Set([...SECRET_NAMES, ...SECRET_FIELDS]);

/**
 * Patterns of secrets: API keys and enrollment tokens, except for the eight characters by which
 * lines about a refused key identify it; tokens (RFC 7519), whose two first parts are JSON; text
 * after Bearer or Basic in a header, longer than most words of a sentence; in addresses, a
 * password, a parameter with a password, and text that NATS takes for a token.
 */
const SECRET_TEXT = new RegExp(
  [
    /\bnc[re]_[\w-]{9,}/,
    /\beyJ[\w-]+\.eyJ[\w-]+\.[\w-]+/,
    /(?<=\b(?:Bearer|Basic) +)[\w.~+/=-]{8,}/,
    /(?<=:\/\/[^\s:@/"]*:)[^\s/"]+(?=@)/,
    /(?<=[?&](?:ssl)?password=)[^\s&#"]+/,
    /(?<=\b(?:nats|tls):\/\/)[^\s:@/"]+(?=@)/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gi',
);

/** Takes what looks like a secret out of a text. */
export function redactText(text: string): string {
  return text.replaceAll(SECRET_TEXT, REDACTED);
}

/** Takes the values of secret fields out of what a line says; errors are left to the log itself. */
export function redactFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, redactField(name, value, 0)]),
  );
}

function redactField(name: string, value: unknown, depth: number): unknown {
  return REDACTED_NAMES.has(name.toLowerCase()) ? REDACTED : redactValue(value, depth + 1);
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Error) return value;
  if (depth > DEPTH_MAX) return '[too deep]';
  if (Array.isArray(value)) return value.map((one) => redactValue(one, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, redactField(name, one, depth)]),
  );
}
