/**
 * Where the server is and how to speak to it. A flag wins over the environment, the environment
 * over the default. Profiles of a later `novacron login` will stand between the two last.
 */
import { err, ok, type Result } from '@novacron/contract/result';
import type { CliIo, Environment } from './cli-io.ts';
import { type Failure, usageFailure } from './failure.ts';
import type { OutputFormat } from './render-output.ts';

/** Where `novacron server` listens unless told otherwise. */
export const ENDPOINT_DEFAULT = 'http://127.0.0.1:7480';

/** Longest wait for one answer unless told otherwise. Unit: seconds. */
export const TIMEOUT_SECONDS_DEFAULT = 30;

/** The flags that every command takes, as commander parsed them. */
export interface GlobalFlags {
  readonly endpoint?: string;
  readonly apiKey?: string;
  readonly apiKeyFile?: string;
  readonly output?: OutputFormat;
  /** Unit: seconds. */
  readonly timeout?: number;
}

/** The flags and the environment, checked. */
export interface Settings {
  /** Without a slash at its end. */
  readonly endpoint: URL;
  readonly apiKey: string | undefined;
  readonly output: OutputFormat;
  readonly timeoutMs: number;
}

/**
 * Puts flags and environment together. Failures: wrong usage, with the setting at fault.
 * @param io - for reading the key's file
 */
export async function resolveSettings(
  flags: GlobalFlags,
  env: Environment,
  io: Pick<CliIo, 'readText'>,
): Promise<Result<Settings, Failure>> {
  const endpoint = parseEndpoint(flags.endpoint ?? presentOrElse(env.NOVACRON_ENDPOINT));
  if (!endpoint.ok) return endpoint;
  const apiKey = await findApiKey(flags, env, io);
  if (!apiKey.ok) return apiKey;
  return ok({
    endpoint: endpoint.value,
    apiKey: apiKey.value,
    output: flags.output ?? 'table',
    timeoutMs: (flags.timeout ?? TIMEOUT_SECONDS_DEFAULT) * 1000,
  });
}

function presentOrElse(value: string | undefined): string {
  return value === undefined || value === '' ? ENDPOINT_DEFAULT : value;
}

function parseEndpoint(text: string): Result<URL, Failure> {
  const wrong = (why: string) =>
    err(usageFailure(`the endpoint ${JSON.stringify(text)} ${why}, as in ${ENDPOINT_DEFAULT}`));
  if (!/^https?:\/\//i.test(text)) return wrong('must begin with http:// or https://');
  if (!URL.canParse(text)) return wrong('is not an address');
  const endpoint = new URL(text);
  if (endpoint.username !== '' || endpoint.password !== '') {
    return err(usageFailure('the endpoint must not hold a name or a password: use an API key'));
  }
  if (endpoint.search !== '' || endpoint.hash !== '') {
    return wrong('must not have a query or a fragment');
  }
  endpoint.pathname = endpoint.pathname.replace(/\/+$/, '');
  return ok(endpoint);
}

async function findApiKey(
  flags: GlobalFlags,
  env: Environment,
  io: Pick<CliIo, 'readText'>,
): Promise<Result<string | undefined, Failure>> {
  if (flags.apiKeyFile === undefined) {
    const fromEnvironment = env.NOVACRON_API_KEY;
    return checkApiKey(
      flags.apiKey ?? fromEnvironment ?? '',
      flags.apiKey === undefined ? 'NOVACRON_API_KEY' : '--api-key',
    );
  }
  if (flags.apiKey !== undefined) {
    return err(usageFailure('give --api-key or --api-key-file, not both'));
  }
  const text = await readTextFile(io, flags.apiKeyFile, 'the API key');
  if (!text.ok) return text;
  if (text.value.trim() === '') {
    return err(usageFailure(`the file ${flags.apiKeyFile} holds no API key`));
  }
  return checkApiKey(text.value, `the file ${flags.apiKeyFile}`);
}

function checkApiKey(text: string, source: string): Result<string | undefined, Failure> {
  const key = text.trim();
  if (key === '') return ok(undefined);
  if (/^[\x21-\x7e]+$/.test(key)) return ok(key);
  return err(usageFailure(`${source} does not hold one API key: it has blanks or odd characters`));
}

/**
 * Reads a file that a flag names. Failures: wrong usage, with the system's reason.
 * @param what - what the file holds, in words
 */
export async function readTextFile(
  io: Pick<CliIo, 'readText'>,
  path: string,
  what: string,
): Promise<Result<string, Failure>> {
  try {
    return ok(await io.readText(path));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return err(usageFailure(`cannot read ${what} from ${path}: ${reason}`));
  }
}
