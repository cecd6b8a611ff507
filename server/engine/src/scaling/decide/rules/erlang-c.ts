/**
 * Queues before members that serve requests.
 * Source: Erlang (1917), the delay formula of M/M/c queues; Cooper, "Introduction to Queueing
 * Theory" (1981), for the recursion by which it stays within range.
 */

/**
 * Computes the mean time that a request waits for a free server.
 * @param queue - `perSecond`: requests that arrive; `serviceS`: seconds that one needs
 * @param servers - 1 or more
 * @returns seconds; infinite where requests arrive faster than they are served
 */
function meanWaitS(
  queue: { readonly perSecond: number; readonly serviceS: number },
  servers: number,
): number {
  const offered = queue.perSecond * queue.serviceS;
  if (offered <= 0) return 0;
  if (offered >= servers) return Number.POSITIVE_INFINITY;
  let blocked = 1;
  for (let count = 1; count <= servers; count += 1) {
    blocked = (offered * blocked) / (count + offered * blocked);
  }
  const delayed = blocked / (1 - (offered / servers) * (1 - blocked));
  return (delayed * queue.serviceS) / (servers - offered);
}

/**
 * Finds the smallest number of members that keeps the mean wait at most so long.
 * @param queue - `concurrency`: requests that a member serves at the same time
 * @param sizeMax - where even more would be needed, this is the answer
 */
export function sizeQueue(
  queue: {
    readonly perSecond: number;
    readonly serviceS: number;
    readonly concurrency: number;
    readonly waitS: number;
  },
  sizeMax: number,
): number {
  const offered = queue.perSecond * queue.serviceS;
  if (offered <= 0) return 0;
  // The wait falls with each member, so the answer is between these two.
  let below = Math.max(0, Math.ceil(offered / queue.concurrency) - 1);
  let above = sizeMax;
  if (below >= above) return sizeMax;
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2);
    if (meanWaitS(queue, middle * queue.concurrency) <= queue.waitS) above = middle;
    else below = middle;
  }
  return above;
}
