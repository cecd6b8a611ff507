/** Follows docs/how-to/terraform-state.md against a server, with the real Terraform. */
import { jest } from '@jest/globals';
import { followPage } from './follow-page.ts';

jest.setTimeout(120_000);

followPage('docs/how-to/terraform-state.md', 'data-state');
