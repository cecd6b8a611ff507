/** Reads the messages of the event stream; what is malformed is ignored, not thrown. */

/** An event as the dashboard uses it. */
export interface LiveEvent {
  readonly id: string;
  readonly position: number;
  /** `vm.create.succeeded`. */
  readonly type: string;
  readonly target: string;
  readonly priority: string;
  readonly source: string;
  readonly at: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A message of the server. */
export type LiveMessage =
  | { readonly kind: 'event'; readonly event: LiveEvent }
  | { readonly kind: 'heartbeat'; readonly position: number }
  | { readonly kind: 'problem'; readonly code: string }
  | { readonly kind: 'unknown' };

/** Reads one message: a text that the server has sent. */
export function readMessage(text: unknown): LiveMessage {
  const message = parse(text);
  switch (message.type) {
    case 'event': {
      const event = readEvent(message.event);
      return event === undefined ? { kind: 'unknown' } : { kind: 'event', event };
    }
    case 'heartbeat':
      return typeof message.position === 'number'
        ? { kind: 'heartbeat', position: message.position }
        : { kind: 'unknown' };
    case 'problem':
      return { kind: 'problem', code: String(fieldsOf(message.problem).code ?? 'internal') };
    default:
      return { kind: 'unknown' };
  }
}

function parse(text: unknown): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(String(text));
    return fieldsOf(value);
  } catch {
    return {};
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {};
}

function readEvent(value: unknown): LiveEvent | undefined {
  const { id, position, type, target, priority, source, at, data } = fieldsOf(value);
  if (typeof position !== 'number' || typeof type !== 'string') return undefined;
  return {
    id: String(id ?? position),
    position,
    type,
    target: String(target ?? ''),
    priority: String(priority ?? 'normal'),
    source: String(source ?? ''),
    at: String(at ?? ''),
    data: fieldsOf(data),
  };
}
