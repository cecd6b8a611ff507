/** `novacron policy lsp`: the language server on standard input and output. */
import { findingsFailure } from '../../../failures/failure.ts';
import type { CliIo } from '../../../io/cli-io.ts';
import type { Outcome } from '../../../operations/run-command.ts';
import { createLanguageServer } from './language-server.ts';
import { writeFrame } from './rpc/read-frames.ts';
import { openRpcSession } from './rpc/rpc-session.ts';

/** Pause in typing before texts are compiled. Unit: milliseconds. */
const QUIET_MS = 150;

type ServeIo = Pick<
  CliIo,
  'openKeyboard' | 'writeBytes' | 'timers' | 'listFiles' | 'readText' | 'version' | 'nowMs'
>;

/**
 * Serves one client until it ends. Failures: findings, where the client is gone without `shutdown`,
 * for which LSP has the exit code 1.
 */
export async function serveLanguage(io: ServeIo): Promise<Outcome> {
  const how = await new Promise<'shut down' | 'abandoned'>((resolve) => {
    let requests = 0;
    const send = (message: object) => io.writeBytes(writeFrame({ jsonrpc: '2.0', ...message }));
    const server = createLanguageServer({
      io,
      publish: (method, params) => send({ method, params }),
      ask: (method, params) => {
        requests += 1;
        send({ id: `server-${requests}`, method, params });
      },
      later: (work) => {
        io.timers.after(QUIET_MS, work);
      },
    });
    const session = openRpcSession(server, {
      write: io.writeBytes,
      turn: () => new Promise((go) => io.timers.after(0, go)),
      close: (ended) => {
        keyboard.close();
        resolve(ended);
      },
    });
    const keyboard = io.openKeyboard({ onBytes: session.receive, onEnd: session.end });
    keyboard.begin();
  });
  if (how === 'shut down') return {};
  return { failure: findingsFailure('the client ended without shutdown') };
}
