/**
 * Begins a branch of the terms of control planes in a restored data directory: agents that follow
 * the server which was backed up refuse the restored one until it takes them over. The agents in
 * the directory itself belong to the restored server and follow it.
 */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { STORE_FILE } from './manifest.ts';

/** A restored directory. */
export interface RestoredBranch {
  readonly folder: string;
  /** The files of the backup, relative to the folder. */
  readonly paths: readonly string[];
  /** Id of the term that the branch begins with. */
  readonly term: string;
  readonly nowMs: number;
}

interface StoredTerm {
  readonly id: string;
  readonly control_plane_id: string;
  readonly position: number | null;
}

interface FollowedTerm {
  readonly node: string;
  readonly term: string;
}

/**
 * Replaces the terms of the store by one that succeeds none of them. A backup of a release without
 * terms stays as it is: its server makes a control plane of its own.
 */
export function beginRestoredBranch({ folder, paths, term, nowMs }: RestoredBranch): void {
  const terms = inDatabase(join(folder, STORE_FILE), (store) => replaceTerms(store, term, nowMs));
  const position = positionAfter(terms);
  const known = new Set(terms.map(({ id }) => id));
  for (const path of paths.filter((each) => each !== STORE_FILE)) {
    inDatabase(join(folder, path), (agents) => follow(agents, { known, term, position }));
  }
}

/** Returns the terms as they were. */
function replaceTerms(
  store: Database.Database,
  term: string,
  nowMs: number,
): readonly StoredTerm[] {
  if (!hasTable(store, 'control_plane_terms')) return [];
  const terms = store
    .prepare<[], StoredTerm>(
      'select id, control_plane_id, position from control_plane_terms order by position desc',
    )
    .all();
  const [newest] = terms;
  if (newest === undefined) return [];
  store.prepare('delete from control_plane_terms').run();
  store
    .prepare(
      `insert into control_plane_terms
         (id, control_plane_id, position, successor, kind, begun_at_ms, begun_by)
       values (?, ?, ?, null, 'restore', ?, 'restore')`,
    )
    .run(term, newest.control_plane_id, positionAfter(terms), nowMs);
  return terms;
}

function positionAfter(terms: readonly StoredTerm[]): number {
  return Math.max(0, ...terms.map(({ position }) => position ?? 0)) + 1;
}

/** Lets the agents that followed the store follow the branch; others stay as they are. */
function follow(
  agents: Database.Database,
  branch: {
    readonly known: ReadonlySet<string>;
    readonly term: string;
    readonly position: number;
  },
): void {
  if (!hasTable(agents, 'followed_control_planes')) return;
  const followed = agents
    .prepare<[], FollowedTerm>('select node, term from followed_control_planes')
    .all();
  const update = agents.prepare(
    'update followed_control_planes set term = ?, number = ? where node = ?',
  );
  for (const { node, term } of followed) {
    if (branch.known.has(term)) update.run(branch.term, branch.position, node);
  }
}

function hasTable(database: Database.Database, name: string): boolean {
  const found = database.prepare('select 1 from sqlite_schema where type = ? and name = ?');
  return found.get('table', name) !== undefined;
}

/** In one transaction. */
function inDatabase<Value>(file: string, work: (database: Database.Database) => Value): Value {
  const database = new Database(file, { fileMustExist: true });
  try {
    return database.transaction(() => work(database))();
  } finally {
    database.close();
  }
}
