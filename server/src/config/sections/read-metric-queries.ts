/** The file of metric queries: a Prometheus, and what it is asked for each tenant. */
import { isReservedMetric, MetricName } from '@novacron/contract/formats/metric-name';
import { err, ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import { isEndpointUrl, readYamlFile } from '../read-yaml-file.ts';
import { compilePromql, type QueryPieces } from './compile-promql.ts';

/** Each query is asked for each tenant every 30 seconds. */
const QUERIES_MAX = 50;

/** Unit: characters. */
const QUERY_LENGTH_MAX = 4_096;

/** A Prometheus with its queries. */
export interface MetricQueriesConfig {
  /** Without a slash at its end. */
  readonly url: string;
  /** Bearer token of requests; undefined: none. */
  readonly token: string | undefined;
  /** The label that names the tenant by its id. */
  readonly tenantLabel: string;
  /** Queries, by the metric that NovaCron stores. */
  readonly queries: ReadonlyMap<string, QueryPieces>;
}

const File = z.strictObject({
  url: z.string().refine(isEndpointUrl, 'must be https://HOST/PATH; http is for this machine only'),
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

/**
 * Reads the file and that of its token; relative paths in it start at its directory.
 * Failure: all that is wrong, a line each.
 */
export function readMetricQueries(path: string): Result<MetricQueriesConfig, readonly string[]> {
  const file = readYamlFile(path, File);
  if (!file.ok) return file;
  const { content, readBeside } = file.value;
  const { url, token_file: tokenFile, tenant_label: tenantLabel } = content;
  const faults: string[] = [];
  const queries = compileQueries(content.queries, { tenantLabel, faults });
  const token = tokenFile === undefined ? undefined : readBeside(tokenFile);
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
