/** Calls operations of a server, and waits for what they lead to. */
import { setTimeout as wait } from 'node:timers/promises';

const WAIT_MS_MAX = 600_000;
const LOOK_MS = 1_000;

/** @returns the result of an operation by JSON-RPC; throws the problem where there is one */
export async function callServer({ url, apiKey }, method, params) {
  const response = await fetch(`${url}/rpc`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const { result, error } = await response.json();
  if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error)}`);
  return result;
}

/** Looks once a second, until there is something. @returns what `look` has found */
export async function waitUntilFound(what, look) {
  const endMs = performance.now() + WAIT_MS_MAX;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > endMs) throw new Error(`Waited in vain for ${what}.`);
    await wait(LOOK_MS);
  }
}

/** Does something for each item, a number of them at once. @returns the results in their order */
export async function mapAtOnce(items, atOnce, work) {
  const results = new Array(items.length);
  let next = 0;
  const workers = Array.from({ length: atOnce }, async () => {
    while (next < items.length) {
      const index = next;
      next += 1;
      results[index] = await work(items[index], index);
    }
  });
  await Promise.all(workers);
  return results;
}
