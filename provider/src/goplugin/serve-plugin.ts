import { createLogger, type Logger, minimumLevel } from '../process/logger.ts';
import { checkHandshake, formatHandshake } from './check-handshake.ts';
import { guardCrashes, guardOrphan, guardSignals, guardStdout } from './guard-process.ts';
import { serveForReattach } from './reattach.ts';
import { type PluginService, startServer } from './start-server.ts';

/** Options of a provider's main function. */
export interface ServeOptions {
  /** The provider's source address, such as `novacron/novacron`. */
  readonly source: string;
  readonly createService: (log: Logger) => PluginService;
  /** Whether the host that started this process has ended. */
  readonly isHostGone: () => boolean;
}

const DEBUG_FLAG = '--debug';

/**
 * Runs this process as a Terraform plugin until the host shuts it down. With `--debug` it prints
 * how to attach Terraform to it instead; started by hand it prints an explanation and exits with 1.
 */
export async function servePlugin(options: ServeOptions): Promise<void> {
  const isDebug = process.argv.includes(DEBUG_FLAG);
  const log = createLogger({
    sink: (line) => void process.stderr.write(line),
    nowMs: () => Date.now(),
    least: isDebug ? 'trace' : minimumLevel(process.env),
  });
  if (isDebug) return serveDebug(options, log);
  const handshake = checkHandshake(process.env);
  if (handshake.kind === 'refuse') {
    process.stderr.write(handshake.message);
    process.exitCode = 1;
    return;
  }
  guardCrashes(process);
  const service = options.createService(log);
  const server = await startServer({
    services: [service],
    socketDirectory: handshake.socketDirectory,
    clientCertificatePem: handshake.clientCertificatePem,
    nowMs: Date.now(),
    onShutdown: () => void server.close('dismissed').finally(() => process.exit(0)),
  });
  process.on('exit', () => server.removeSocket());
  const close = () => server.close('cut-off');
  guardSignals(process, { log, interrupt: service.interrupt, close });
  guardOrphan(process, options.isHostGone);
  process.stdout.write(formatHandshake(server));
  guardStdout(process, log);
}

async function serveDebug(options: ServeOptions, log: Logger): Promise<void> {
  const plugin = await serveForReattach({
    service: options.createService(log),
    source: options.source,
    nowMs: Date.now(),
  });
  const stop = () => void plugin.close().finally(() => process.exit(0));
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.stdout.write(
    'The provider is running. Attach Terraform to it in another terminal:\n\n' +
      `  export TF_REATTACH_PROVIDERS='${plugin.reattachProviders}'\n\n` +
      '^C stops it.\n',
  );
}
