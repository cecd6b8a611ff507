/**
 * Notices that the process which started this one has ended without saying so: Terraform that is
 * killed (`kill -9`, out of memory) shuts no provider down. The kernel then gives the orphan
 * another parent.
 */

/** The processes to compare; the default is this one and its parent. */
interface Parent {
  readonly readPid: () => number;
}

/**
 * Remembers the parent of this process.
 * @returns whether that process has ended
 */
export function watchParent({ readPid }: Parent = { readPid: () => process.ppid }): () => boolean {
  const pid = readPid();
  return () => readPid() !== pid;
}
