import type { Duration } from './duration.ts';

/**
 * Time limits of Terraform operations on a resource. Operations that take longer continue on the
 * server.
 */
export interface Timeouts {
  /**
   * For the create.
   * @default - 20 minutes
   */
  readonly create?: Duration;
  /**
   * For a change.
   * @default - 20 minutes
   */
  readonly update?: Duration;
  /**
   * For the delete.
   * @default - 20 minutes
   */
  readonly delete?: Duration;
}

interface RenderedTimeouts {
  readonly create?: string;
  readonly update?: string;
  readonly delete?: string;
}

/** Renders the L1 attribute; undefined without timeouts. */
export function renderTimeouts(timeouts: Timeouts | undefined): RenderedTimeouts | undefined {
  if (timeouts === undefined) return undefined;
  return {
    create: timeouts.create?.toString(),
    update: timeouts.update?.toString(),
    delete: timeouts.delete?.toString(),
  };
}
