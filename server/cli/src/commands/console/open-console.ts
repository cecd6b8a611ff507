/** `novacron vm console`: connects the terminal, or a pipe, to the serial console of a VM. */
import { VmId } from '@novacron/contract/ids';
import { openConsoleSocket } from '../../client/console-socket.ts';
import type { Session } from '../../client/session.ts';
import { type Failure, problemFailure } from '../../failures/failure.ts';
import { resolveName } from '../../operations/resolve-names.ts';
import type { Outcome } from '../../operations/run-command.ts';
import { plainLine } from '../../output/plain-text.ts';

/** Control and `]`, as in telnet and virsh: no shell needs it. */
const ESCAPE = 0x1d;

const MS_PER_SECOND = 1_000;

/** Console to open. */
export interface ConsoleRequest {
  /** Name or id. */
  readonly vm: string;
  /** A pipe: ends when its input has ended and so long nothing was written. Unit: seconds. */
  readonly lingerSeconds: number;
}

/**
 * Opens the console and relays it until one side ends it. Failures: names that nothing has,
 * problems of the server, interrupted.
 */
export async function openConsole(session: Session, request: ConsoleRequest): Promise<Outcome> {
  const id = await resolveName(session, ['vm'], request.vm);
  if (!id.ok) return { failure: id.error };
  const { client, signal } = session;
  const made = await client.call('vm.console', { id: VmId.parse(id.value) }, { signal });
  if (!made.ok) return { failure: problemFailure(made.error) };
  const failure = await relay(session, made.value, request);
  return failure === undefined ? {} : { failure };
}

function relay(
  { io, connection, signal }: Session,
  ticket: { readonly path: string; readonly ticket: string },
  { vm, lingerSeconds }: ConsoleRequest,
): Promise<Failure | undefined> {
  return new Promise((resolve) => {
    let cancelLinger = (): void => undefined;
    let inputEnded = false;
    const say = (text: string): void => io.stderr.write(`${plainLine(text)}\r\n`);
    const linger = (): void => {
      cancelLinger();
      if (inputEnded) cancelLinger = io.timers.after(lingerSeconds * MS_PER_SECOND, socket.close);
    };
    const keyboard = io.openKeyboard({
      onBytes: (bytes) => {
        const place = keyboard.isTerminal ? bytes.indexOf(ESCAPE) : -1;
        const typed = place === -1 ? bytes : bytes.subarray(0, place);
        if (typed.byteLength > 0) socket.write(typed);
        if (place !== -1) socket.close();
      },
      onEnd: () => {
        inputEnded = true;
        linger();
      },
    });
    const socket = openConsoleSocket(connection, ticket, {
      onOpen: ({ name, node }) => {
        if (keyboard.isTerminal) say(`Connected to ${name} on ${node}. Control-] disconnects.`);
        keyboard.begin();
      },
      onOutput: (bytes) => {
        io.writeBytes(bytes);
        linger();
      },
      onLost: (bytes) => say(`(${bytes} bytes of output were lost)`),
      onEnd: (end) => {
        cancelLinger();
        keyboard.close();
        signal.removeEventListener('abort', interrupt);
        if (typeof end !== 'string') return resolve(problemFailure(end));
        if (end !== 'closed') say(`${ENDS[end] ?? 'The console ended'}: novacron vm console ${vm}`);
        else if (keyboard.isTerminal) say('Disconnected.');
        resolve(signal.aborted ? { kind: 'interrupted', message: 'interrupted' } : undefined);
      },
    });
    const interrupt = (): void => socket.close();
    signal.addEventListener('abort', interrupt, { once: true });
  });
}

/** Messages for the server's reasons for an end, with the command that reconnects. */
const ENDS: Readonly<Record<string, string>> = {
  'machine-stopped': 'The VM has stopped or moved. Connect again when it runs',
  idle: 'The console was idle for 30 minutes. Connect again',
};
