/**
 * Asks the QEMU guest agent of a machine: JSON over a virtio serial port. The agent may not run,
 * may start in the middle of a request, and may answer requests of an earlier client, so each
 * connection begins with `guest-sync-delimited`.
 * Source: QEMU's `qga/qapi-schema.json`.
 */
import { createConnection, type Socket } from 'node:net';
import { z } from 'zod';
import { finalTrouble, passingTrouble, reasonOf } from '../files/trouble.ts';

/** Time limit for the agent's reply to a request. Unit: ms. */
const REPLY_MS_MAX = 2_000;

/** More than any answer that is asked for. Unit: bytes. */
const REPLY_BYTES_MAX = 1_048_576;

/** The agent drops what came before this byte, and answers a sync after one. */
const DELIMITER = 0xff;
const NEWLINE = 0x0a;

/** An open conversation with an agent that answers. */
export interface GuestAgent {
  /**
   * Runs a command of the agent and returns its value.
   * @param replyMs - how long the agent has to answer; 2 s when absent
   * @throws a `retry` trouble where no answer comes, a `final` one where the agent refuses
   */
  readonly execute: (
    command: string,
    args?: Readonly<Record<string, unknown>>,
    replyMs?: number,
  ) => Promise<unknown>;
  readonly close: () => void;
}

const Reply = z.looseObject({
  return: z.unknown().optional(),
  error: z.looseObject({ desc: z.string() }).optional(),
});

/**
 * Connects and waits until the agent answers.
 * @param path - socket of the agent's serial port
 * @param syncId - a number that no connection before had: a late answer has another one
 * @throws a `retry` trouble where no agent answers
 */
export async function connectGuestAgent(path: string, syncId: number): Promise<GuestAgent> {
  const socket = await connect(path);
  const lines = readLines(socket);
  const send = (request: object): void => void socket.write(`${JSON.stringify(request)}\n`);
  try {
    socket.write(Buffer.of(DELIMITER));
    send({ execute: 'guest-sync-delimited', arguments: { id: syncId } });
    await lines.find((reply) => reply.return === syncId, REPLY_MS_MAX);
  } catch (cause) {
    socket.destroy();
    throw cause;
  }
  return {
    close: () => socket.destroy(),
    execute: async (command, args, replyMs = REPLY_MS_MAX) => {
      send({ execute: command, ...(args === undefined ? {} : { arguments: args }) });
      const reply = await lines.find(() => true, replyMs);
      if (reply.error === undefined) return reply.return;
      throw finalTrouble(`The guest agent refuses ${command}: ${reply.error.desc}.`);
    },
  };
}

function connect(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    socket.once('error', (cause) =>
      reject(passingTrouble(`the port of the guest agent is not there: ${reasonOf(cause)}`)),
    );
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      // A close follows every error.
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });
}

type Reply = z.infer<typeof Reply>;

/** The answers of an agent, one a line. */
function readLines(socket: Socket) {
  let kept = Buffer.alloc(0);
  let heed: ((reply: Reply) => void) | undefined;

  socket.on('data', (chunk: Buffer) => {
    kept = Buffer.concat([kept, chunk]);
    if (kept.length > REPLY_BYTES_MAX) socket.destroy();
    for (let end = kept.indexOf(NEWLINE); end >= 0; end = kept.indexOf(NEWLINE)) {
      const line = kept.subarray(kept.subarray(0, end).lastIndexOf(DELIMITER) + 1, end);
      kept = kept.subarray(end + 1);
      const reply = parseReply(line.toString('utf8'));
      if (reply !== undefined) heed?.(reply);
    }
  });

  return {
    /** The next answer that is the wanted one; others belong to earlier clients. */
    find: (isWanted: (reply: Reply) => boolean, replyMs: number): Promise<Reply> =>
      new Promise((resolve, reject) => {
        const finish = (): void => {
          clearTimeout(timer);
          socket.off('close', onClose);
          heed = undefined;
        };
        const fail = (why: string): void => {
          finish();
          reject(passingTrouble(why));
        };
        const onClose = (): void => fail('the port of the guest agent was closed');
        const timer = setTimeout(() => fail('the guest agent does not answer'), replyMs);
        socket.once('close', onClose);
        heed = (reply) => {
          if (!isWanted(reply)) return;
          finish();
          resolve(reply);
        };
      }),
  };
}

function parseReply(line: string): Reply | undefined {
  try {
    return Reply.safeParse(JSON.parse(line)).data;
  } catch {
    // The rest of an answer to an earlier client.
    return undefined;
  }
}
