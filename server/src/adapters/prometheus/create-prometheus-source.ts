/** Asks a Prometheus for values of metrics, by the queries of the operator, for one tenant. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Clock } from '@novacron/runtime/clock';
import { z } from 'zod';
import type { Breakers } from '../../ports/breakers.ts';
import type { MetricSource, SourceQuestion, SourceSample } from '../../ports/metric-source.ts';
import { readLimitedText } from '../http-client/read-limited-text.ts';

/** Prometheus gives up a query after a time, and so does the caller soon after. Unit: s, ms. */
const QUERY_S_MAX = 5;
const ANSWER_MS_MAX = 7_000;

/** One metric of the groups of a tenant and of their members. Unit: bytes. */
const ANSWER_BYTES_MAX = 4 * 1_048_576;

/** Series of one answer; more is a query that adds up too little. */
const SERIES_MAX = 5_000;

/** Maximum length of an invalid answer that is quoted. Unit: characters. */
const WORDS_MAX = 200;

/** Prometheus server, and the queries sent to it. */
export interface PrometheusQueries {
  /** Without a slash at its end. */
  readonly url: string;
  /** Bearer token; undefined: none. */
  readonly token: string | undefined;
  /** The label that names the tenant by its id. */
  readonly tenantLabel: string;
  /** Queries by metric: pieces of a query, between which the matcher of the tenant is inserted. */
  readonly queries: ReadonlyMap<string, readonly string[]>;
}

/** The parts of an answer that are read. Source: HTTP API of Prometheus, instant queries. */
const Answer = z.object({
  data: z.object({
    resultType: z.literal('vector'),
    result: z
      .array(
        z.object({
          metric: z.record(z.string(), z.string()),
          value: z.tuple([z.number(), z.string()]),
        }),
      )
      .max(SERIES_MAX),
  }),
});

/** Makes it. */
export function createPrometheusSource(
  settings: PrometheusQueries,
  { breakers, clock }: { readonly breakers: Breakers; readonly clock: Clock },
): MetricSource {
  const { host } = new URL(settings.url);
  return {
    metrics: [...settings.queries.keys()],
    read: async (question) => {
      const breaker = breakers.of('metrics', host);
      if (!breaker.tryCall(clock.nowMs())) {
        return err(unavailable(`Prometheus at ${host} has failed several times in a row.`));
      }
      try {
        const response = await ask(settings, question);
        // A query that is refused says nothing against the server.
        breaker.succeeded();
        return await readAnswer(response, { host, metric: question.metric });
      } catch (cause) {
        breaker.failed(clock.nowMs());
        return err(unavailable(`Prometheus at ${host} does not answer: ${wordsOf(cause)}.`));
      }
    },
  };
}

async function ask(
  { url, token, tenantLabel, queries }: PrometheusQueries,
  { metric, tenantId, atS }: SourceQuestion,
): Promise<Response> {
  const pieces = queries.get(metric) ?? [];
  const query = pieces.join(`${tenantLabel}=${JSON.stringify(tenantId)},`);
  const response = await fetch(`${url}/api/v1/query`, {
    method: 'POST',
    headers: {
      accept: 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: new URLSearchParams({ query, time: String(atS), timeout: `${QUERY_S_MAX}s` }),
    // A redirect could lead anywhere, with the token.
    redirect: 'error',
    signal: AbortSignal.timeout(ANSWER_MS_MAX),
  });
  if (response.status >= 500) throw new Error(`it answered ${response.status}`);
  return response;
}

async function readAnswer(
  response: Response,
  { host, metric }: { readonly host: string; readonly metric: string },
): Promise<Result<readonly SourceSample[], Problem>> {
  const text = await readLimitedText(response, { url: host, bytesMax: ANSWER_BYTES_MAX });
  if (response.status !== 200) {
    const words = text.slice(0, WORDS_MAX);
    return err(
      unavailable(`Prometheus answered ${response.status} to the query of ${metric}: ${words}`),
    );
  }
  const answer = Answer.safeParse(parseJson(text));
  if (!answer.success) {
    const [issue] = answer.error.issues;
    return err(
      unavailable(
        `The query of ${metric} is not answered by a vector: ${issue?.path.join('.')} ` +
          `${issue?.message}`,
      ),
    );
  }
  return ok(
    answer.data.data.result.map(({ metric: labels, value: [, value] }) => {
      return { labels, value: Number(value) };
    }),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Messages of fetch say less than their causes, and may have the address. */
function wordsOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'an unknown fault';
  if (cause.name === 'TimeoutError') return `not within ${ANSWER_MS_MAX / 1_000} s`;
  const { code } = Object(cause.cause);
  return typeof code === 'string' ? code : cause.message;
}

function unavailable(detail: string): Problem {
  return problem('unavailable', {
    detail,
    remedy: "Check the Prometheus that the server's setting metric-queries names, and the query.",
  });
}
