/**
 * Names of the files at a backup target. They say what there is: a target is read by its list of
 * names alone. A moment is cut into parts; it is there once all of its parts are.
 */
import type { StoredBackup } from '../../../ports/backups.ts';
import type { TargetFile } from '../targets/target-files.ts';

/** One part of a moment. */
export interface PartName {
  readonly backupId: string;
  /** Position of the moment in its backup, from 0: the whole copy. */
  readonly sequence: number;
  /** From 1 to `parts`. */
  readonly part: number;
  readonly parts: number;
  readonly atMs: number;
}

const STAMP = String.raw`\d{8}T\d{9}Z`;
const BACKUP_ID = `${STAMP}-[0-9a-f]{8}`;
const PART = new RegExp(
  String.raw`^(?<id>${BACKUP_ID})[.](?<sequence>\d{6})-(?<part>\d{5})-of-(?<parts>\d{5})[.]` +
    `(?<stamp>${STAMP})[.]gz$`,
);
const MARK = new RegExp(
  `^(?<id>${BACKUP_ID})[.]verified-(?<outcome>passed|failed)[.](?<stamp>${STAMP})$`,
);

const SEQUENCE_DIGITS = 6;
const PART_DIGITS = 5;

/** @param suffix - 8 hexadecimal digits that no other backup has */
export function makeBackupId(atMs: number, suffix: string): string {
  return `${toStamp(atMs)}-${suffix}`;
}

/** Writes the name of a part. */
export function partName({ backupId, sequence, part, parts, atMs }: PartName): string {
  const number = String(sequence).padStart(SEQUENCE_DIGITS, '0');
  const [at, of] = [part, parts].map((each) => String(each).padStart(PART_DIGITS, '0'));
  return `${backupId}.${number}-${at}-of-${of}.${toStamp(atMs)}.gz`;
}

/** Writes the name of the mark that a verification leaves. */
export function markName(backupId: string, outcome: 'passed' | 'failed', atMs: number): string {
  return `${backupId}.verified-${outcome}.${toStamp(atMs)}`;
}

/** A moment of which every part is there. */
export interface StoredMoment {
  readonly atMs: number;
  /** In the order in which they are applied. */
  readonly names: readonly string[];
}

/** A backup with the files that make it up. */
export interface BackupFiles extends StoredBackup {
  readonly moments: readonly StoredMoment[];
  /** Every file of it, also those that no restore needs. */
  readonly names: readonly string[];
}

/**
 * Groups a list of files into backups, oldest first. Moments behind a gap are left out, because
 * each builds on the one before, and so is a backup without its whole copy.
 */
export function readBackups(files: readonly TargetFile[]): readonly BackupFiles[] {
  const ids = new Set(files.flatMap(({ name }) => idOf(name) ?? []));
  return [...ids].sort().flatMap((id) => {
    const own = files.filter(({ name }) => idOf(name) === id);
    const moments = momentsOf(own);
    const [first] = moments;
    if (first === undefined) return [];
    return {
      id,
      startedAtMs: first.atMs,
      momentsMs: moments.map(({ atMs }) => atMs),
      sizeBytes: own.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      verified: lastMark(own),
      moments,
      names: own.map(({ name }) => name),
    };
  });
}

/**
 * Finds changes that no restore reaches, because the target has lost a file before them.
 * @returns the time of the newest ones until a time; undefined if nothing is lost
 */
export function findLostMs(
  files: readonly TargetFile[],
  latestMs: number = Number.POSITIVE_INFINITY,
): number | undefined {
  const lengths = new Map(readBackups(files).map(({ id, moments }) => [id, moments.length]));
  return files
    .flatMap(({ name }) => {
      const { id = '', sequence, stamp = '' } = PART.exec(name)?.groups ?? {};
      const isLost = sequence !== undefined && Number(sequence) > (lengths.get(id) ?? 0);
      return isLost && fromStamp(stamp) <= latestMs ? [fromStamp(stamp)] : [];
    })
    .sort((left, right) => left - right)
    .at(-1);
}

/** Returns the time of the moment that a file is part of; undefined for other files. */
export function momentOf(name: string): number | undefined {
  const stamp = PART.exec(name)?.groups?.stamp;
  return stamp === undefined ? undefined : fromStamp(stamp);
}

/**
 * Chooses what to restore: the newest moment, or the newest one that is not later than a time.
 * @returns the parts in order; undefined if there is no such moment
 */
export function chooseMoment(
  backups: readonly BackupFiles[],
  latestMs: number = Number.POSITIVE_INFINITY,
): { readonly id: string; readonly atMs: number; readonly names: readonly string[] } | undefined {
  const candidates = backups.flatMap(({ id, moments }) => {
    const wanted = moments.filter(({ atMs }) => atMs <= latestMs);
    const last = wanted.at(-1);
    return last === undefined
      ? []
      : { id, atMs: last.atMs, names: wanted.flatMap(({ names }) => names) };
  });
  return candidates.toSorted((left, right) => left.atMs - right.atMs).at(-1);
}

function idOf(name: string): string | undefined {
  return (PART.exec(name) ?? MARK.exec(name))?.groups?.id;
}

function momentsOf(files: readonly TargetFile[]): readonly StoredMoment[] {
  const moments: StoredMoment[] = [];
  const parts = files
    .flatMap(({ name }) => {
      const { sequence, part, parts: of, stamp = '' } = PART.exec(name)?.groups ?? {};
      if (sequence === undefined) return [];
      return { name, sequence: Number(sequence), part: Number(part), of: Number(of), stamp };
    })
    .toSorted((left, right) => left.sequence - right.sequence || left.part - right.part);
  for (;;) {
    const attempts = attemptsAt(parts.filter(({ sequence }) => sequence === moments.length));
    const whole = attempts.find(({ isWhole }) => isWhole);
    if (whole === undefined) return moments;
    moments.push({ atMs: whole.atMs, names: whole.names });
    // What follows builds on the last attempt.
    if (whole !== attempts[0]) return moments;
  }
}

/**
 * The attempts at a moment, the last one first. One that fails leaves parts behind, even all of
 * them where only the answer of the target was lost.
 */
function attemptsAt(
  parts: readonly { readonly name: string; readonly of: number; readonly stamp: string }[],
): readonly (StoredMoment & { readonly isWhole: boolean })[] {
  const stamps = [...new Set(parts.map(({ stamp }) => stamp))].sort().reverse();
  return stamps.map((stamp) => {
    const own = parts.filter((part) => part.stamp === stamp);
    const names = own.map(({ name }) => name);
    return { atMs: fromStamp(stamp), names, isWhole: own.length === own[0]?.of };
  });
}

function lastMark(files: readonly TargetFile[]): StoredBackup['verified'] {
  const marks = files.flatMap(({ name }) => {
    const { outcome, stamp = '' } = MARK.exec(name)?.groups ?? {};
    if (outcome !== 'passed' && outcome !== 'failed') return [];
    return { atMs: fromStamp(stamp), outcome } as const;
  });
  return marks.toSorted((left, right) => left.atMs - right.atMs).at(-1);
}

/** `2026-01-02T03:04:05.678Z` without what file systems or shells treat specially. */
function toStamp(atMs: number): string {
  return new Date(atMs).toISOString().replace(/[-:.]/g, '');
}

function fromStamp(stamp: string): number {
  const groups = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z$/.exec(stamp) ?? [];
  const [, year, month, day, hour, minute, second, ms] = groups;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`);
}
