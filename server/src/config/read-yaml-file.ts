/** Files in YAML or JSON that settings name, and what several of them have. */
import { dirname } from 'node:path';
import { isLoopbackHost } from '@novacron/contract/link-tls';
import { err, ok, type Result } from '@novacron/contract/result';
import { parse } from 'yaml';
import type { z } from 'zod';
import { resolvePlace } from './read-secret.ts';
import { messageOf, readTextFile } from './read-text-file.ts';

/** A file that was read, with those beside it: relative paths in it start at its directory. */
export interface YamlFile<Content> {
  readonly content: Content;
  readonly pathOf: (file: string) => string;
  readonly readBeside: (file: string) => Result<string, string>;
}

/** Reads a file and checks it. Failure: all that is wrong, a line each. */
export function readYamlFile<Content>(
  path: string,
  schema: z.ZodType<Content>,
): Result<YamlFile<Content>, readonly string[]> {
  const text = readTextFile(path);
  if (!text.ok) return err([`${path} ${text.error}`]);
  const written = parseYaml(text.value);
  if (!written.ok) return err([`${path} ${written.error}`]);
  const parsed = schema.safeParse(written.value);
  if (!parsed.success) return err(parsed.error.issues.map(toLine));
  const pathOf = (file: string) => resolvePlace(dirname(path), file);
  return ok({ content: parsed.data, pathOf, readBeside: (file) => readTextFile(pathOf(file)) });
}

/** Parses a text. Failure: what is wrong with it, in words. */
export function parseYaml(text: string): Result<unknown, string> {
  try {
    const content: unknown = parse(text, { logLevel: 'error' });
    return ok(content);
  } catch (cause) {
    const [line = ''] = messageOf(cause).split('\n', 1);
    return err(`is neither YAML nor JSON: ${line.replace(/:$/, '')}`);
  }
}

/** Whether what goes to a URL crosses no wire in clear: it is HTTPS, or stays on this machine. */
export function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname));
}

/**
 * Whether a text is the URL of a service without anything secret in it: what is sent there, and
 * what comes from there, crosses no wire in clear, and a password in it would be logged.
 */
export function isEndpointUrl(text: string): boolean {
  if (!isSafeUrl(text)) return false;
  const { username, password, search, hash } = new URL(text);
  return [username, password, search, hash].every((part) => part === '');
}

/** The same, of a service that has no path of its own. */
export function isOriginUrl(text: string): boolean {
  return isEndpointUrl(text) && new URL(text).pathname === '/';
}

function toLine({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${path.join('.')}: ${message}`;
}
