/** The file of the endpoint that drafts runbooks. */
import { dirname, resolve } from 'node:path';
import { parseDuration } from '@novacron/contract/formats/duration';
import { isLoopbackHost } from '@novacron/contract/link-tls';
import { err, ok, type Result } from '@novacron/contract/result';
import { parse } from 'yaml';
import { z } from 'zod';
import { messageOf, readTextFile } from '../read-text-file.ts';

/** A person waits for the answer. Unit: ms. */
const TIMEOUT_MS_MAX = 300_000;

/** An endpoint with the interface of OpenAI. */
export interface AiEndpointConfig {
  /** What `/chat/completions` follows; without a slash at its end. */
  readonly url: string;
  readonly model: string;
  /** Read at each request, so that others may replace it; undefined: no key is sent. */
  readonly keyFile: string | undefined;
  /** Certificate authority, PEM; undefined: those that Node.js knows. */
  readonly ca: string | undefined;
  readonly timeoutMs: number;
}

const FilePath = z.string().min(1);

const File = z.strictObject({
  url: z.string().refine(isSafeUrl, 'must be https://HOST/PATH; http is for this machine only'),
  model: z.string().min(1).max(256),
  key_file: FilePath.optional(),
  ca_file: FilePath.optional(),
  timeout: z
    .string()
    .refine((text) => {
      const timeoutMs = parseDuration(text) ?? 0;
      return timeoutMs > 0 && timeoutMs <= TIMEOUT_MS_MAX;
    }, 'must be a duration of 5m at most, such as 60s')
    .default('60s'),
});

/** What is sent is not for others on the wire. */
function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(text);
  const isPlain = [username, password, search, hash].every((part) => part === '');
  return isPlain && (protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname)));
}

/**
 * Reads the file; relative paths in it start at its directory.
 * Failure: all that is wrong, a line each.
 */
export function readAiEndpoint(path: string): Result<AiEndpointConfig, readonly string[]> {
  const text = readTextFile(path);
  if (!text.ok) return err([`${path} ${text.error}`]);
  let content: unknown;
  try {
    content = parse(text.value, { logLevel: 'error' });
  } catch (cause) {
    return err([`${path} is neither YAML nor JSON: ${messageOf(cause).split('\n', 1)[0]}`]);
  }
  const parsed = File.safeParse(content);
  if (!parsed.success) return err(parsed.error.issues.map(toLine));
  const { url, model, key_file: keyFile, ca_file: caFile, timeout } = parsed.data;
  const beside = (file: string) => resolve(dirname(path), file);
  const ca = caFile === undefined ? undefined : readTextFile(beside(caFile));
  if (ca?.ok === false) return err([`ca_file: ${ca.error}`]);
  return ok({
    url: url.replace(/\/+$/, ''),
    model,
    keyFile: keyFile === undefined ? undefined : beside(keyFile),
    ca: ca?.value,
    timeoutMs: parseDuration(timeout) ?? TIMEOUT_MS_MAX,
  });
}

function toLine({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${path.join('.')}: ${message}`;
}
