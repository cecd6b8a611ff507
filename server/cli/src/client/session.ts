/** Shared context of the commands that call a server: client, environment and interruption. */
import { type Client, createClient } from '@novacron/contract/client/client';
import {
  type InputOf,
  type OperationName,
  operationRow,
} from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, type Result } from '@novacron/contract/result';
import { openClientTrace } from '@novacron/tracing/open-client-trace';
import { type Failure, problemFailure } from '../failures/failure.ts';
import type { CliIo } from '../io/cli-io.ts';
import type { Fields } from '../output/fields.ts';
import { plainLine } from '../output/plain-text.ts';
import type { OutputFormat } from '../output/render-output.ts';
import { CLEAR_LINE, type Style } from '../output/style.ts';
import { type CallOptions, createHttpCarrier } from './http-carrier.ts';
import type { Settings } from './settings.ts';

/** One run of a command against one server. */
export interface Session {
  readonly client: Client<CallOptions>;
  readonly io: CliIo;
  /** Address of the server, and the key for it. */
  readonly connection: Pick<Settings, 'endpoint' | 'apiKey'>;
  readonly output: OutputFormat;
  /** Style of texts for people. */
  readonly style: Style;
  readonly progress: Settings['progress'];
  /** Aborted when the person interrupts. */
  readonly signal: AbortSignal;
}

/** Opens a session, works with it and closes its connections and subscriptions. */
export async function withSession<T>(
  io: CliIo,
  settings: Settings,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const { version, timers, random } = io;
  const onWait = showWait(io, settings.progress);
  const trace = await openClientTrace(settings.traceEnv, {
    service: { name: 'novacron-cli', version },
    name: 'novacron',
    onTrouble: (words) => io.stderr.write(`warning: no spans are exported: ${words}\n`),
  });
  const carrier = createHttpCarrier({ ...settings, trace, version, timers, random, onWait });
  const interruption = new AbortController();
  const endSubscription = io.onInterrupt(() => interruption.abort());
  try {
    const client = createClient(carrier.carry);
    const { output, style, progress } = settings;
    return await work({
      client,
      io,
      connection: settings,
      output,
      style,
      progress,
      signal: interruption.signal,
    });
  } finally {
    endSubscription();
    carrier.close();
    await trace.end();
  }
}

const MS_PER_S = 1_000;

/** Says why nothing happens for a while; a bar of progress is drawn again behind it. */
function showWait({ stderr }: Pick<CliIo, 'stderr'>, progress: Settings['progress']) {
  return ({ detail }: Problem, delayMs: number): void => {
    if (progress === 'hidden') return;
    const text = `${plainLine(detail)} Trying again in ${Math.ceil(delayMs / MS_PER_S)} s.`;
    stderr.write(`${stderr.isTerminal ? CLEAR_LINE : ''}${text}\n`);
  };
}

/** Calls an operation whose name is only known at run time. */
export async function callOperation(
  session: Session,
  operation: OperationName,
  input: Fields,
  options: Omit<CallOptions, 'signal'> = {},
): Promise<Result<Fields, Failure>> {
  const { client, signal } = session;
  // The flags come from the very schema; what they do not know, the server checks.
  const typedInput = input as InputOf<OperationName>;
  const answer: Result<Fields, Problem> = await client.call(operation, typedInput, {
    ...options,
    signal,
  });
  if (answer.ok) return answer;
  if (signal.aborted) return err({ kind: 'interrupted', message: interruptionText(operation) });
  return err(problemFailure(answer.error));
}

function interruptionText(operation: OperationName): string {
  if (operationRow(operation).effect === 'read') return 'interrupted';
  const done = 'the request may have been executed';
  return `interrupted; ${done}: check before you retry`;
}
