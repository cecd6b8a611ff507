/** A process with many WebSocket clients, which notes how late each event reaches each of them. */
import { WebSocket } from 'ws';
import { percentile } from '../statistics.mjs';
import { serveOrders } from './serve-orders.mjs';

/** Marker before the send time in the data of an event. */
const MARK = '"sent_at_ms":';
const DIGITS = 13;

const sockets = [];
let delaysMs = [];
let lastHeardAtMs = 0;

serveOrders(
  {},
  {
    connect: async ({ url, apiKey, clients }) => {
      for (let client = 0; client < clients; client += 1) sockets.push(await connect(url, apiKey));
      return {};
    },
    /** Waits until as many were heard as were sent, or nothing more comes; then resets. */
    take: async ({ expected }) => {
      const startedAtMs = performance.now();
      lastHeardAtMs = startedAtMs;
      while (delaysMs.length < expected && performance.now() - lastHeardAtMs < 5000) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      const heard = delaysMs;
      delaysMs = [];
      const at = (share) => percentile(heard, share);
      return { heard: heard.length, p50: at(0.5), p99: at(0.99), max: at(1) };
    },
    stop: async () => {
      for (const socket of sockets) socket.terminate();
      return {};
    },
  },
);

function connect(url, apiKey) {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${apiKey}` };
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, { headers });
    socket.once('error', reject);
    socket.once('open', () => socket.send(JSON.stringify({ type: 'subscribe', filter: {} })));
    // The first message says that the stream is live.
    socket.once('message', () => resolve(socket));
    socket.on('message', hear);
  });
}

function hear(data) {
  const at = data.indexOf(MARK);
  if (at < 0) return;
  const start = at + MARK.length;
  lastHeardAtMs = performance.now();
  delaysMs.push(Date.now() - Number(data.latin1Slice(start, start + DIGITS)));
}
