/** Puts values into the texts of an action; what is not known yet stays as it is written. */
import type {
  ActionKind,
  AutomationStep,
  Compensation,
} from '@novacron/contract/automation/definition';
import { isRecord, type Json } from '@novacron/contract/json';
import { err, ok, type Result } from '@novacron/contract/result';
import { listTexts } from '../parse/list-texts.ts';
import { formatPart, parseTemplate, type TemplatePart } from '../parse/parse-template.ts';
import { splitCommand } from '../parse/split-command.ts';

/** Returns the value of a reference by its path; undefined if not known yet. */
export type Lookup = (path: readonly string[]) => Json | undefined;

/** Valid text of an HTTP header: visible characters of Latin-1, space and tab (RFC 9110, 5.5). */
const HEADER_TEXT = /^[\t\x20-\x7e\xa0-\xff]*$/;

/**
 * Resolves what an action is given.
 * @returns the action as data: commands as words, secrets by name. Problems: a value that a command
 *   would take for an option, or that would leave the path of a URL
 */
export function resolveAction(
  action: Partial<AutomationStep> | Compensation,
  kind: ActionKind,
  lookup: Lookup,
): Result<Json, string> {
  const extras = extrasOf(action, lookup);
  switch (kind) {
    case 'command': {
      const words = resolveCommand(action.command ?? '', lookup);
      return words.ok ? ok({ command: words.value, ...extras }) : words;
    }
    case 'http': {
      const { url = '', method = 'GET', headers, body } = action.http ?? {};
      const resolved = resolveUrl(url, lookup);
      if (!resolved.ok) return resolved;
      const head = resolveValue(headers ?? {}, lookup);
      if (listTexts(head, []).some(({ text }) => !HEADER_TEXT.test(text))) {
        return err('puts a character into a header that it cannot have, such as a line break');
      }
      const sent = {
        ...(headers === undefined ? {} : { headers: head }),
        ...(body === undefined ? {} : { body: resolveValue(body, lookup) }),
      };
      return ok({ http: { method, url: resolved.value, ...sent }, ...extras });
    }
    default: {
      const own: Partial<AutomationStep> = action;
      return ok({ [kind]: resolveValue(jsonOf(own[kind]), lookup), ...extras });
    }
  }
}

function extrasOf(
  { with: given, env, secrets, token }: Partial<AutomationStep> | Compensation,
  lookup: Lookup,
): Readonly<Record<string, Json>> {
  return {
    ...(given === undefined ? {} : { with: resolveValue(given, lookup) }),
    ...(env === undefined ? {} : { env: resolveValue(env, lookup) }),
    ...(secrets === undefined ? {} : { secrets }),
    ...(token === undefined ? {} : { token }),
  };
}

/** Puts values into every text of a value. A text that is one reference becomes its value. */
export function resolveValue(value: Json, lookup: Lookup): Json {
  if (typeof value === 'string') return resolveText(value, lookup);
  if (Array.isArray(value)) return value.map((inner: Json) => resolveValue(inner, lookup));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]): [string, Json] => [
      name,
      resolveValue(jsonOf(inner), lookup),
    ]),
  );
}

function resolveText(text: string, lookup: Lookup): Json {
  const parts = partsOf(text);
  const [only] = parts;
  if (parts.length === 1 && only?.kind === 'reference') return lookup(only.path) ?? text;
  return parts.map((part) => partText(part, lookup)).join('');
}

/** Definitions are checked before, so that every template can be read. */
function partsOf(text: string): readonly TemplatePart[] {
  const parsed = parseTemplate(text);
  return parsed.ok ? parsed.value : [{ kind: 'text', text }];
}

function partText(part: TemplatePart, lookup: Lookup): string {
  const value = part.kind === 'reference' ? lookup(part.path) : undefined;
  return value === undefined ? formatPart(part) : textOf(value);
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Each word is resolved after the line is split, so that a value stays one word. */
function resolveCommand(
  command: string | readonly string[],
  lookup: Lookup,
): Result<readonly string[], string> {
  const split = typeof command === 'string' ? splitCommand(command) : ok(command);
  if (!split.ok) return split;
  const words: string[] = [];
  for (const word of split.value) {
    const resolved = textOf(resolveText(word, lookup));
    if (resolved.includes('\0')) return err('puts a NUL character into a command');
    const isValue = word.startsWith('${') && resolved !== word;
    if (isValue && /^-(?!\d)/.test(resolved) && !words.includes('--')) {
      const shown = resolved.slice(0, 64);
      return err(
        `puts "${shown}" into a command, which would be an option: write -- before ${word}`,
      );
    }
    words.push(resolved);
  }
  return ok(words);
}

/**
 * Values are percent-encoded: none becomes a path, a query or a host of its own. Secrets are left
 * out: addresses are logged by those who get them.
 */
function resolveUrl(url: string, lookup: Lookup): Result<string, string> {
  let text = '';
  for (const part of partsOf(url)) {
    const isValue = part.kind === 'reference' && part.path[0] !== 'secrets';
    const value = isValue ? lookup(part.path) : undefined;
    if (value === undefined) {
      text += formatPart(part);
      continue;
    }
    const segment = textOf(value);
    if (/^[.]{1,2}$/.test(segment)) {
      return err(`puts "${segment}" into the URL, which would leave its path`);
    }
    text += encodeURIComponent(segment);
  }
  return ok(text);
}

/** Fields of a definition are JSON, or absent. */
function jsonOf(value: unknown): Json {
  return isJson(value) ? value : null;
}

function isJson(value: unknown): value is Json {
  return value !== undefined && typeof value !== 'function' && typeof value !== 'symbol';
}
