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
}

/** A vote that was given. */
export interface CountedVote {
  readonly person: string;
  readonly vote: 'approve' | 'deny';
}

/**
 * Checks whether someone may vote. A person is one, however many keys they have.
 * @returns why not, as the end of a sentence about the person; undefined when they may
 */
export function refuseVoter(
  { approvers, excluded }: Electorate,
  votes: readonly CountedVote[],
  { name, person, role }: Voter,
): string | undefined {
  if (excluded.includes(person)) return 'requested it, or is an author of what it is about';
  const names = [name, person, `role:${role}`];
  if (approvers !== null && !approvers.some((approver) => names.includes(approver))) {
    return `is none of its approvers, which are ${approvers.join(', ')}`;
  }
  return votes.some((vote) => vote.person === person) ? 'has voted already' : undefined;
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
