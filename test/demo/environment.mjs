/** The environment that our programs run in: the caller's, without its settings for them. */
import { delimiter, dirname, join } from 'node:path';

/**
 * Leaves out what would steer Terraform or NovaCron from outside: plugin caches, other workspaces,
 * extra arguments, other servers.
 * @param {string} directory - where temporary files and sockets go
 */
export function createEnvironment(directory) {
  const kept = Object.entries(process.env).filter(([name]) => !/^(TF_|NOVACRON_)/.test(name));
  return {
    ...Object.fromEntries(kept),
    // The provider begins with `env node`, which must find the Node that runs the demo.
    PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    TMPDIR: directory,
    // Where the provider keeps what V8 made of it.
    XDG_CACHE_HOME: directory,
    CHECKPOINT_DISABLE: '1',
    TF_INPUT: '0',
    // Leaves out advice about which command to run next.
    TF_IN_AUTOMATION: '1',
    TF_CLI_CONFIG_FILE: join(directory, 'terraform.rc'),
  };
}
