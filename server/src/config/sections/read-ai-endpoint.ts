/** The file of the endpoint that drafts runbooks. */
import { parseDuration } from '@novacron/contract/formats/duration';
import { err, ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import { isEndpointUrl, readYamlFile } from '../read-yaml-file.ts';

/** A person waits for the answer. Unit: ms. */
const TIMEOUT_MS_MAX = 300_000;

/** An endpoint with the interface of OpenAI. */
export interface AiEndpointConfig {
  /** Address before `/chat/completions`; without a trailing slash. */
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
  url: z.string().refine(isEndpointUrl, 'must be https://HOST/PATH; http is for this machine only'),
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

/**
 * Reads the file; relative paths in it start at its directory.
 * Failure: all that is wrong, a line each.
 */
export function readAiEndpoint(path: string): Result<AiEndpointConfig, readonly string[]> {
  const file = readYamlFile(path, File);
  if (!file.ok) return file;
  const { content, pathOf, readBeside } = file.value;
  const { url, model, key_file: keyFile, ca_file: caFile, timeout } = content;
  const ca = caFile === undefined ? undefined : readBeside(caFile);
  if (ca?.ok === false) return err([`ca_file: ${ca.error}`]);
  return ok({
    url: url.replace(/\/+$/, ''),
    model,
    keyFile: keyFile === undefined ? undefined : pathOf(keyFile),
    ca: ca?.value,
    timeoutMs: parseDuration(timeout) ?? TIMEOUT_MS_MAX,
  });
}
