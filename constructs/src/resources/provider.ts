import { Token } from 'cdktf';
import type { Construct } from 'constructs';
import { findOutdatedLock } from '../checks/find-outdated-lock.ts';
import { NovacronProvider as ProviderResource } from '../gen/provider/index.ts';

/** How the server is reached. */
export interface NovacronProviderProps {
  /**
   * URL of the server.
   * @default - the environment's NOVACRON_ENDPOINT, else http://127.0.0.1:7480
   */
  readonly endpoint?: string;
  /**
   * API key, as a reference to a sensitive variable: a literal would be in the synthesised file.
   * @default - the environment's NOVACRON_API_KEY
   */
  readonly apiKey?: string;
  /**
   * Name of the deployment: tells apart what different configurations of a tenant create.
   * @default - the provider's own
   */
  readonly deployment?: string;
  /**
   * Labels of everything that can have some, where it does not say others. The provider adds them:
   * what is checked at synth does not know them, as it does those of a `LabelsAspect`.
   * @default - none
   */
  readonly defaultLabels?: { [label: string]: string };
  /**
   * Certificate of the authority that the server's own is signed by, as PEM.
   * @default - those that Node knows
   */
  readonly caCertificate?: string;
  /**
   * Id of the tenant that the stack is for: the key of another one is refused.
   * @default - that of the key
   */
  readonly tenant?: string;
  /**
   * Makes drift an error that is this severe or more, such as `high`; `off` leaves it a warning.
   * @default off
   */
  readonly failOnDrift?: string;
  /**
   * How long a call is tried again while the server is away or busy. Unit: seconds.
   * @default 30
   */
  readonly retrySeconds?: number;
  /**
   * So many resources have a warning of their own; the others are told in sum.
   * @default 10
   */
  readonly warningsMax?: number;
  /**
   * Name of this provider where a stack has several.
   * @default - none
   */
  readonly alias?: string;
}

/** The provider of a stack. */
export class NovacronProvider extends ProviderResource {
  public constructor(scope: Construct, id: string, props: NovacronProviderProps = {}) {
    if (props.apiKey !== undefined && !Token.isUnresolved(props.apiKey)) {
      throw new Error(
        `${scope.node.path}/${id}: \`apiKey\` is a literal, which would stand in the synthesised ` +
          'file for everybody to read. Leave it out and set NOVACRON_API_KEY where Terraform runs.',
      );
    }
    super(scope, id, props);
    this.node.addValidation({ validate: () => findOutdatedLock(this) });
  }
}
