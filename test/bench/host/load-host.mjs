/**
 * A process that sends requests at a given rate, whether or not the answers keep up (an open loop),
 * and counts each latency from the moment at which its request was due. So a server that stalls is
 * not asked less often, and who waits for a connection waits visibly.
 * Source of the idea: G. Tene, "How NOT to Measure Latency" (coordinated omission).
 */
import { Agent, request } from 'node:http';
import { percentile } from '../statistics.mjs';
import { serveOrders } from './serve-orders.mjs';

const TICK_MS = 1;
const MS_PER_S = 1000;

serveOrders(
  {},
  {
    open: openLoop,
    closed: closedLoop,
    stop: async () => ({}),
  },
);

/**
 * @param {{ url: string, apiKey: string, rate: number, durationMs: number, sockets?: number,
 * requests: readonly { method: string, path: string, body?: object }[] }} order - sent in turn;
 * `{n}` in path or body is the number of the request
 */
async function openLoop(order) {
  const send = createSender(order);
  const total = Math.round((order.rate * order.durationMs) / MS_PER_S);
  const startedAtMs = performance.now();
  const answers = [];
  for (let sent = 0; sent < total; ) {
    const due = Math.ceil(((performance.now() - startedAtMs) * order.rate) / MS_PER_S);
    for (; sent < Math.min(due, total); sent += 1) {
      answers.push(send(sent, startedAtMs + (sent * MS_PER_S) / order.rate));
    }
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  return summarize(await Promise.all(answers), startedAtMs);
}

/** Sends the next request of a connection when the last one is answered. */
async function closedLoop(order) {
  const send = createSender(order);
  const { total = Number.POSITIVE_INFINITY, durationMs = Number.POSITIVE_INFINITY } = order;
  const startedAtMs = performance.now();
  const answers = [];
  let sent = 0;
  const lane = async () => {
    while (sent < total && performance.now() - startedAtMs < durationMs) {
      sent += 1;
      answers.push(await send(sent, performance.now()));
    }
  };
  await Promise.all(Array.from({ length: order.sockets }, lane));
  return summarize(answers, startedAtMs);
}

function createSender({ url, apiKey, requests, sockets = 64, first = 0 }) {
  const agent = new Agent({ keepAlive: true, maxSockets: sockets });
  const { hostname, port } = new URL(url);
  return (index, dueAtMs) =>
    new Promise((resolve) => {
      const { method, path, body } = requests[index % requests.length];
      const number = String(first + index);
      const text = body === undefined ? '' : JSON.stringify(body).replaceAll('{n}', number);
      const headers = {
        authorization: `Bearer ${apiKey}`,
        ...(text === '' ? {} : { 'content-type': 'application/json' }),
        'content-length': Buffer.byteLength(text),
      };
      const target = path.replaceAll('{n}', number);
      const end = (status) => resolve({ status, ms: performance.now() - dueAtMs });
      const options = { hostname, port, method, path: target, headers, agent };
      const sending = request(options, (response) => {
        response.resume();
        response.once('end', () => end(response.statusCode));
      });
      sending.once('error', (cause) => end(cause.code));
      sending.end(text);
    });
}

function summarize(answers, startedAtMs) {
  const durationMs = performance.now() - startedAtMs;
  const latenciesMs = answers.map(({ ms }) => ms);
  const statuses = {};
  for (const { status } of answers) statuses[status] = (statuses[status] ?? 0) + 1;
  const at = (share) => percentile(latenciesMs, share);
  return { sent: answers.length, durationMs, statuses, p50: at(0.5), p99: at(0.99), max: at(1) };
}
