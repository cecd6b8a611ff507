/**
 * Reads one message of the QEMU Machine Protocol.
 * Source: QEMU's `docs/interop/qmp-spec.rst`.
 */
import { z } from 'zod';

const JsonRecord = z.record(z.string(), z.unknown());

const Greeting = z.looseObject({
  QMP: z.looseObject({
    version: z.looseObject({
      qemu: z.looseObject({ major: z.int(), minor: z.int(), micro: z.int() }),
    }),
  }),
});

const EventMessage = z.looseObject({
  event: z.string(),
  data: JsonRecord.optional(),
  timestamp: z.looseObject({ seconds: z.number(), microseconds: z.number() }),
});

const ErrorMessage = z.looseObject({
  id: z.int(),
  error: z.looseObject({ class: z.string(), desc: z.string() }),
});

const ReturnMessage = z.looseObject({ id: z.int(), return: z.unknown() });

/** Message of QEMU on a monitor. */
export type QmpMessage =
  | { readonly kind: 'greeting'; readonly version: QemuVersion }
  | { readonly kind: 'event'; readonly event: QmpEvent }
  | { readonly kind: 'return'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly desc: string; readonly code: string }
  | { readonly kind: 'garbage' };

/** A release of QEMU. */
export interface QemuVersion {
  readonly major: number;
  readonly minor: number;
  readonly micro: number;
}

/** Something that happened to the machine. */
export interface QmpEvent {
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Time of the event. Unit: ms since the Unix epoch, by the clock of the host. */
  readonly atMs: number;
}

const GARBAGE: QmpMessage = { kind: 'garbage' };
const MS_PER_SECOND = 1_000;

/** Reads a line; `garbage` for anything that is not a message. Never throws. */
export function parseQmpMessage(line: string): QmpMessage {
  const document = parseJson(line);
  if (typeof document !== 'object' || document === null) return GARBAGE;
  if ('QMP' in document) {
    const { success, data } = Greeting.safeParse(document);
    return success ? { kind: 'greeting', version: data.QMP.version.qemu } : GARBAGE;
  }
  if ('event' in document) return parseEvent(document);
  if ('error' in document) {
    const { success, data } = ErrorMessage.safeParse(document);
    if (!success) return GARBAGE;
    return { kind: 'error', id: data.id, desc: data.error.desc, code: data.error.class };
  }
  const { success, data } = ReturnMessage.safeParse(document);
  return success && 'return' in document
    ? { kind: 'return', id: data.id, value: data.return }
    : GARBAGE;
}

function parseEvent(document: object): QmpMessage {
  const { success, data: said } = EventMessage.safeParse(document);
  if (!success) return GARBAGE;
  const { seconds, microseconds } = said.timestamp;
  const atMs = seconds * MS_PER_SECOND + Math.floor(microseconds / MS_PER_SECOND);
  return { kind: 'event', event: { name: said.event, data: said.data ?? {}, atMs } };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
