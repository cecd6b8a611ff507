/** Output of `novacron server` on standard output once it answers. */
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A server that answers. */
export interface StartedServer {
  readonly version: string;
  readonly url: string;
  /** The listener that serves health only, where there is one. */
  readonly healthUrl?: string | undefined;
  /** Hypervisor description, such as `simulated, 12 nodes`. */
  readonly hypervisor: string;
  /** The admin API key, on the first start only. Never printed: journals keep the output. */
  readonly firstKey: string | undefined;
  readonly adminKeyFile: string;
  /** The server that has the admin key, where several share a store. */
  readonly firstKeyPlace: string | undefined;
  /** From when the data is, if a restore holds healing or automation. */
  readonly restored?: string | undefined;
  /** Whether browsers find the dashboard there. */
  readonly dashboard: 'on' | 'off';
  /** Shell command that runs the CLI: see `commandOf`. */
  readonly command: string;
}

/**
 * Returns how a shell runs `novacron`: an installed package has it on the PATH, a checkout only
 * through npx.
 * @param moduleUrl - a module of the running server
 */
export function commandOf(moduleUrl: string): string {
  return fileURLToPath(moduleUrl).split(sep).includes('node_modules') ? 'novacron' : 'npx novacron';
}

/**
 * Returns the lines that announce the server. The first start adds the next steps: the variables
 * that the command and the Terraform provider read, and how the provider is installed.
 */
export function startMessage(server: StartedServer): string {
  const { version, url, healthUrl, hypervisor, firstKey, adminKeyFile } = server;
  const { firstKeyPlace, command, dashboard, restored } = server;
  const health = healthUrl === undefined ? '' : `Health is served at ${healthUrl}\n`;
  const vms = `Hypervisor: ${hypervisor}\n`;
  const recovery =
    restored === undefined
      ? ''
      : `The store was ${restored}; healing and automation are held until they are released.\n`;
  const ready = `${recovery}${health}${vms}NovaCron ${version} is ready at ${url}\n`;
  if (firstKey !== undefined) {
    const key = `The admin API key is in ${adminKeyFile}\n`;
    return key + ready + nextSteps({ url, adminKeyFile, command, dashboard });
  }
  if (firstKeyPlace === undefined) return ready;
  return `The admin API key was made at the first start: ${firstKeyPlace}\n${ready}`;
}

function nextSteps(
  server: Pick<StartedServer, 'url' | 'adminKeyFile' | 'command' | 'dashboard'>,
): string {
  const { url, adminKeyFile, command } = server;
  const browser = `
Dashboard, which the admin key signs in to: ${url}/dashboard/
`;
  return `${server.dashboard === 'on' ? browser : ''}
Next steps, in another terminal:
  export NOVACRON_ENDPOINT=${url}
  export NOVACRON_API_KEY="$(cat ${quoteWord(adminKeyFile)})"
  ${command} node list           # the command line
  ${command} provider install    # the Terraform provider; then run terraform init

`;
}

/** A path as one word of a POSIX shell. */
function quoteWord(path: string): string {
  return /^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
