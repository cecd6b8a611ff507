/** What `novacron server` prints on standard output once it answers. */

/** A server that answers. */
export interface StartedServer {
  readonly version: string;
  readonly url: string;
  /** The admin API key, on the first start only. */
  readonly firstKey: string | undefined;
  readonly adminKeyFile: string;
  /** The server that has the admin key, where several share a store. */
  readonly firstKeyPlace: string | undefined;
}

/**
 * Returns the lines that announce the server. The first start adds the next steps: the variables
 * that the command and the Terraform provider read, and how the provider is installed.
 */
export function startMessage(server: StartedServer): string {
  const { version, url, firstKey, adminKeyFile, firstKeyPlace } = server;
  const ready = `NovaCron ${version} is ready at ${url}\n`;
  if (firstKey !== undefined) {
    const key = `Admin API key (shown this once, also in ${adminKeyFile}): ${firstKey}\n`;
    return key + ready + nextSteps(url, adminKeyFile);
  }
  if (firstKeyPlace === undefined) return ready;
  return `The admin API key was made at the first start: ${firstKeyPlace}\n${ready}`;
}

function nextSteps(url: string, adminKeyFile: string): string {
  return `
Next steps, in another terminal:
  export NOVACRON_ENDPOINT=${url}
  export NOVACRON_API_KEY="$(cat ${quoteWord(adminKeyFile)})"
  novacron node list           # the command line
  novacron provider install    # the Terraform provider; then run terraform init

`;
}

/** A path as one word of a POSIX shell. */
function quoteWord(path: string): string {
  return /^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
