/**
 * The commands of an agent, recorded before they run: a repeat is answered from here, a
 * stale command is refused, and what a killed agent left undone is known at the next start.
 * Source of the idea: write-ahead logging; idempotency keys.
 */
import {
  type AgentCommand,
  CommandOutcome,
  type OutcomeAnswer,
  type OutcomeQuery,
} from '@novacron/contract/agent/agent';
import type { AgentAction } from '@novacron/contract/agent/agent-actions';
import type { ControlPlaneClaim, ControlPlaneTerm } from '@novacron/contract/fleet/control-plane';
import { equalJson } from '@novacron/contract/json';
import type { Clock } from '@novacron/runtime/clock';
import { z } from 'zod';
import type { AgentDatabase } from '../database/agent-database.ts';
import type { LocalWrite } from '../database/group-commits.ts';
import { removeActionSecrets } from '../secrets/remove-action-secrets.ts';
import { forgetSecrets, openCommand, readCommand, sealCommand } from '../secrets/stored-command.ts';
import {
  admitClaim,
  type ClaimAnswer,
  forgetFollowed,
  readFollowed,
} from './followed-control-plane.ts';
import { openJournalTime } from './journal-time.ts';

const DAY_MS = 86_400_000;

/** Ended commands are remembered for this long, by `journal-time`: no operation asks again. */
export const JOURNAL_RETENTION_MS = 7 * DAY_MS;

/** Generations are remembered longer, against a server that was restored from an old backup. */
export const GENERATION_RETENTION_MS = 365 * DAY_MS;

/** Minimum time between prunings of the journal, so that pruning costs nothing per command. */
export const PRUNE_PERIOD_MS = 3_600_000;

/** Journal entry of a command that has just arrived. */
export type JournalEntry =
  /** Written down now: it has to be run. */
  | { readonly kind: 'journalled' }
  | { readonly kind: 'running' }
  | { readonly kind: 'ended'; readonly outcome: CommandOutcome }
  /** The VM has seen a later command than this one. */
  | { readonly kind: 'stale-generation'; readonly current: number }
  /** A later attempt at the same step, or its undo, came before this one. */
  | { readonly kind: 'superseded'; readonly by: string }
  /** The same step of the same operation was something else. */
  | { readonly kind: 'another-command' }
  /** It was sent by a control plane that the agent does not follow. */
  | { readonly kind: 'not-followed'; readonly follows: ControlPlaneTerm };

/** The memory of an agent. A write is durable when its promise is kept. */
export interface Journal {
  /**
   * Writes a command down, unless it is known already, comes too late, or is of a control plane
   * that is not followed. The first command of a new term is written together with the term.
   */
  readonly begin: (command: AgentCommand) => Promise<JournalEntry>;
  /**
   * Writes down how a command ended.
   * @param beside - what the driver keeps of it in the same database, in the same transaction
   */
  readonly end: (
    command: AgentCommand,
    outcome: CommandOutcome,
    beside?: LocalWrite,
  ) => Promise<void>;
  /** Follows the control plane of another message, if that is its successor. */
  readonly follow: (claim: ControlPlaneClaim | undefined) => Promise<ClaimAnswer>;
  /** Forgets the control plane: the next one that names itself is followed. */
  readonly unfollow: () => Promise<void>;
  /** The term that the agent follows; undefined before the first. */
  readonly followed: () => ControlPlaneTerm | undefined;
  readonly outcomeOf: (query: OutcomeQuery) => OutcomeAnswer;
  /** Commands that have not ended, in the order in which they came. */
  readonly unfinished: () => readonly AgentCommand[];
}

interface Row {
  readonly command: string;
  readonly outcome: string | null;
}

/** Options of the journal. */
export interface JournalOptions {
  readonly database: AgentDatabase;
  readonly clock: Clock;
}

/** Opens the journal in the agent's database, which is touched at the first use. */
export function openJournal({ database, clock }: JournalOptions): Journal {
  const journalMs = openJournalTime(database, clock);
  let prunedAtMs = Number.NEGATIVE_INFINITY;
  /** Term in the database; `unread` before the first look. */
  let followed: ControlPlaneTerm | undefined | 'unread' = 'unread';

  function beginNow(command: AgentCommand): JournalEntry {
    const nowMs = journalMs();
    if (nowMs - prunedAtMs >= PRUNE_PERIOD_MS) {
      prune(database, nowMs);
      prunedAtMs = nowMs;
    }
    return beginAt(database, command, nowMs);
  }

  return {
    begin: async (command) => {
      const { answer, entry } = await database.commits.submit(() => {
        const answer = admitClaim(database, command.control_plane, clock.nowMs());
        return { answer, entry: answer.kind === 'refused' ? answer : beginNow(command) };
      });
      followed = answer.follows;
      return entry.kind === 'refused' ? { kind: 'not-followed', follows: entry.follows } : entry;
    },
    end: async (command, outcome, beside) => {
      await database.commits.submit(
        () => writeEnd(database, command, outcome, journalMs()),
        beside,
      );
      // What the log still has of the secrets is sealed; it goes with the command all the same.
      if (forgetSecrets(command) !== undefined) database.foldLog();
    },
    follow: async (claim) => {
      const answer = await database.commits.submit(() =>
        admitClaim(database, claim, clock.nowMs()),
      );
      followed = answer.follows;
      return answer;
    },
    unfollow: async () => {
      await database.commits.submit(() => forgetFollowed(database));
      followed = undefined;
    },
    followed: () => {
      if (followed === 'unread') followed = database.exists() ? readFollowed(database) : undefined;
      return followed;
    },
    outcomeOf: (query) => {
      const row = database.exists() ? findRow(database, query) : undefined;
      if (row === undefined) return { kind: 'unknown' };
      if (row.outcome === null) return { kind: 'running' };
      return { kind: 'ended', outcome: readOutcome(row.outcome) };
    },
    unfinished: () => (database.exists() ? unfinishedIn(database, journalMs()) : []),
  };
}

function beginAt(database: AgentDatabase, command: AgentCommand, nowMs: number): JournalEntry {
  const row = findRow(database, command);
  if (row !== undefined) {
    if (!isSameCommand(readCommand(row.command), command)) return { kind: 'another-command' };
    if (row.outcome === null) return { kind: 'running' };
    const outcome = readOutcome(row.outcome);
    // A trouble that may have passed is worth another try; everything else stays as it ended.
    if (!mayPass(outcome)) return { kind: 'ended', outcome };
  }
  const current = highestGeneration(database, command.vm_id);
  if (current !== undefined && command.generation < current) {
    return { kind: 'stale-generation', current };
  }
  const by = laterThan(database, command);
  if (by !== undefined) return { kind: 'superseded', by };
  writeDown(database, command, nowMs);
  return { kind: 'journalled' };
}

function isSameCommand(left: AgentCommand, right: AgentCommand): boolean {
  const [was, is] = [comparable(left.action), comparable(right.action)];
  return left.vm_id === right.vm_id && equalJson(was, is);
}

/** Omits start options, set when a command is sent: the fleet may change before a repeat. */
function comparable(action: AgentAction): AgentAction {
  return action.kind === 'start' ? { kind: 'start' } : removeActionSecrets(action);
}

function mayPass(outcome: CommandOutcome): boolean {
  return outcome.kind === 'failed' && outcome.next === 'retry';
}

function highestGeneration(database: AgentDatabase, vmId: string): number | undefined {
  // The shape of the row is that of the SELECT.
  const row = database
    .prepare('SELECT generation FROM generations WHERE node = ? AND vm_id = ?')
    .get(database.node, vmId) as { readonly generation: number } | undefined;
  return row?.generation;
}

/**
 * A later decision about the same step that is already recorded. Generations do not show it:
 * a step, its attempts and its undo are all of one generation. Steps of one operation that run side
 * by side are not compared: they may overtake each other.
 */
function laterThan(
  database: AgentDatabase,
  { operation_id, step, sequence }: AgentCommand,
): string | undefined {
  if (sequence === undefined) return undefined;
  // The shape of the rows is that of the SELECT.
  const rows = database
    .prepare(
      `SELECT step FROM commands
       WHERE node = ? AND operation_id = ? AND json_extract(command, '$.sequence') > ?
       ORDER BY sequence DESC`,
    )
    .all(database.node, operation_id, sequence) as readonly { readonly step: string }[];
  return rows.find((row) => baseOf(row.step) === baseOf(step))?.step;
}

/** The step itself: `undo:create#2` is about `create`. */
function baseOf(step: string): string {
  return step.replace(/^undo:/, '').replace(/#\d+$/, '');
}

/** A command that is tried again goes to the end of the line: it runs after what came since. */
function writeDown(database: AgentDatabase, command: AgentCommand, nowMs: number): void {
  const { operation_id, step, vm_id, generation } = command;
  const text = sealCommand(command, database);
  database
    .prepare(
      `INSERT OR REPLACE INTO commands
         (node, operation_id, step, vm_id, command, state, changed_at_ms)
       VALUES (?, ?, ?, ?, ?, 'running', ?)`,
    )
    .run(database.node, operation_id, step, vm_id, text, nowMs);
  // It is the highest: an older one would have been refused.
  database
    .prepare(
      `INSERT OR REPLACE INTO generations (node, vm_id, generation, seen_at_ms)
       VALUES (?, ?, ?, ?)`,
    )
    .run(database.node, vm_id, generation, nowMs);
}

function prune(database: AgentDatabase, nowMs: number): void {
  database
    .prepare("DELETE FROM commands WHERE node = ? AND state = 'ended' AND changed_at_ms < ?")
    .run(database.node, nowMs - JOURNAL_RETENTION_MS);
  database
    .prepare('DELETE FROM generations WHERE node = ? AND seen_at_ms < ?')
    .run(database.node, nowMs - GENERATION_RETENTION_MS);
}

function findRow(database: AgentDatabase, { operation_id, step }: OutcomeQuery): Row | undefined {
  // The shape of the row is that of the SELECT.
  return database
    .prepare(
      'SELECT command, outcome FROM commands WHERE node = ? AND operation_id = ? AND step = ?',
    )
    .get(database.node, operation_id, step) as Row | undefined;
}

function unfinishedIn(database: AgentDatabase, nowMs: number): readonly AgentCommand[] {
  return database
    .prepare("SELECT command FROM commands WHERE node = ? AND state = 'running' ORDER BY sequence")
    .all(database.node)
    .flatMap((row) => {
      const { kind, command } = openCommand(UnfinishedRow.parse(row).command, database);
      if (kind === 'whole') return [command];
      endWithoutSecrets(database, command, nowMs);
      return [];
    });
}

/** A file that was restored without its key: the server has the secrets, and sends them again. */
function endWithoutSecrets(database: AgentDatabase, command: AgentCommand, nowMs: number): void {
  const message =
    'The key of the secrets in the journal is missing; the command has to be sent again.';
  writeEnd(database, command, { kind: 'failed', message, next: 'retry' }, nowMs);
}

function writeEnd(
  database: AgentDatabase,
  command: AgentCommand,
  outcome: CommandOutcome,
  nowMs: number,
): void {
  const { operation_id, step } = command;
  database
    .prepare(
      `UPDATE commands
       SET state = 'ended', outcome = ?, changed_at_ms = ?, command = COALESCE(?, command)
       WHERE node = ? AND operation_id = ? AND step = ?`,
    )
    .run(
      JSON.stringify(outcome),
      nowMs,
      forgetSecrets(command) ?? null,
      database.node,
      operation_id,
      step,
    );
}

const UnfinishedRow = z.object({ command: z.string() });

function readOutcome(text: string): CommandOutcome {
  return CommandOutcome.parse(JSON.parse(text));
}
