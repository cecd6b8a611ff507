/** Variables of the environment, as the host sets them. */
export type Environment = { readonly [name: string]: string | undefined };

/** Request of the host, or the reason why this process must not serve. */
export type Handshake =
  | {
      readonly kind: 'serve';
      /** The host's certificate, PEM; undefined when it does not use TLS. */
      readonly clientCertificatePem: string | undefined;
      readonly socketDirectory: string | undefined;
    }
  | { readonly kind: 'refuse'; readonly message: string };

/** Shows that a host, not a person, started the process. Not a secret. */
const MAGIC_COOKIE_NAME = 'TF_PLUGIN_MAGIC_COOKIE';
const MAGIC_COOKIE_VALUE = 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2';

/** The version of go-plugin's own protocol. */
const CORE_PROTOCOL_VERSION = 1;

/** The version of Terraform's plugin protocol that this package speaks. */
export const PROTOCOL_VERSION = 6;

/** Reads the handshake variables of the environment. */
export function checkHandshake(env: Environment): Handshake {
  if (env[MAGIC_COOKIE_NAME] !== MAGIC_COOKIE_VALUE) {
    return {
      kind: 'refuse',
      message:
        'This program is a Terraform provider. Terraform starts it; it does nothing by itself.\n' +
        'Put it where Terraform looks for providers, or start it with --debug to attach to it.\n',
    };
  }
  const offered = env.PLUGIN_PROTOCOL_VERSIONS?.split(',').map((text) => Number(text.trim()));
  if (offered !== undefined && !offered.includes(PROTOCOL_VERSION)) {
    return {
      kind: 'refuse',
      message:
        `This provider speaks version ${PROTOCOL_VERSION} of the plugin protocol; ` +
        `Terraform offered ${offered.join(', ')}. Use Terraform 1.5 or newer.\n`,
    };
  }
  return {
    kind: 'serve',
    clientCertificatePem: env.PLUGIN_CLIENT_CERT || undefined,
    socketDirectory: env.PLUGIN_UNIX_SOCKET_DIR || undefined,
  };
}

/** Connection details for the host. */
export interface HandshakeAnswer {
  readonly socketPath: string;
  readonly certificateDer: Buffer | undefined;
}

/** The one line that goes to standard output; the host's base64 reader wants no padding. */
export function formatHandshake({ socketPath, certificateDer }: HandshakeAnswer): string {
  const certificate = certificateDer?.toString('base64').replace(/=+$/, '') ?? '';
  const versions = `${CORE_PROTOCOL_VERSION}|${PROTOCOL_VERSION}`;
  return `${versions}|unix|${socketPath}|grpc|${certificate}\n`;
}
