/**
 * Sends exported snapshots to the server: into its directory where it shares the disk, otherwise
 * over HTTPS in parts. An interrupted delivery goes on where it was.
 */
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { chmod, copyFile, open } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  EXPORT_TICKET_HEADER,
  EXPORTS_DIRECTORY,
  EXPORTS_PATH,
  exportFileName,
} from '@novacron/contract/formats/snapshot-export';
import { RANGE_HEADER } from '@novacron/contract/formats/uploaded-image';
import type { SnapshotId } from '@novacron/contract/ids';
import { ProblemDocument } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import type { DriverProblem } from './driver.ts';

/** Destinations of exports on the server. */
export interface ExportSink {
  /** Directory of its images, where it shares this disk. */
  readonly uploads?: string | undefined;
  /** Its address; https. */
  readonly server?: string | undefined;
  /** Certificates of the authorities that are trusted; those of Node when undefined. */
  readonly authorities?: string | undefined;
}

/** A file to deliver. */
export interface ExportDelivery {
  readonly snapshotId: SnapshotId;
  /** Path of the file. */
  readonly file: string;
  /** Its SHA-256: hexadecimal digits. */
  readonly digits: string;
  /** Unit: bytes. */
  readonly bytes: number;
  readonly ticket: string;
  readonly signal: AbortSignal;
  readonly onProgress?: ((percent: number) => void) | undefined;
}

type Delivered = Result<null, DriverProblem>;

/** Some seconds over a slow line; an interrupted part is sent again. Unit: bytes. */
const PART_BYTES = 16_777_216;
/** A server that answers nothing for this long is gone. Unit: ms. */
const SILENCE_MS_MAX = 60_000;
const OWNER_ONLY = 0o600;
const OWNER_ONLY_DIRECTORY = 0o700;
const OK_STATUS = 200;
const PERCENT = 100;

/** Whether a node can deliver exports. */
export function hasSink({ uploads, server }: ExportSink): boolean {
  return uploads !== undefined || server !== undefined;
}

/** Delivers a file. A server that is away is a `retry` trouble, one that refuses it a `final`. */
export async function deliverExport(
  { uploads, server, authorities }: ExportSink,
  delivery: ExportDelivery,
): Promise<Delivered> {
  if (uploads !== undefined) return placeExport(uploads, delivery);
  if (server === undefined) {
    return final('The agent has no --image-server, the https address of the server');
  }
  const send = createSender(server, authorities, delivery);
  let known = await send(undefined);
  const content = await open(delivery.file, 'r');
  try {
    for (;;) {
      if (!known.ok) return known;
      const { received, state } = known.value;
      if (state === 'complete') return ok(null);
      delivery.onProgress?.(Math.floor((received / delivery.bytes) * PERCENT));
      const part = Buffer.alloc(Math.min(PART_BYTES, delivery.bytes - received));
      const { bytesRead } = await content.read(part, 0, part.byteLength, received);
      if (bytesRead === 0) return retry('The server asks for more of the export than there is');
      known = await send({ offset: received, content: part.subarray(0, bytesRead) });
    }
  } finally {
    await content.close();
  }
}

/** Copies a file into the directory of a server on this disk: whole or not at all. */
async function placeExport(uploads: string, delivery: ExportDelivery): Promise<Delivered> {
  const directory = join(uploads, EXPORTS_DIRECTORY, delivery.snapshotId);
  const target = join(directory, exportFileName(delivery.digits));
  const part = `${target}.part`;
  try {
    mkdirSync(directory, { recursive: true, mode: OWNER_ONLY_DIRECTORY });
    await copyWhole(delivery.file, part);
    renameSync(part, target);
    return ok(null);
  } catch (cause) {
    return retry(`The export cannot be written to ${directory} (${messageOf(cause)})`);
  }
}

async function copyWhole(from: string, part: string): Promise<void> {
  try {
    await copyFile(from, part);
    // The copy has the mode of its original, which other users of the host may be able to read.
    await chmod(part, OWNER_ONLY);
    const copied = await open(part, 'r+');
    await copied.sync().finally(() => copied.close());
  } catch (cause) {
    rmSync(part, { force: true });
    throw cause;
  }
}

const Progress = z.looseObject({
  received: z.int(),
  state: z.enum(['partial', 'complete']),
});
type Progress = z.infer<typeof Progress>;

interface Part {
  readonly offset: number;
  readonly content: Buffer;
}

/** Sends a part; without one, asks how much the server has. */
function createSender(server: string, authorities: string | undefined, delivery: ExportDelivery) {
  const { snapshotId, digits, bytes, ticket, signal } = delivery;
  const url = `${server}${EXPORTS_PATH}/${snapshotId}/${exportFileName(digits)}`;
  return async (part: Part | undefined): Promise<Result<Progress, DriverProblem>> => {
    const content = part?.content ?? Buffer.alloc(0);
    const end = (part?.offset ?? 0) + content.byteLength - 1;
    const range = part === undefined ? `bytes */${bytes}` : `bytes ${part.offset}-${end}/${bytes}`;
    const headers = {
      [RANGE_HEADER]: range,
      [EXPORT_TICKET_HEADER]: ticket,
      'content-type': 'application/octet-stream',
      'content-length': content.byteLength,
    };
    try {
      const answer = await put({ url, headers, content, authorities, signal });
      if (answer.status === OK_STATUS) return ok(Progress.parse(JSON.parse(answer.body)));
      return refused(url, answer);
    } catch (cause) {
      return retry(`The export cannot be sent to ${url} (${messageOf(cause)})`);
    }
  };
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

interface Put {
  readonly url: string;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly content: Buffer;
  readonly authorities: string | undefined;
  readonly signal: AbortSignal;
}

function put({ url, headers, content, authorities, signal }: Put): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const ca = authorities === undefined ? {} : { ca: authorities };
    const options = { method: 'PUT', headers, signal, timeout: SILENCE_MS_MAX, ...ca };
    const sent = request(url, options, (answer) => {
      text(answer).then((body) => resolve({ status: answer.statusCode ?? 0, body }), reject);
    });
    sent.once('timeout', () => sent.destroy(new Error('the server does not answer')));
    sent.once('error', reject);
    sent.end(content);
  });
}

/** A server that is busy or has no room may take it later; every other refusal stays. */
function refused(url: string, { status, body }: Answer): Result<Progress, DriverProblem> {
  const found = problemOf(body);
  if (found === undefined) return retry(`The server at ${url} answered with status ${status}`);
  const mayPass = ['conflict', 'unavailable', 'rate-limited', 'storage-full', 'internal'];
  const said = `The server refused the export: ${found.detail.replace(/\.$/, '')}`;
  return mayPass.includes(found.code) ? retry(said) : final(said);
}

function problemOf(body: string): ProblemDocument | undefined {
  try {
    return ProblemDocument.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

function retry(message: string) {
  return err<DriverProblem>({ message: `${message}.`, next: 'retry' });
}

function final(message: string) {
  return err<DriverProblem>({ message: `${message}.`, next: 'final' });
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
