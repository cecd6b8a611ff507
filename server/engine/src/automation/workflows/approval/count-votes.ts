/** Eligible voters of an approval, and the result of their votes. */

/** Eligible voters. */
export interface Electorate {
  /** Persons, names of keys, or `role:NAME`; null: all whose role allows it. */
  readonly approvers: readonly string[] | null;
  /** Persons who may not. */
  readonly excluded: readonly string[];
}

/** Voter of an approval. */
export interface Voter {
  readonly name: string;
  readonly person: string;
  readonly role: string;
  /** Other persons who could have kept the secret of the key: those who made it. */
  readonly makers: readonly string[];
}

const REQUESTED = 'requested it, or is an author of what it is about';

/** A vote that was given. */
export interface CountedVote {
  readonly person: string;
  /** Those of the voter; absent in votes of release 0.1.0. */
  readonly makers?: readonly string[];
  readonly vote: 'approve' | 'deny';
}

/**
 * Checks whether someone may vote. A person is one, however many keys they have, and a key that
 * someone made for another person is no vote besides their own.
 * @returns why not, as the end of a sentence about the person; undefined when they may
 */
export function refuseVoter(
  { approvers, excluded }: Electorate,
  votes: readonly CountedVote[],
  { name, person, role, makers }: Voter,
): string | undefined {
  if (excluded.includes(person)) return REQUESTED;
  const maker = makers.find((each) => excluded.includes(each));
  if (maker !== undefined) return `votes with a key made by ${maker}, who ${REQUESTED}`;
  const names = [name, person, `role:${role}`];
  if (approvers !== null && !approvers.some((approver) => names.includes(approver))) {
    return `is none of its approvers, which are ${approvers.join(', ')}`;
  }
  if (votes.some((vote) => vote.person === person)) return 'has voted already';
  const other = votes.find((vote) => makers.includes(vote.person));
  if (other !== undefined) return `votes with a key made by ${other.person}, who has voted already`;
  const made = votes.find((vote) => vote.makers?.includes(person));
  return made && `made the key of ${made.person}, who has voted already`;
}

/**
 * Returns the result of the votes: a single denial decides, approvals must reach the required
 * number.
 */
export function countVotes(
  votes: readonly CountedVote[],
  required: number,
): 'pending' | 'approved' | 'denied' {
  if (votes.some(({ vote }) => vote === 'deny')) return 'denied';
  return votes.length >= required ? 'approved' : 'pending';
}
