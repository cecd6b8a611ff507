/** Persistent state of an agent, in a file of its own or in a file that a fleet shares. */
import { assert } from '@novacron/contract/result';
import type Database from 'better-sqlite3';
import type { Sealer } from '../secrets/sealer.ts';
import { type DatabaseFile, type OnDamage, openNodeFile } from './database-file.ts';
import type { GroupCommits, NextTurn } from './group-commits.ts';

/** Location of an agent's database, and its commit timing. */
export type AgentDatabasePlace = { readonly node: string } & (
  | {
      readonly dataDir: string;
      /** Ends the group of writes that are committed together; the event loop's turn if absent. */
      readonly nextTurn?: NextTurn;
      readonly onDamage?: OnDamage;
    }
  | { readonly file: DatabaseFile }
);

/** Owns what one node keeps. Its file is opened, and made, when it is first needed. */
export class AgentDatabase {
  /** Node of its rows; tables have a node column. */
  readonly node: string;
  /** Writes to the file: all of them go through here. */
  readonly commits: GroupCommits;
  /** Seals secrets that are written to the file. */
  readonly sealer: Sealer;
  readonly #file: DatabaseFile;
  #state: 'usable' | 'closed' = 'usable';

  constructor(place: AgentDatabasePlace) {
    this.node = place.node;
    this.#file = 'file' in place ? place.file : openNodeFile(place);
    this.sealer = this.#file.sealer;
    this.#file.join();
    this.commits = this.#file.writer.join();
  }

  /** Whether anything was ever kept: reading from nothing need not make a file. */
  exists(): boolean {
    return this.#file.exists();
  }

  /**
   * A statement that is compiled once.
   * @param sql - a constant text: every text is remembered
   */
  prepare(sql: string): Database.Statement {
    assert(this.#state === 'usable', `the database of ${this.node} is used after it was closed`);
    return this.#file.prepare(sql);
  }

  /** Removes what was overwritten from the log of the file, unless it is being read. */
  foldLog(): void {
    if (this.#state === 'usable') this.#file.foldLog();
  }

  /** Commits what waits and lets go of the file. */
  close(): void {
    this.commits.flush();
    this.#release();
  }

  /** Lets go of the file without what was not committed yet: what a power cut leaves. */
  abandon(): void {
    this.commits.abandon();
    this.#release();
  }

  #release(): void {
    if (this.#state === 'usable') this.#file.leave();
    this.#state = 'closed';
  }
}
