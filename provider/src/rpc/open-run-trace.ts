/** The trace of a run of Terraform, as far as this provider sees it. */
import { type ClientTrace, openClientTrace } from '@novacron/tracing/open-client-trace';
import { PROVIDER_VERSION } from '../build-info/version.ts';

/**
 * Opens the trace of a configuration.
 * @param onTrouble - hears why no spans are exported, in words
 */
export function openRunTrace(
  env: Readonly<Record<string, string | undefined>>,
  onTrouble: (words: string) => void,
): Promise<ClientTrace> {
  return openClientTrace(env, {
    service: { name: 'terraform-provider-novacron', version: PROVIDER_VERSION },
    name: 'terraform',
    onTrouble,
  });
}
