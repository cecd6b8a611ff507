/** A whole server in this process whose log and metrics a test reads. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmbeddedFleet } from '@novacron/agent/start-embedded-fleet';
import { type Client, createClient } from '@novacron/contract/client/client';
import { createPinoLogger } from '@novacron/server/adapters/logger/pino-logger';
import { readConfig } from '@novacron/server/config';
import { startServer } from '@novacron/server/main';
import { type CallOptions, createHttpCarrier } from '@novacron/testing/http-carrier';

/** The server with its log. */
export interface LoggedServer {
  readonly url: string;
  readonly adminKey: string;
  readonly call: Client<CallOptions>['call'];
  readonly fleet: EmbeddedFleet;
  /** Everything that was logged, as text: one JSON object a line. */
  readonly logText: () => string;
  readonly logLines: () => readonly Readonly<Record<string, unknown>>[];
  /** Sends a request with a key, the admin's unless said; '' sends none. */
  readonly send: (path: string, apiKey?: string) => Promise<Response>;
  readonly stop: () => Promise<void>;
}

/**
 * Starts it; the metrics are collected every second, the log says everything.
 * @param more - further flags of the server
 */
export async function startLoggedServer(more: readonly string[] = []): Promise<LoggedServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'novacron-logged-'));
  const flags = ['--data-dir', dataDir, '--listen', '127.0.0.1:0', '--metrics-interval', '1s'];
  const request = readConfig([...flags, ...more], {});
  if (!request.ok || request.value.kind !== 'start') throw new Error('the flags are not valid');
  const chunks: string[] = [];
  const stream = { write: (chunk: string) => void chunks.push(chunk) };
  const started = await startServer(request.value.config, createPinoLogger('debug', stream));
  if (!started.ok) throw new Error(started.error.detail);
  const { url, adminKeyFile, fleet, stop } = started.value;
  const adminKey = readFileSync(adminKeyFile, 'utf8').trim();
  const logText = () => chunks.join('');
  return {
    url,
    adminKey,
    fleet,
    logText,
    call: createClient(createHttpCarrier(url, adminKey)).call,
    logLines: () =>
      logText()
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line)),
    send: (path, apiKey = adminKey) =>
      fetch(`${url}${path}`, {
        headers: apiKey === '' ? {} : { authorization: `Bearer ${apiKey}` },
      }),
    stop: async () => {
      await stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
