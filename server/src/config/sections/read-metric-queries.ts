/** The file of metric queries: a Prometheus, and what it is asked for each tenant. */
import { dirname, resolve } from 'node:path';
import { isReservedMetric, MetricName } from '@novacron/contract/formats/metric-name';
import { isLoopbackHost } from '@novacron/contract/link-tls';
import { err, ok, type Result } from '@novacron/contract/result';
import { parse } from 'yaml';
import { z } from 'zod';
import { messageOf, readTextFile } from '../read-text-file.ts';
import { compilePromql, type QueryPieces } from './compile-promql.ts';

/** Each query is asked for each tenant every 30 seconds. */
const QUERIES_MAX = 50;

/** Unit: characters. */
const QUERY_LENGTH_MAX = 4_096;

/** A Prometheus with its queries. */
export interface MetricQueriesConfig {
  /** Without a slash at its end. */
  readonly url: string;
  /** What is sent as bearer token; undefined: none. */
  readonly token: string | undefined;
  /** The label that names the tenant by its id. */
  readonly tenantLabel: string;
  /** By the metric that NovaCron stores. */
  readonly queries: ReadonlyMap<string, QueryPieces>;
}

const File = z.strictObject({
  url: z.string().refine(isSafeUrl, 'must be https://HOST/PATH; http is for this machine only'),
  token_file: z.string().min(1).optional(),
  tenant_label: z
    .string()
    .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'must be the name of a label')
    .default('tenant'),
  queries: z
    .record(z.string(), z.string().min(1).max(QUERY_LENGTH_MAX))
    .refine((queries) => Object.keys(queries).length > 0, 'must have a query')
    .refine(
      (queries) => Object.keys(queries).length <= QUERIES_MAX,
      `must have ${QUERIES_MAX} queries at most`,
    ),
});

/** What came over a wire in clear decides about sizes; a password in it would be logged. */
function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(text);
  const isPlain = [username, password, search, hash].every((part) => part === '');
  return isPlain && (protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname)));
}

/**
 * Reads the file and that of its token; relative paths in it start at its directory.
 * Failure: all that is wrong, a line each.
 */
export function readMetricQueries(path: string): Result<MetricQueriesConfig, readonly string[]> {
  const text = readTextFile(path);
  if (!text.ok) return err([`${path} ${text.error}`]);
  let content: unknown;
  try {
    content = parse(text.value, { logLevel: 'error' });
  } catch (cause) {
    return err([`${path} is neither YAML nor JSON: ${messageOf(cause).split('\n', 1)[0]}`]);
  }
  const parsed = File.safeParse(content);
  if (!parsed.success) {
    return err(parsed.error.issues.map(({ path: at, message }) => `${at.join('.')}: ${message}`));
  }
  const { url, token_file: tokenFile, tenant_label: tenantLabel } = parsed.data;
  const faults: string[] = [];
  const queries = compileQueries(parsed.data.queries, { tenantLabel, faults });
  const token =
    tokenFile === undefined ? undefined : readTextFile(resolve(dirname(path), tokenFile));
  if (token?.ok === false) faults.push(`token_file: ${token.error}`);
  if (faults.length > 0) return err(faults);
  return ok({
    url: url.replace(/\/+$/, ''),
    token: token?.ok === true ? token.value.trim() : undefined,
    tenantLabel,
    queries,
  });
}

/** @param faults - what is wrong is added to it, a line each */
function compileQueries(
  written: Readonly<Record<string, string>>,
  { tenantLabel, faults }: { readonly tenantLabel: string; readonly faults: string[] },
): ReadonlyMap<string, QueryPieces> {
  const queries = new Map<string, QueryPieces>();
  for (const [metric, query] of Object.entries(written)) {
    const name = MetricName.safeParse(metric);
    if (!name.success) {
      faults.push(`queries.${metric}: its name ${name.error.issues[0]?.message}`);
      continue;
    }
    if (isReservedMetric(metric)) {
      faults.push(`queries.${metric}: is measured by NovaCron: choose another name`);
      continue;
    }
    const pieces = compilePromql(query, tenantLabel);
    if (pieces.ok) queries.set(metric, pieces.value);
    else faults.push(`queries.${metric}: ${pieces.error}`);
  }
  return queries;
}
