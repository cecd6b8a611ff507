import { Token } from 'cdktf';
import type { Construct } from 'constructs';
import { findOutdatedLock } from '../checks/find-outdated-lock.ts';
import { NovacronProvider as ProviderResource } from '../gen/provider/index.ts';

/** Props of the provider. */
export interface NovacronProviderProps {
  /**
   * URL of the server.
   * @default - the environment variable NOVACRON_ENDPOINT, or http://127.0.0.1:7480
   */
  readonly endpoint?: string;
  /**
   * API key, as a reference to a sensitive variable: a literal would be stored in the synthesised
   * file.
   * @default - the environment variable NOVACRON_API_KEY
   */
  readonly apiKey?: string;
  /**
   * Name of the deployment: distinguishes the configurations of a tenant.
   * @default - the default of the provider
   */
  readonly deployment?: string;
  /**
   * Default labels of all resources that have labels. The provider adds them, so that checks at
   * synth do not see them, unlike those of a `LabelsAspect`.
   * @default - none
   */
  readonly defaultLabels?: { [label: string]: string };
  /**
   * Certificate of the authority that signed the server's certificate, as PEM.
   * @default - the authorities that Node trusts
   */
  readonly caCertificate?: string;
  /**
   * Id of the tenant that the stack is for: a key of another tenant is rejected.
   * @default - the tenant of the key
   */
  readonly tenant?: string;
  /**
   * Makes drift of this severity or higher an error, such as `high`; with `off` it stays a warning.
   * @default off
   */
  readonly failOnDrift?: string;
  /**
   * Time for which a call is retried while the server is unavailable or busy. Unit: seconds.
   * @default 30
   */
  readonly retrySeconds?: number;
  /**
   * Maximum number of individual warnings; further resources share a summary.
   * @default 10
   */
  readonly warningsMax?: number;
  /**
   * Alias of this provider if a stack has several.
   * @default - none
   */
  readonly alias?: string;
}

/** The provider of a stack. */
export class NovacronProvider extends ProviderResource {
  public constructor(scope: Construct, id: string, props: NovacronProviderProps = {}) {
    if (props.apiKey !== undefined && !Token.isUnresolved(props.apiKey)) {
      throw new Error(
        `${scope.node.path}/${id}: \`apiKey\` is a literal, which would be readable in the ` +
          'synthesised file. Omit it and set NOVACRON_API_KEY where Terraform runs.',
      );
    }
    super(scope, id, props);
    this.node.addValidation({ validate: () => findOutdatedLock(this) });
  }
}
