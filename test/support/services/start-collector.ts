/** A collector of traces in the process of a test: takes OTLP over HTTP in its JSON form. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { z } from 'zod';

const Attribute = z.object({
  key: z.string(),
  // One of `stringValue`, `intValue` and others.
  value: z.record(z.string(), z.unknown()),
});

const WireSpan = z.object({
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
  spanId: z.string().regex(/^[0-9a-f]{16}$/),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.int(),
  startTimeUnixNano: z.string(),
  endTimeUnixNano: z.string(),
  attributes: z.array(Attribute),
  links: z.array(z.looseObject({ traceId: z.string(), spanId: z.string() })),
  status: z.object({ code: z.int(), message: z.string().optional() }),
});

/** The request of OTLP/HTTP: https://opentelemetry.io/docs/specs/otlp/ */
const ExportRequest = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.looseObject({ attributes: z.array(Attribute) }),
      scopeSpans: z.array(z.object({ spans: z.array(WireSpan) })),
    }),
  ),
});

/** A span as it was collected. */
export interface CollectedSpan {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly kind: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly links: readonly string[];
  readonly status: { readonly code: number; readonly message?: string | undefined };
  readonly durationMs: number;
}

/** A collector at work. */
export interface Collector {
  readonly url: string;
  /** Each span once, in the order of arrival. */
  readonly spans: () => readonly CollectedSpan[];
  /** Headers of each request. */
  readonly headers: readonly IncomingHttpHeaders[];
  /** Sets the status of all further responses: 200 accepts spans. */
  readonly answerWith: (status: number) => void;
  readonly stop: () => Promise<void>;
}

/** Starts one; on a free port unless said. */
export async function startCollector(port = 0): Promise<Collector> {
  const collected = new Map<string, CollectedSpan>();
  const headers: IncomingHttpHeaders[] = [];
  let status = 200;
  const server = createServer(async (request, response) => {
    headers.push(request.headers);
    const spans = readSpans(await json(request));
    // What cannot be read is the sender's fault, which the test then sees as a loss.
    if (spans === undefined) status = BAD_REQUEST;
    if (status === 200) {
      for (const span of spans ?? []) collected.set(`${span.traceId}/${span.spanId}`, span);
    }
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  // A server that listens on a port has such an address.
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${taken}`,
    spans: () => [...collected.values()],
    headers,
    answerWith: (next) => {
      status = next;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const BAD_REQUEST = 400;

function readSpans(body: unknown): readonly CollectedSpan[] | undefined {
  return ExportRequest.safeParse(body).data?.resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(valuesOf(resource.attributes)['service.name']);
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => toCollected(service, span)));
  });
}

const NS_PER_MS = 1_000_000n;

function toCollected(service: string, span: z.infer<typeof WireSpan>): CollectedSpan {
  const { name, traceId, spanId, parentSpanId, kind, status } = span;
  const durationNs = BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano);
  return {
    service,
    name,
    traceId,
    spanId,
    parentSpanId,
    kind,
    status,
    attributes: valuesOf(span.attributes),
    links: span.links.map((link) => link.spanId),
    durationMs: Number(durationNs / NS_PER_MS),
  };
}

function valuesOf(attributes: readonly z.infer<typeof Attribute>[]) {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}

/**
 * Draws a trace as a tree, a line a span: `server: vm.create`, indented below its parent. A span
 * whose parent is neither among them nor the given root is drawn last, with a question mark.
 */
export function drawTrace(spans: readonly CollectedSpan[], rootSpanId: string): readonly string[] {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const below = (parentId: string, depth: number): string[] =>
    spans
      .filter(({ parentSpanId }) => parentSpanId === parentId)
      .toSorted((a, b) => a.name.localeCompare(b.name))
      .flatMap((span) => [
        `${'  '.repeat(depth)}${span.service.replace('novacron-', '')}: ${span.name}`,
        ...below(span.spanId, depth + 1),
      ]);
  const lost = spans.filter(
    ({ parentSpanId }) => parentSpanId !== rootSpanId && !known.has(parentSpanId ?? ''),
  );
  return [...below(rootSpanId, 0), ...lost.map(({ name }) => `? ${name}`)];
}
