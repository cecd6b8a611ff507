/** Conversations with guest agents: one at a time, as a port has one client. */
import { connectGuestAgent, type GuestAgent } from './guest-agent.ts';

/** Numbers of conversations, so that no late answer is taken for another one. */
let syncIds = Date.now();

/** The last conversation of each port that is under way or waits. */
const conversations = new Map<string, Promise<unknown>>();

/**
 * Talks to the agent of a guest when those that talk to it already have ended.
 * @param path - socket of the agent's serial port
 * @throws as `connectGuestAgent`, and what the conversation throws
 */
export async function talkToGuest<T>(
  path: string,
  use: (agent: GuestAgent) => Promise<T>,
): Promise<T> {
  const before = conversations.get(path) ?? Promise.resolve();
  const turn = before.then(() => converse(path, use));
  const end = turn
    .catch(() => undefined)
    .finally(() => {
      if (conversations.get(path) === end) conversations.delete(path);
    });
  conversations.set(path, end);
  return turn;
}

async function converse<T>(path: string, use: (agent: GuestAgent) => Promise<T>): Promise<T> {
  syncIds += 1;
  const agent = await connectGuestAgent(path, syncIds);
  try {
    return await use(agent);
  } finally {
    agent.close();
  }
}
