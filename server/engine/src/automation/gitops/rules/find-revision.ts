/**
 * Reads what a Git server says of its branches and tags: the answer to `info/refs` of
 * git-upload-pack in the protocol's version 0, one line for each name. Source: gitprotocol-http(5).
 */
const REF = /([0-9a-f]{40}|[0-9a-f]{64}) ([!-~]+)[\0\n]/g;

/**
 * Finds the commit of a revision.
 * @param revision - a branch or a tag; a commit stands for itself
 * @returns undefined where the answer does not say it
 */
export function findRevision(answer: string, revision: string): string | undefined {
  const refs = new Map([...answer.matchAll(REF)].map(([, commit, name]) => [name, commit]));
  if (refs.size === 0) return undefined;
  // Behind a tag with a message of its own stands the commit.
  const names = [`refs/tags/${revision}^{}`, `refs/tags/${revision}`, `refs/heads/${revision}`];
  const found = (revision === 'HEAD' ? ['HEAD'] : names).map((name) => refs.get(name));
  return found.find((commit) => commit !== undefined);
}
