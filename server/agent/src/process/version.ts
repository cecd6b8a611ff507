/** The release that this agent is of. */
export const AGENT_VERSION = '0.1.0';
