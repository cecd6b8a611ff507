/** The provider's source address as users write it in `required_providers`, with no host. */
export const PROVIDER_SOURCE = 'novacron/novacron';
