/** The connection of one console: a ticket opens it once, then bytes go in both directions. */
import { toProblem } from '../../api/api-problem.ts';
import { call } from '../../api/client.ts';
import { toItem } from '../../api/queries.ts';

/** State of a console. */
export type ConsoleState =
  | { readonly kind: 'closed'; readonly words?: string }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open'; readonly node: string }
  | { readonly kind: 'failed'; readonly cause: unknown };

interface ConsoleOptions {
  readonly vmId: string;
  readonly onText: (text: string) => void;
  readonly onState: (state: ConsoleState) => void;
  /** Output that was lost because this browser or the network was slow. Unit: bytes. */
  readonly onLost: (bytes: number) => void;
}

/** An open console. */
export interface Console {
  /** Sends what is typed. */
  readonly send: (text: string) => void;
  readonly close: () => void;
}

const UNAVAILABLE_STATUS = 503;

/** Asks for a ticket, and opens the console with it. Refusals become the state `failed`. */
export function openConsole(options: ConsoleOptions): Console {
  const { vmId, onState } = options;
  let socket: WebSocket | undefined;
  let isClosed = false;
  onState({ kind: 'connecting' });
  const open = async (): Promise<void> => {
    const { path, ticket } = await call('vm.console', { id: vmId });
    if (isClosed) return;
    const { protocol, host } = window.location;
    socket = new WebSocket(`${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}${path}`);
    socket.binaryType = 'arraybuffer';
    listen(socket, ticket, options);
  };
  open().catch((cause: unknown) => onState({ kind: 'failed', cause }));
  return {
    send: (text) => {
      if (socket?.readyState === WebSocket.OPEN) socket.send(new TextEncoder().encode(text));
    },
    close: () => {
      isClosed = true;
      socket?.close();
    },
  };
}

function listen(socket: WebSocket, ticket: string, options: ConsoleOptions): void {
  const { onText, onState, onLost } = options;
  const decoder = new TextDecoder();
  let isOver = false;
  const end = (state: ConsoleState): void => {
    if (!isOver) onState(state);
    isOver = true;
  };
  socket.addEventListener('open', () => socket.send(JSON.stringify({ type: 'open', ticket })));
  socket.addEventListener('message', ({ data }) => {
    if (data instanceof ArrayBuffer) {
      onText(decoder.decode(data, { stream: true }));
      return;
    }
    const message = toItem(JSON.parse(String(data)));
    if (message.type === 'opened') onState({ kind: 'open', node: String(message.node) });
    if (message.type === 'lost') onLost(Number(message.bytes));
    if (message.type === 'ended') end({ kind: 'closed', words: String(message.reason) });
    if (message.type === 'problem') {
      end({ kind: 'failed', cause: toProblem(UNAVAILABLE_STATUS, message.problem) });
    }
  });
  socket.addEventListener('close', () => end({ kind: 'closed' }));
}
