/** The users that steps run as: a range of numbers that no user of a host has. */

/** Numbers that neither Linux nor systemd gives to anything: systemd, "UIDs and GIDs". */
export const FIRST_UID_DEFAULT = 1_900_000_000;

/** Users of steps. A step takes one and gives it back. */
export interface StepUsers {
  /** @returns undefined where all are taken */
  readonly take: () => number | undefined;
  readonly giveBack: (uid: number) => void;
  /** Number of users in use. */
  readonly taken: () => number;
}

/** Makes the users of a runner; one that was used waits longest until it is used again. */
export function createStepUsers(of: { readonly first: number; readonly count: number }): StepUsers {
  const free = Array.from({ length: of.count }, (_, index) => of.first + index);
  return {
    take: () => free.shift(),
    giveBack: (uid) => void free.push(uid),
    taken: () => of.count - free.length,
  };
}
